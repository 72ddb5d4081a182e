import { UPDATE } from '../distribution';
import type { ExplanationsOf } from './explanation';

export const PROGRAM: ExplanationsOf<1 | 126 | 127 | 130 | 143> = {
  internal_error: {
    causes: [
      'vstoken met a case that its code does not handle.',
      'A file of the installation is missing, such as the audio clip of the sandbox.',
    ],
    fixes: [
      `Install the newest version: ${UPDATE}`,
      'If the error happens again, report it, with the command line but without any secret.',
    ],
  },
  command_not_executable: {
    causes: [
      'The file is not executable for this user, or is a folder.',
      'The file is for another system, or is a script without a #! line.',
      'The arguments are longer than the system allows.',
    ],
    fixes: [
      'Make the file executable: chmod u+x FILE',
      'Or run the file with its interpreter: vstoken exec -- sh FILE',
    ],
  },
  command_not_found: {
    causes: [
      'The name is misspelt, or the program is not in a folder of PATH.',
      'Only a shell can run the text after --, because it is an alias, a function, a builtin, or several commands in quotes.',
      'The command is a script, and the program in its #! line does not exist.',
    ],
    fixes: [
      'Give the path: vstoken exec -- ./COMMAND',
      "Run the command in a shell: vstoken exec -- sh -c 'COMMAND'",
    ],
  },
  interrupted: {
    causes: [
      'Somebody pressed Ctrl-C, or another program sent SIGINT.',
      'Somebody answered a question of vstoken with no, cancelled the question with Ctrl-C or Ctrl-D, or closed the terminal.',
    ],
    fixes: [
      'Run the command again, and let it finish.',
      'Give the answers as options on the command line.',
    ],
  },
  terminated: {
    causes: [
      'Another program sent SIGTERM. For example, a CI system sends SIGTERM to a job that runs too long, and a container or system sends SIGTERM before it shuts down.',
    ],
    fixes: [
      'Allow the job more time.',
      'Set a shorter time limit for the command: vstoken test --timeout 60s',
    ],
  },
};
