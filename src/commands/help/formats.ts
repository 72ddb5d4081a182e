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
  json: 'one JSON document, the same as with --json',
  env: `for sh, bash and zsh: ${lineIn('env')}`,
  dotenv: `for a file such as .env: ${lineIn('dotenv')}`,
  fish: `for fish: ${lineIn('fish')}`,
  powershell: `for PowerShell: ${lineIn('powershell')}`,
  cmd: `for cmd: ${lineIn('cmd')}`,
  header: lineIn('header'),
  curl: `for "curl --config -": ${lineIn('curl')}`,
  github: `in GitHub Actions: masks the token, and sets the step output "token" and the variable ${TOKEN_VARIABLE} for the next steps`,
};

export const formatsTopic = (): readonly Section[] => [
  [
    'Output formats of mint -o',
    TOKEN_FORMATS.map((format) => [format, FORMATS[format]]),
    '--name changes the name of the variable. Use -o env with eval. With -o curl, the token is not in the arguments of curl, which other users could see.',
  ],
  [
    'JSON',
    [
      [
        '--json',
        'one JSON document on standard output; the help of each command lists the members',
      ],
      ['--follow --json', 'with vstoken test: one JSON document per line'],
      ['--count N --json', 'with vstoken mint: one JSON document per line'],
      [
        'a failure',
        '{"error": {"code", "message", "hint", "exit", "http_status"?}} as the last line on standard error',
      ],
    ],
    'All commands and options as JSON: vstoken help --json.',
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
