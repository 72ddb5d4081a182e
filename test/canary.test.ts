// `npm run test:fast` skips the tests of this file, because they start programs.
// @module-tag program

import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/commands/index';
import type { Context } from '../src/context/context';
import { findCanaries } from './e2e/support/canary';
import { type Hooks, type Peer, type Service, sendJson, startService } from './e2e/support/service';
import { autoAdvancingClock } from './support/auto-advancing-clock';
import { CLIPBOARD } from './support/clipboard';
import { type RunOptions, run } from './support/run';
import { configDirWith, newConfigDir } from './support/stored';
import { askServe, runUntilStopped } from './support/until-stopped';

const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';
const TOKEN = 'CanaryToken~Rw8"w+&%3D\\4/x=fin';
/** The password of a SOCKS proxy. The proxy is configured, but not used. */
const PROXY_PASSWORD = 'CanaryProxyPw/7+8&%41=z"Qw';
const PASSPHRASE = 'Canary passphrase/7+8&%41=z"Qw';

const CLIP = readFileSync(join(import.meta.dirname, '../assets/clip.wav'));

/** For each command: the command lines with which it is run. Every new command needs an entry. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  mint: [
    'mint',
    'mint --count 2',
    'mint --prove',
    'mint --prove --access readwrite',
    'mint -o github',
    'mint --copy',
  ],
  test: [
    'test --mode read --report junit=/test.xml --report html=/test.html',
    'test https://example.com/a.wav --report html=/test.html',
    'test https://example.com/a.wav --mode connect --use-token',
    'test https://example.com/a.wav --follow --report github',
    'test --file clip.wav --report github',
  ],
  verify: ['verify --only reusable,readwrite-session,no-query --report html=/verify.html'],
  api: [
    'api /polyglot',
    'api -i /polyglot?x=1',
    'api -i --as key /polyglot',
    'api -i --use-token POST /polyglot',
    'api --token-stdin /polyglot',
  ],
  inspect: [
    'inspect --use-token',
    'inspect --token-stdin',
    'inspect --use-token --probe',
    'inspect --token-stdin --probe --reply',
  ],
  serve: ['serve --port 0', 'serve --port 0 --page --open'],
  exec: ['exec -- env', 'exec --file -- env', 'exec --file --refresh --no-one-time -- env'],
  login: [
    'login --with-key --store plaintext',
    'login --with-key --store plaintext --no-verify',
    "login --key-command 'cat /nowhere/CanaryKey/5d2+8x'",
  ],
  logout: ['logout', 'logout --all'],
  status: ['status', 'status --check', 'status --profile default'],
  profile: ['profile list', 'profile use default', 'profile rename default other'],
  config: ['config list', 'config set lifetime 20s', 'config path'],
  explain: ['explain', 'explain token_spent', 'explain -', 'explain 401', 'explain spent'],
  sandbox: ['sandbox --port 0'],
  completion: ['completion bash', 'completion zsh', 'completion fish', 'completion powershell'],
  doctor: ['doctor', 'doctor --output /doctor.txt', 'doctor --offline'],
  help: ['help', 'help mint', 'help environment'],
  version: ['version'],
};

const MODES = ['', '--json', '--verbose'];

const IN_ACTIONS = {
  GITHUB_ACTIONS: 'true',
  GITHUB_OUTPUT: '/output',
  GITHUB_ENV: '/env',
  GITHUB_STEP_SUMMARY: '/summary',
};

/** How the service misbehaves. Its answers and messages repeat the credentials that the service received. */
interface Outcome {
  readonly answer?: (response: ServerResponse, authorization: string) => void;
  readonly say?: (peer: Peer) => void;
  readonly isSilent?: true;
}

const status = (code: number): Outcome => ({
  answer(response, authorization) {
    response.setHeader('retry-after', '1');
    sendJson(response, code, { status: 'error', http_code: code, error: `no: ${authorization}` });
  },
  say({ send, authorization }) {
    send({ status: 'error', http_code: code, error: `no: ${authorization}` });
  },
});

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  success: {},
  401: status(401),
  403: status(403),
  429: status(429),
  500: status(500),
  timeout: { answer: () => undefined, say: () => undefined, isSilent: true },
  'bad JSON': {
    answer(response, text) {
      response.writeHead(200, { 'x-api-version': '1.1.0' }).end(`{"data":"${text}`);
    },
    say: ({ socket, authorization }) => socket.send(`{"session":"${authorization}`),
  },
  redirect: {
    answer(response, text) {
      const location = `http://127.0.0.1:9/${encodeURIComponent(text)}`;
      response.writeHead(302, { location }).end(text);
    },
    say: ({ socket, authorization }) => socket.close(3000, authorization),
  },
};

