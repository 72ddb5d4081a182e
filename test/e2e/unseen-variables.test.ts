import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanEnvironment } from '../../src/core/clean-environment';
import { PROXY_VARIABLES } from '../../src/core/proxy-variables';
import { VARIABLE_GROUPS } from '../../src/core/variables';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { configDirEncrypted } from '../support/encrypted-profile';
import { configDirWith } from '../support/stored';
import { envFor, errorIn } from './support/run-binary';
import { runHere } from './support/run-here';

const PASSPHRASE = ' "a long passphrase" ';

let sandbox: RunningSandbox;
let folder: string;
beforeAll(async () => {
  sandbox = await startSandbox();
  folder = mkdtempSync(join(tmpdir(), 'vstoken-unseen-'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

type Variables = Readonly<Record<string, string>>;

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const server = () => ({ VOCALSTACK_API_SERVER: sandbox.url });
const stored = () => ({
  ...server(),
  VOCALSTACK_CONFIG_DIR: configDirWith(sandbox, ['one', 'two']),
});
const sealed = () => ({
  ...server(),
  VOCALSTACK_CONFIG_DIR: configDirEncrypted(sandbox, PASSPHRASE),
});
const keyFile = () => file('key', sandbox.apiKey);
const phraseFile = () => file('phrase', PASSPHRASE);

/** Variables, each with an environment in which a mint succeeds only because of the variable's value. */
const WORKING: readonly (readonly [name: string, env: () => Variables])[] = [
  ['VOCALSTACK_API_KEY', () => envFor(sandbox)],
  ['VOCALSTACK_API_SERVER', () => envFor(sandbox)],
  ['VOCALSTACK_API_KEY_FILE', () => ({ ...server(), VOCALSTACK_API_KEY_FILE: keyFile() })],
  ['VOCALSTACK_PROFILE', () => ({ ...stored(), VOCALSTACK_PROFILE: 'two' })],
  ['VOCALSTACK_CONFIG_DIR', stored],
  ['VOCALSTACK_TIMEOUT', () => ({ ...envFor(sandbox), VOCALSTACK_TIMEOUT: '30s' })],
  ['VOCALSTACK_PASSPHRASE_FILE', () => ({ ...sealed(), VOCALSTACK_PASSPHRASE_FILE: phraseFile() })],
];

describe('a variable is accepted', () => {
  const around = (name: string, env: Variables, [before, after]: readonly [string, string]) => ({
    ...env,
    [name]: `${before}${env[name]}${after}`,
  });

  it.each(WORKING)(
    'if invisible characters and quotes surround the value of %s',
    async (name, env) => {
      for (const ends of [
        ['', '\r'],
        ['', '\n'],
        ['\ufeff', '\r\n'],
        ['"', '"'],
        [" '", "'\r"],
      ] as const) {
        const { code, err } = await runHere(['mint'], { env: around(name, env(), ends) });
        expect({ ends, code, err }).toEqual({ ends, code: 0, err: '' });
      }
    },
  );

  it.each([
    [
      'VOCALSTACK_PASSPHRASE',
      (ends: readonly [string, string]) =>
        around('VOCALSTACK_PASSPHRASE', { ...sealed(), VOCALSTACK_PASSPHRASE: PASSPHRASE }, ends),
    ],
    [
      'its file',
      ([before, after]: readonly [string, string]) => ({
        ...sealed(),
        VOCALSTACK_PASSPHRASE_FILE: file('marked', `${before}${PASSPHRASE}${after}`),
      }),
    ],
  ])(
    'if the passphrase of %s ends with a line break or begins with a byte order mark, and spaces and quotes are kept',
    async (_, env) => {
      for (const ends of [
        ['', ''],
        ['', '\r'],
        ['', '\r\n'],
        ['', '\n\n'],
        ['\ufeff', '\n'],
      ] as const) {
        const { code, err } = await runHere(['mint'], { env: env(ends) });
        expect({ ends, code, err }).toEqual({ ends, code: 0, err: '' });
      }
    },
  );

  it('if the key file contains a byte order mark and quotes', async () => {
    const env = {
      ...server(),
      VOCALSTACK_API_KEY_FILE: file('bom', `\ufeff"${sandbox.apiKey}"\r\n`),
    };
    expect(await runHere(['mint'], { env })).toMatchObject({ code: 0, err: '' });
  });

  it('if it is a network variable, or one that only GitHub sets', async () => {
    const proxied = {
      ...envFor(sandbox),
      VOCALSTACK_PROXY_LOOPBACK: '1\r',
      http_proxy: '"http://127.0.0.1:1"\r',
    };
    expect(errorIn(await runHere(['mint', '--json'], { env: proxied })).code).toBe('proxy_failed');
    const exempt = { ...proxied, NO_PROXY: '"127.0.0.1"\r' };
    expect(await runHere(['mint'], { env: exempt })).toMatchObject({ code: 0, err: '' });
    const output = file('output', '');
    const github = {
      GITHUB_ACTIONS: 'true\r',
      GITHUB_OUTPUT: `"${output}"`,
      GITHUB_ENV: `${output}\r`,
    };
    const line = ['mint', '-o', 'github'];
    expect(await runHere(line, { env: { ...envFor(sandbox), ...github } })).toMatchObject({
      code: 0,
    });
  });

  it('as an empty value if it contains only quotes and white space', async () => {
    const env = {
      ...envFor(sandbox),
      VOCALSTACK_PROFILE: '""',
      VOCALSTACK_TIMEOUT: '\r',
      VOCALSTACK_API_KEY_FILE: "''",
    };
    expect(await runHere(['mint'], { env })).toMatchObject({ code: 0, err: '' });
    const none = { ...server(), VOCALSTACK_API_KEY: '""\r' };
    expect(errorIn(await runHere(['mint', '--json'], { env: none })).code).toBe('key_empty');
  });

  it('if quotes and white space surround its value, for each name that the program reads', () => {
    const exceptions = [
      'VOCALSTACK_PASSPHRASE',
      'VOCALSTACK_AUTH_TOKEN',
      'NODE_TLS_REJECT_UNAUTHORIZED',
    ];
    const documented = VARIABLE_GROUPS.flatMap(({ variables }) =>
      variables.map(({ name }) => name),
    );
    const names = [...documented, ...PROXY_VARIABLES, 'no_proxy', 'HOME', 'APPDATA'].filter(
      (name) => !exceptions.includes(name),
    );
    const unclean = (value: string) => Object.fromEntries(names.map((name) => [name, value]));
    const { ...cleaned } = cleanEnvironment(unclean(' "value"\r\n'));
    expect(cleaned).toEqual(unclean('value'));
  });
});

describe('a variable is rejected', () => {
  const CODES: Readonly<Record<string, string>> = {
    VOCALSTACK_API_KEY: 'key_malformed',
    VOCALSTACK_API_SERVER: 'invalid_server',
    VOCALSTACK_API_KEY_FILE: 'key_file_unreadable',
    VOCALSTACK_CONFIG_DIR: 'config_unsafe',
    VOCALSTACK_PASSPHRASE_FILE: 'passphrase_unreadable',
  };
  const more: typeof WORKING = [
    ['VOCALSTACK_PASSPHRASE', () => ({ ...sealed(), VOCALSTACK_PASSPHRASE: PASSPHRASE })],
    [
      'http_proxy',
      () => ({
        ...envFor(sandbox),
        http_proxy: 'http://127.0.0.1:1',
        VOCALSTACK_PROXY_LOOPBACK: '1',
      }),
    ],
  ];
  const codes = {
    ...CODES,
    VOCALSTACK_PASSPHRASE: 'passphrase_unreadable',
    http_proxy: 'proxy_invalid',
  };

  it.each([...WORKING, ...more])(
    'S20 if an invisible character is inside %s, and the error names the character without quoting the value',
    async (name, env) => {
      const before = sandbox.stats().mints;
      for (const [character, shown] of [
        ['\u200b', 'ZERO WIDTH SPACE (U+200B)'],
        ['\r', 'CARRIAGE RETURN (U+000D)'],
        ['\u00a0', 'NO-BREAK SPACE (U+00A0)'],
        ['\u{e0041}', 'invisible character (U+E0041)'],
      ] as const) {
        const value = env()[name] ?? '';
        const broken = `${value.slice(0, 1)}${character}${value.slice(1)}`;
        const result = await runHere(['mint', '--json'], { env: { ...env(), [name]: broken } });
        const { code, message } = errorIn(result);
        const expected = (codes as Variables)[name] ?? 'invalid_value';
        expect({
          code,
          shown: message.includes(`${shown} at position 2`) ? shown : message,
        }).toEqual({ code: expected, shown });
        expect(message).toContain(name);
        expect(result.err).not.toContain(value.slice(1));
      }
      expect(sandbox.stats().mints).toBe(before);
    },
  );

  it.each([
    ['a key', 'VOCALSTACK_API_KEY_FILE', 'key_malformed'],
    ['a passphrase', 'VOCALSTACK_PASSPHRASE_FILE', 'passphrase_unreadable'],
  ])('S20 if an invisible character is in the file of %s', async (_, name, code) => {
    const path = file('hidden', 'CANARY\u2060passphrase\n');
    const result = await runHere(['mint', '--json'], { env: { ...sealed(), [name]: path } });
    expect(errorIn(result)).toMatchObject({
      code,
      message: expect.stringContaining('WORD JOINER (U+2060) at position 7'),
    });
    expect(result.err).not.toMatch(/CANARY/);
  });

  it.each([
    ['VOCALSTACK_TEST_URL', 'test', 'invalid_value', {}],
    ['SSL_CERT_FILE', 'mint', 'ca_file_unusable', { VOCALSTACK_API_SERVER: 'https://127.0.0.1:1' }],
    ['SSL_CERT_DIR', 'mint', 'ca_file_unusable', { VOCALSTACK_API_SERVER: 'https://127.0.0.1:1' }],
  ])('S20 if an invisible character is in %s', async (name, command, code, more) => {
    const env = { ...envFor(sandbox), ...more, [name]: 'https://127.0.0.1/CAN\u200bARY' };
    const result = await runHere([command, '--json'], { env });
    const message = expect.stringContaining(`${name} contains an invisible character: ZERO`);
    expect(errorIn(result)).toMatchObject({ code, message });
    expect(result.err).not.toMatch(/CAN.?ARY/);
  });

  it('only for invisible characters that ordinary text does not contain', async () => {
    const family = 'Familie 👨‍👩‍👧 خانه‌ها';
    const env = {
      ...server(),
      VOCALSTACK_CONFIG_DIR: configDirEncrypted(sandbox, family),
      VOCALSTACK_PASSPHRASE: family,
    };
    expect(await runHere(['mint'], { env })).toMatchObject({ code: 0, err: '' });
  });
});

it('the command started by exec gets its variables unchanged', async () => {
  const given = {
    VOCALSTACK_TIMEOUT: '"30s"\r',
    VOCALSTACK_PROFILE: ' one\n',
    NO_PROXY: "'*'",
    TERM: 'dumb\r',
  };
  const show = 'process.stdout.write(JSON.stringify(process.env))';
  const { out } = await runHere(['exec', '--', process.execPath, '-e', show], {
    env: { ...stored(), ...given },
  });
  expect(JSON.parse(out)).toMatchObject(given);
});
