import type { ExplanationsOf } from './explanation';

export const PROGRAM: ExplanationsOf<1 | 130 | 143> = {
  internal_error: {
    causes: [
      'vstoken met a case that nobody had thought of.',
      'A file of the installation is missing, such as the clip of the sandbox.',
    ],
    fixes: [
      'Install it again, in its newest version: npm install --global vocalstack-token',
      'If it stays so, report it, with the command line but without any secret.',
    ],
  },
  interrupted: {
    causes: [
      'Somebody pressed Ctrl-C, or another program sent SIGINT.',
      'A question was cancelled, or was answered with no.',
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
