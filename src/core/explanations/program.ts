import { UPDATE } from '../distribution';
import type { ExplanationsOf } from './explanation';

export const PROGRAM: ExplanationsOf<1 | 126 | 127 | 130 | 143> = {
  internal_error: {
    causes: [
      'vstoken met a case that nobody had thought of.',
      'A file of the installation is missing, such as the clip of the sandbox.',
    ],
    fixes: [
      `Install it again, in its newest version: ${UPDATE}`,
      'If it stays so, report it, with the command line but without any secret.',
    ],
  },
  command_not_executable: {
    causes: [
      'The file is not executable for this user, or is a folder.',
      'It is made for another system, or is a script without a #! line.',
      'The arguments are longer than the system allows.',
    ],
    fixes: [
      'Allow it to be executed: chmod u+x FILE',
      'Or name the program that reads it: vstoken exec -- sh FILE',
    ],
  },
  command_not_found: {
    causes: [
      'Its name is misspelt, or it is in no folder that PATH names.',
      'It is known to a shell only: an alias, a function, a builtin, or a line of several commands in quotes.',
      'It is a script whose #! line names a program that is not there.',
    ],
    fixes: [
      'Give its path: vstoken exec -- ./COMMAND',
      "Have a shell run it: vstoken exec -- sh -c 'COMMAND'",
    ],
  },
  interrupted: {
    causes: [
      'Somebody pressed Ctrl-C, or another program sent SIGINT.',
      'A question was cancelled with Ctrl-C or Ctrl-D, was answered with no, or its terminal was closed.',
    ],
    fixes: [
      'Start the command again, and let it finish.',
      'Name on the command line what would be asked for.',
    ],
  },
  terminated: {
    causes: [
      'Another program sent SIGTERM: a CI system whose job ran out of time, or a container or a system that shuts down.',
    ],
    fixes: [
      'Allow the job more time.',
      'Let the command end by itself before that: vstoken test --timeout 60s',
    ],
  },
};