/** The moment when the service misbehaves: when a token is requested, or when a token is used. */
const PLACES = ['mint', 'use'] as const;

function hooksFor(place: (typeof PLACES)[number], { answer, say }: Outcome): Hooks {
  const onRequest = (response: ServerResponse, { headers }: IncomingMessage) =>
    answer?.(response, headers.authorization ?? '');
  if (!answer || !say) return {};
  return place === 'mint' ? { onMint: onRequest } : { onRead: onRequest, onHello: say };
}

const withMode = (line: string, mode: string) => {
  const [own = '', after = ''] = line.split(/(?= -- )/);
  return `${own} ${mode}${after}`;
};

interface Traces {
  readonly code: number;
  /** One text for each secret that was found: the command line, and where the secret was. */
  readonly leaks: readonly string[];
}

/**
 * Runs a command line against a service, with a settings folder that contains only a key. Looks for secrets in everything that
 * the run has written.
 */
async function scan(
  line: string,
  folder: string,
  service: Service,
  { isSilent }: Outcome,
  more: RunOptions = {},
): Promise<Traces> {
  const { clock, watch, advanceUntilDone } = autoAdvancingClock();
  const { counts } = service;
  const asked = () => counts.mints + counts.reads + counts.upgrades;
  const before = asked();
  const configDir = configDirWith({ url: service.url, apiKey: KEY }, ['default'], {}, folder);
  const options: RunOptions = {
    clock,
    configDir,
    network: watch,
    stdin: line.startsWith('login') ? KEY : TOKEN,
    env: {
      PATH: process.env['PATH'],
      VOCALSTACK_API_SERVER: service.url,
      VOCALSTACK_API_KEY: KEY,
      VOCALSTACK_AUTH_TOKEN: TOKEN,
      VOCALSTACK_PASSPHRASE: PASSPHRASE,
      ALL_PROXY: `socks5h://someone:${encodeURIComponent(PROXY_PASSWORD)}@127.0.0.1:1`,
      ...(line.includes('github') && IN_ACTIONS),
    },
    files: { 'clip.wav': CLIP },
    clipboard: CLIPBOARD,
    ...more,
  };
  const { code, out, err, files } = await advanceUntilDone(runLine(line, options), {
    hasBegun: () => true,
    isSilent: () => isSilent === true && asked() > before,
  });
  // The audio clip is left out of the search. It is large, and it is only an input of the run.
  const written = Object.values(files)
    .filter((content) => content !== CLIP)
    .join('\n');
  const isProduct = /^(mint (?!--copy)|mint$|exec (?!--file))/.test(line);
  const leaks = findCanaries(
    { out: out + written, err },
    [configDir],
    [
      { name: 'key', secret: KEY, mayBeIn: ['config.json'] },
      { name: 'passphrase', secret: PASSPHRASE },
      // The command that `exec` starts gets the proxy variables, so its output may contain the password.
      {
        name: 'proxy password',
        secret: PROXY_PASSWORD,
        mayBeIn: line.startsWith('exec') ? ['out'] : [],
      },
      { name: 'token', secret: TOKEN, mayBeIn: isProduct ? ['out'] : [] },
    ],
  );
  const stack = /^ +at /m.test(err) ? ['a stack'] : [];
  return { code, leaks: [...leaks, ...stack].map((leak) => `${line}: ${leak}`) };
}

