import { version as number } from '../../../package.json';
import { defineCommand } from '../../cli/define';

export const version = defineCommand({
  name: 'version',
  summary: 'print the version',
  description: 'Prints the version of vstoken, the same as vstoken --version.',
  options: {},
  examples: [
    { about: 'print the version number', line: 'vstoken version' },
    { about: 'print the version number with an option', line: 'vstoken --version' },
    { about: 'print the version number as JSON, for a script', line: 'vstoken version --json' },
  ],
  errors: [],
  json: { '--json': '{version: string}' },
  targetOptions: [],
  timeoutMs: null,

  run: async () => ({ data: { version: number } }),

  render: ({ version: text }: { readonly version: string }) => `${text}\n`,
});
