export interface Variable {
  readonly name: string;
  readonly meaning: string;
  /** The default if the variable is unset or empty. Null if there is no default. */
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

export const VARIABLE_GROUPS: readonly VariableGroup[] = [
  group(
    'Key and server',
    [
      'VOCALSTACK_API_KEY',
      'the API key, preferred to a stored key',
      'VOCALSTACK_API_KEY_FILE, then VOCALSTACK_API_KEY_COMMAND',
    ],
    ['VOCALSTACK_API_KEY_FILE', 'the path of a file that contains the API key', null],
    ['VOCALSTACK_API_KEY_COMMAND', 'a command that prints the API key', null],
    [
      'VOCALSTACK_PROFILE',
      'the name of a stored key; --profile overrides it',
      'the profile in use',
    ],
    [
      'VOCALSTACK_API_SERVER',
      'the API server (plain http only on this machine); --api-server overrides it',
      'the server of the stored key, then the setting api_server, then https://api.vocalstack.com',
    ],
    [
      'VOCALSTACK_PASSPHRASE',
      'the passphrase of encrypted stored keys',
      'VOCALSTACK_PASSPHRASE_FILE',
    ],
    [
      'VOCALSTACK_PASSPHRASE_FILE',
      'the path of a file that contains the passphrase',
      'vstoken asks for the passphrase',
    ],
    [
      'VOCALSTACK_CONFIG_DIR',
      'the folder for settings and stored keys',
      'the settings folder of the system',
    ],
    [
      'XDG_CONFIG_HOME',
      'on Linux, the parent folder of the settings folder (on Windows: APPDATA)',
      '~/.config',
    ],
  ),
  group(
    'Token and test',
    ['VOCALSTACK_AUTH_TOKEN', 'the token for --use-token; vstoken exec sets it', null],
    [
      'VOCALSTACK_TEST_URL',
      'the URL of the audio that vstoken test transcribes',
      'a clip with a known text',
    ],
    [
      'VOCALSTACK_TIMEOUT',
      'the time limit of a command; --timeout overrides it',
      '30s; vstoken test: 2m; vstoken verify: 5m',
    ],
  ),
  group(
    'Output',
    ['NO_COLOR', 'turns colours off', 'colours in a terminal'],
    ['FORCE_COLOR', 'turns colours on in a pipe, too; 0 turns them off', 'colours in a terminal'],
    ['TERM', '"dumb" turns off colours and progress lines that change', null],
    [
      'CI',
      'if set, vstoken asks no questions, shows no progress lines that change, and records no tokens for vstoken inspect; 0 and false count as not set',
      null,
    ],
    ['GITHUB_ACTIONS', 'true in a step of GitHub Actions', null],
    ['GITHUB_OUTPUT', 'the file to which -o github writes an output', null],
    ['GITHUB_ENV', 'the file to which -o github writes a variable', null],
    ['GITHUB_STEP_SUMMARY', 'the file to which --report github writes a summary', null],
    ['BROWSER', 'the browser that vstoken serve --open starts', null],
  ),
  group(
    'Network',
    ['HTTPS_PROXY', 'the proxy for https', 'ALL_PROXY'],
    ['HTTP_PROXY', 'the proxy for plain http', 'ALL_PROXY'],
    ['ALL_PROXY', 'the proxy for https and for plain http', null],
    ['NO_PROXY', 'hosts that are reached without a proxy', 'no hosts'],
    ['VOCALSTACK_PROXY_LOOPBACK', 'if 1, requests to this machine use the proxy too', null],
    ['NODE_EXTRA_CA_CERTS', 'a PEM file of additional trusted CAs', null],
    ['SSL_CERT_FILE', 'a PEM file of all trusted CAs', 'the CAs of Node.js'],
    ['SSL_CERT_DIR', 'folders of PEM files of additional trusted CAs', null],
    [
      'NODE_TLS_REJECT_UNAUTHORIZED',
      '0 turns certificate checks off; vstoken then sends nothing to servers on other machines',
      'certificates are checked',
    ],
  ),
];
