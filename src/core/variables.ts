/** An environment variable that this program reads. */
export interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** The default if it is unset or empty. Null if there is none. */
  readonly preset: string | null;
}

export interface VariableGroup {
  readonly title: string;
  readonly variables: readonly Variable[];
}

const group = (
  title: string,
  ...rows: readonly (readonly [name: string, meaning: string, preset: string | null])[]
): VariableGroup => ({
  title,
  variables: rows.map(([name, meaning, preset]) => ({ name, meaning, preset })),
});

/** All variables. */
export const VARIABLE_GROUPS: readonly VariableGroup[] = [
  group(
    'Key and server',
    ['VOCALSTACK_API_KEY', 'the API key; counts before a stored one', 'the next ones'],
    ['VOCALSTACK_API_KEY_FILE', 'the path of a file with the API key', null],
    ['VOCALSTACK_API_KEY_COMMAND', 'a command that prints the API key', null],
    [
      'VOCALSTACK_PROFILE',
      'the name of the stored key; --profile counts before it',
      'the one in use',
    ],
    [
      'VOCALSTACK_API_SERVER',
      'the API server, with plain http on loopback only; --api-server counts before it',
      'the server of the stored key, the setting api_server, https://api.vocalstack.com',
    ],
    ['VOCALSTACK_PASSPHRASE', 'the passphrase of keys that login stored with one', 'the next one'],
    [
      'VOCALSTACK_PASSPHRASE_FILE',
      'the path of a file that holds the passphrase',
      'it is asked for in a terminal',
    ],
    ['VOCALSTACK_CONFIG_DIR', 'the folder of settings and stored keys', 'the one of the system'],
    [
      'XDG_CONFIG_HOME',
      'the folder that holds the one of the system, on Linux; HOME counts after it, on Windows APPDATA',
      '~/.config',
    ],
  ),
  group(
    'Token and test',
    ['VOCALSTACK_AUTH_TOKEN', 'the token of inspect, test --use-token; exec sets it', null],
    ['VOCALSTACK_TEST_URL', 'the audio that test transcribes', 'a clip with a known text'],
    [
      'VOCALSTACK_TIMEOUT',
      'the deadline of a command; --timeout counts before it',
      '30s, test 2m, verify 5m',
    ],
  ),
  group(
    'Output',
    ['NO_COLOR', 'no colours', 'colours in a terminal'],
    ['FORCE_COLOR', 'colours in a pipe, too; 0 for none', 'colours in a terminal'],
    ['TERM', 'dumb: no colours, and no list of steps that is redrawn', null],
    ['CI', 'nothing is asked, redrawn or noted for inspect; 0 and false mean no CI', null],
    [
      'GITHUB_ACTIONS',
      'true in a step of GitHub Actions, where alone -o github and --report github work',
      null,
    ],
    ['GITHUB_OUTPUT', 'the file that -o github writes the output token to', null],
    ['GITHUB_ENV', 'the file that -o github writes the variable to', null],
    ['GITHUB_STEP_SUMMARY', 'the file that --report github writes a summary to', null],
    ['BROWSER', 'the program that serve --open runs', null],
  ),
  group(
    'Network',
    ['HTTPS_PROXY', 'the proxy for the service', 'ALL_PROXY'],
    ['HTTP_PROXY', 'the proxy for plain http', 'ALL_PROXY'],
    ['ALL_PROXY', 'the proxy for both', null],
    ['NO_PROXY', 'what is reached without a proxy', 'nothing'],
    ['VOCALSTACK_PROXY_LOOPBACK', '1: a proxy even for this machine', null],
    ['NODE_EXTRA_CA_CERTS', 'a PEM file of authorities that are trusted as well', null],
    [
      'SSL_CERT_FILE',
      'a PEM file of the authorities that are trusted instead',
      'those that Node.js knows',
    ],
    ['SSL_CERT_DIR', 'folders of PEM files that are trusted as well', null],
    [
      'NODE_TLS_REJECT_UNAUTHORIZED',
      '0 switches off what this program relies on, and is refused',
      'certificates are verified',
    ],
  ),
];
