import { DURATION_FORM } from '../../core/duration';
import { TOKEN_VARIABLE } from '../../core/key-source';
import { formatToken, type LineFormat, TOKEN_FORMATS, type TokenFormat } from '../../core/quote';

type Section = readonly [
  title: string,
  rows: readonly (readonly [term: string, text: string])[],
  note: string | null,
];

const lineIn = (format: LineFormat) => formatToken('TOKEN', format, TOKEN_VARIABLE).trimEnd();

const FORMATS: Readonly<Record<TokenFormat, string>> = {
  text: 'the token and a line break',
  json: 'one JSON document, as --json prints it',
  env: `for sh, bash and zsh: ${lineIn('env')}`,
  dotenv: `for a file such as .env: ${lineIn('dotenv')}`,
  fish: `for fish: ${lineIn('fish')}`,
  powershell: `for PowerShell: ${lineIn('powershell')}`,
  cmd: `for cmd: ${lineIn('cmd')}`,
  header: lineIn('header'),
  curl: `for curl --config -: ${lineIn('curl')}`,
  github: `in GitHub Actions: masks the token, and sets the output token and the variable ${TOKEN_VARIABLE} for the next steps`,
};

export const formatsTopic = (): readonly Section[] => [
  [
    'Output formats of mint -o',
    TOKEN_FORMATS.map((format) => [format, FORMATS[format]]),
    '--name changes the variable. Use -o env with eval. -o curl keeps the token out of the arguments of curl.',
  ],
  [
    'JSON',
    [
      ['--json', 'one document on standard output; the help of each command lists its members'],
      ['--follow --json', 'test: one document per line'],
      ['--count N --json', 'mint: one document per line'],
      [
        'a failure',
        '{"error": {"code", "message", "hint", "exit", "http_status"?}}, the last line of standard error',
      ],
    ],
    'The whole command line as JSON: vstoken help --json.',
  ],
  ['Durations', [['DURATION', DURATION_FORM]], 'A number without a unit is in seconds.'],
  [
    'Reports of test and verify',
    [
      ['junit=PATH', 'JUnit XML, for CI'],
      ['html=PATH', 'an HTML page, for a ticket'],
      ['github', 'annotations and a summary, in a step of GitHub Actions'],
    ],
    null,
  ],
];