/** Runs a command line. If the command starts a server, the server gets a request and is then stopped. */
async function runLine(line: string, options: RunOptions) {
  try {
    if (line.startsWith('serve')) {
      const { body, page, ...result } = await askServe(line, options);
      return { ...result, out: result.out + page + body.replace(/"token":"[^,]*,/, '') };
    }
    if (line.startsWith('sandbox')) return await runUntilStopped(line, sendSecrets, options);
  } catch (error) {
    // The server command failed before its first output, so `askServe` or `runUntilStopped` threw this error. The message of the
    // error contains the exit code.
    const err = error instanceof Error ? error.message : '';
    const [, exit = '1'] = /(?:\(exit |"exit":)(\d+)/.exec(err) ?? [];
    return { code: Number(exit), out: '', err, files: {} };
  }
  return run(line, options);
}

async function sendSecrets(first: string): Promise<void> {
  const [url] = /http:[^\s"]+/.exec(first) ?? [];
  const headers = { authorization: KEY };
  await fetch(`${url}/security/generate-token?x=${encodeURIComponent(TOKEN)}`, { headers });
  // The sandbox logs these requests, as text or as JSON.
  for (const path of [`/${TOKEN}/${KEY}`, '/sandbox/requests', '/polyglot']) {
    await fetch(`${url}${path}`, { method: 'POST', body: TOKEN, headers });
  }
}

const EVERY_LINE = Object.values(LINES).flat();

describe('S19 S22 no command prints or writes a secret in any mode', () => {
  const cells = PLACES.flatMap((place) =>
    Object.entries(OUTCOMES).map(([name, outcome]) => [place, name, outcome] as const),
  );
  it.for(cells)(
    'if the service answers (%s) with %s',
    { timeout: 180_000 },
    async ([place, , outcome]) => {
      const found: string[] = [];
      const folder = newConfigDir();
      const service = await startService({ token: TOKEN, ...hooksFor(place, outcome) });
      for (const line of EVERY_LINE) {
        for (const mode of MODES) {
          const { code, leaks } = await scan(withMode(line, mode), folder, service, outcome);
          found.push(...leaks, ...(code === 1 ? [`${line} ${mode}: exit 1`] : []));
        }
      }
      await service.close();
      expect(found).toEqual([]);
    },
  );

  it('because every command has lines in this test', () => {
    expect(Object.keys(LINES).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
    for (const [name, lines] of Object.entries(LINES)) {
      for (const line of lines) expect(line.split(' ')[0]).toBe(name);
    }
  });
});

/** The members of the context that are objects with functions. */
const GROUPS = [
  'io',
  'stdout',
  'stderr',
  'stdin',
  'clock',
  'files',
  'prompt',
  'vault',
  'ledger',
  'http',
];

type Members = Record<string, unknown>;
const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;

/** Returns the path of every function that the program gets from its context, such as `vault.read`. */
function functionsIn(members: object, path = ''): readonly string[] {
  return Object.entries(members).flatMap(([name, value]) =>
    typeof value === 'function'
      ? [`${path}${name}`]
      : isMembers(value) && GROUPS.includes(name)
        ? functionsIn(value, `${path}${name}.`)
        : [],
  );
}

const crash = () => new TypeError(`Cannot read "${KEY}" of "Bearer ${TOKEN}", ${PASSPHRASE}`);

/**
 * Returns a copy of the context in which one function throws an error. The message of the error contains secrets, because error
 * messages of Node.js can contain them too.
 */
function broken<Whole extends object>(whole: Whole, path: string): Whole {
  const [name = '', ...rest] = path.split('.');
  const members = { ...whole } as Members;
  const before = members[name];
  members[name] =
    rest.length > 0
      ? broken(before as object, rest.join('.'))
      : name === 'write'
        ? () => Promise.reject(crash())
        : () => {
            throw crash();
          };
  const { within } = members;
  if (typeof within === 'function' && path !== 'within') {
    members['within'] = (signal: AbortSignal) => broken(within(signal), path);
  }
  return members as Whole;
}

describe('S19 S22 no command prints or writes a secret if the program crashes', () => {
  it('in any function of its context', async () => {
    let outside: readonly string[] = [];
    await run('explain', {
      context(built) {
        outside = functionsIn(built);
        return built;
      },
    });
    expect(outside.length).toBeGreaterThan(40);
    const folder = newConfigDir();
    const service = await startService({ token: TOKEN });
    const found: string[] = [];
    const crashed = new Set<string>();
    const ways = new Set<string>();
    for (const [at, path] of outside.entries()) {
      for (const [of, line] of EVERY_LINE.entries()) {
        // In each run, one function of the context throws an error. The output mode changes with each function and with each
        // command line.
        const mode = MODES[(at + of) % MODES.length] ?? '';
        const context = (built: Context) => broken(built, path);
        const { code, leaks } = await scan(withMode(line, mode), folder, service, {}, { context });
        found.push(...leaks.map((leak) => `${path}: ${leak}`));
        if (code === 1) {
          crashed.add(line.split(' ')[0] ?? '');
          ways.add(path);
        }
      }
    }
    await service.close();
    expect(found).toEqual([]);
    expect([...crashed].sort()).toEqual(Object.keys(LINES).sort());
    expect(ways.size).toBeGreaterThan(20);
  }, 300_000);
});
