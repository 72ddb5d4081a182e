import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/commands/index';
import type { RunningSandbox } from '../../src/context/servers';
import { SANDBOX_CLIP } from '../../src/core/sample-clips';
import { startSandbox } from '../../src/sandbox/index';
import { CLIPBOARD } from '../support/clipboard';
import { blocksIn, type Document, MANUAL } from '../support/documents';
import { needs } from '../support/needs';
import { OPTION_LINES } from '../support/option-lines';
import { realFiles } from '../support/real-files';
import { type RunOptions, run } from '../support/run';
import { sdkProject } from '../support/sdk-project';
import { configDirWith, newConfigDir } from '../support/stored';
import { type AudioServer, startAudioServer } from './support/audio-server';
import { withAutoAdvancingService } from './support/auto-advancing-service';
import { startServeHere } from './support/example-page';
import { type Answer, runPrompted } from './support/prompt';
import { envFor, pathWithBinary, ROOT, start, startShell } from './support/run-binary';
import { isPlainCall, wordsOf } from './support/shell-words';

const SERVICE = 'https://api.vocalstack.com';
const AUDIO = 'https://example.com';
const PAGE = 'http://localhost:5173';

/** Source of a client that prints which variable contains its token. The client fails if it can see the API key. */
const CLIENT = `
  const { TOKEN, VOCALSTACK_AUTH_TOKEN, VOCALSTACK_API_KEY } = process.env;
  if (VOCALSTACK_API_KEY) throw new Error('a key');
  console.log(TOKEN ? 'TOKEN' : VOCALSTACK_AUTH_TOKEN ? 'VOCALSTACK_AUTH_TOKEN' : 'none');`;

/** Source of a program that reads its token from a file and prints the token. The program fails if it can see the API key. */
const CLIENT_OF_FILE = `
  const { VOCALSTACK_AUTH_TOKEN_FILE, VOCALSTACK_API_KEY } = process.env;
  if (VOCALSTACK_API_KEY) throw new Error('a key');
  console.log(require('node:fs').readFileSync(VOCALSTACK_AUTH_TOKEN_FILE, 'utf8').trim());`;

let sandbox: RunningSandbox;
let audio: AudioServer;
/** The folder to which the examples write. */
let written: string;

beforeAll(async () => {
  written = mkdtempSync(join(tmpdir(), 'vstoken-written-'));
  sandbox = await startSandbox();
  audio = await startAudioServer('hello world');
  writeFileSync(join(written, 'key.txt'), `${sandbox.apiKey}\n`);
  const tokens = ['MadeUpToken-0123456789abcdef', 'AnotherOne-0123456789abcdef'];
  const headers = tokens.map((token) => `Authorization: Bearer ${token}\n`);
  writeFileSync(join(written, 'message.txt'), `First:\n${headers.join('and then:\n')}`);
  writeFileSync(join(written, 'body.json'), '{"name":"demo","link":"demo"}');
  writeFileSync(join(written, 'client.js'), CLIENT);
  writeFileSync(join(written, 'server.js'), CLIENT_OF_FILE);
  // Fake password managers that print the key.
  for (const name of ['op', 'pass']) {
    const script = `#!/bin/sh\nexec cat '${join(written, 'key.txt')}'\n`;
    writeFileSync(join(written, name), script, { mode: 0o755 });
  }
});
afterAll(async () => {
  await sandbox.close();
  await audio.close();
  rmSync(written, { recursive: true });
});

/**
 * Returns the environment variables for an example line. A line that uses stored keys gets the variables of a user with stored
 * keys. A line that writes GitHub output gets the variables of a step of GitHub Actions. Any other line gets only the server and
 * its key.
 */
function variablesFor(line: string, server = sandbox): Readonly<Record<string, string>> {
  if (/vstoken (login|logout|status|profile|config)|--profile/.test(line)) {
    return variablesOfUser(server);
  }
  if (!/(-o|--report) github/.test(line)) return envFor(server);
  const files = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STEP_SUMMARY'];
  const named = Object.fromEntries(files.map((name) => [name, join(written, name)]));
  return { ...envFor(server), GITHUB_ACTIONS: 'true', ...named };
}

/** Returns the environment of a user with two profiles, whose keys are stored in plain text. */
function variablesOfUser(server: RunningSandbox): Readonly<Record<string, string>> {
  const settings = { store: 'plaintext' };
  return {
    VOCALSTACK_CONFIG_DIR: configDirWith(server, ['default', 'staging'], settings),
    VOCALSTACK_PASSPHRASE: 'a long passphrase',
    PATH: `${written}:${pathWithBinary()}`,
  };
}

/** Replaces the servers and files in an example with the servers and files of this test. */
function onLoopback(example: string, server = sandbox): string {
  const text = example
    .replaceAll(SERVICE, server.url)
    .replaceAll(AUDIO, audio.url)
    .replaceAll('http://localhost:8787', server.url)
    .replace('key.txt', join(written, 'key.txt'))
    .replace('message.txt', join(written, 'message.txt'))
    .replace(/\b(client\.js|server\.js|body\.json)\b/, join(written, '$1'))
    .replace('recording.wav', join(ROOT, 'assets/clip.wav'))
    .replace(/\b(tokens\.txt|doctor\.txt|(?:test|verify)\.(?:xml|html))\b/g, join(written, '$1'));
  const isServer = isServerLine(example) && !example.includes('--port');
  return isServer ? `${text} --port 0` : text;
}

const isServerLine = (line: string) => /^vstoken (serve|sandbox)\b[^|;&]*$/.test(line);

/**
 * Patterns of example lines, each with a pattern of the output that such a line must print. A line that matches no pattern only
 * has to succeed.
 */
const OUTPUTS: readonly (readonly [line: RegExp, out: RegExp])[] = [
  [
    /vstoken inspect(?!.*(--json|--probe|--pick|--reply))/,
    /^[✓+] not expired: expires in \d+ s\n\nMinted on this machine .* by vstoken mint: readonly, one-time, 10 s\./,
  ],
  [/vstoken inspect .*--json/, /^\{"verdict":"not_expired","summary":"Minted on this machine /],
  [/vstoken inspect .*--reply/, /^Hello,\n\nWe found no problem in how the token is written/],
  [
    /vstoken inspect .*--probe/,
    /^[✓+] valid\n\nValid: http:\/\/127\.0\.0\.1:\d+ accepts the token: it can /,
  ],
  [/^vstoken mint(?!.*( -o| -h|--copy|--json|\||--interactive|>))/, /^[\w-]{43}\n$/],
  [/^vstoken mint --interactive/, /vstoken mint --access readonly --lifetime 10s\s+--one-time/],
  [/^vstoken mint -o github/, /^::add-mask::[\w-]{43}\n$/],
  [/^vstoken mint --copy$/, /^$/],
  [/^vstoken mint .*--copy .*--json/, /^\{"access":.*"copied_by":"xclip"\}\n$/],
  [/^vstoken mint (?!.*--copy).*--json/, /^\{"token":"[\w-]{43}",.*\}\n$/],
  [/^vstoken mint -o curl \| curl/, /^\{"status":"done","data":\[.*\]\}$/],
  [/^vstoken mint .*\| vstoken test/, /^A token is brief,/],
  [/^eval "\$\(vstoken mint -o env --name TOKEN/, /^[\w-]{43}$/],
  [/^vstoken test --sandbox/, /^A token is brief,/],
  [/^vstoken test https:.*"hello world"/, /^hello world\n$/],
  [/^vstoken test (?!.*--follow).*--json/, /^\{"ok":true,.*\}\n$/],
  [/^vstoken test --follow --json/, /^\{"type":"step",[\s\S]*\{"type":"result","ok":true,.*\}\n$/],
  [
    /^vstoken verify(?!.*(--json|--list|--only))/,
    /\n2[23] kept, 0 broken, [12] skipped\. Server: /,
  ],
  [
    /^vstoken verify --list/,
    /^default-readonly\n {2}A token minted without options is readonly\.\n/,
  ],
  [/^vstoken verify .*--json/, /^\{"ok":true,.*"result":"kept".*\}\n$/],
  [/^vstoken test --file/, /^A token is brief,/],
  [/^vstoken exec .*--name TOKEN .*client\.js$/, /^TOKEN\n$/],
  [/^vstoken exec (?!.*--name).*client\.js( |$)/, /^VOCALSTACK_AUTH_TOKEN\n/],
  [/^vstoken exec .*server\.js$/, /^[\w-]{43}\n$/],
  [/^vstoken exec .*&& echo done'$/, /\ndone\n$/],
  [/^vstoken exec .*AUTH_TOKEN_FILE"'$/, /^[\w-]{43}$/],
  [/^vstoken login(?!.*--json)/, /Logged in to \S+ as profile /],
  [/^vstoken login .*--json/, /^\{"profile":"default","store":"plaintext",.*\}\n$/],
  [
    /^vstoken logout(?!.*(--json|--all))/,
    /^Logged out: (default\.\nProfile in use: staging|staging\.\nProfile in use: default)\.\n$/,
  ],
  [/^vstoken logout --all(?!.*--json)/, /^Logged out: default, staging\.\n$/],
  [/^vstoken status(?!.*--json)/, /^Key: +profile (default|staging)\n/],
  [/^vstoken status .*--json/, /"check":"accepted"/],
  [/^vstoken profile list(?!.*--json)/, /^( {3}PROFILE .*\n)?\* {2}default +plaintext/],
  [/^vstoken config list/, /^access +readonly \(default\): the access of minted tokens\n/],
  [/^vstoken config path/, /config\.json\n$/],
  [/^vstoken explain$/, /^Exit 0: done\n[\s\S]*\n +4 {2}token_spent +the one-time/],
  [/^vstoken explain --command mint/, /^Exit 0: done\n[\s\S]*\n +4 {2}no_key +no API key/],
  [/^vstoken explain 401/, /^HTTP status 401, [\s\S]*\n +4 {2}token_spent +the one-time/],
  [/^echo .* \| vstoken explain/, /^HTTP status 401, /],
  [/^vstoken explain token_spent/, /^token_spent \(exit 4\): [\s\S]*\n {6}vstoken mint\n/],
  [/^vstoken explain --json/, /^\{"exits":\[\{"exit":0,.*"code":"token_spent".*\}\n$/],
  [/^vstoken doctor(?!.*--json)/, /^program\n {2}✓ Node\.js +\d+\./],
  [/^vstoken doctor .*--json/, /^\{"ok":true,.*\}\n$/],
  [/^vstoken (help mint$|mint -h)/, /^Usage: vstoken mint \[options\]\n/],
  [/^vstoken help environment/, /\n {2}VOCALSTACK_API_KEY +the API key/],
  [/^vstoken help --json/, /^\{"program":"vstoken",.*\}\n$/],
  [/^vstoken (version|--version)(?!.*--json)/, /^\d+\.\d+\.\d+\n$/],
  [/^vstoken completion bash$/, /\n {4}complete -F _vstoken vstoken vocalstack-token\n/],
  [/^vstoken completion zsh/, /^#compdef vstoken vocalstack-token\n/],
  [/^vstoken completion powershell/, /\nRegister-ArgumentCompleter -Native /],
  [/vstoken completion bash --words$/, /^values\nreadonly\nreadwrite\n$/],
  [/vstoken completion fish --words --json$/, /"offer":"values","values":\[\{"value":"text",/],
  [/^vstoken serve .*--public-url/, /^Listening on https:\/\/[\w.-]+\/token$/],
  [/^vstoken serve .*--page/, /^The page is at http:\/\/127\.0\.0\.1:\d+$/],
  [
    /^vstoken serve(?!.*(--json|--public-url|--page))/,
    /^Listening on http:\/\/127\.0\.0\.1:\d+\/(api\/)?token$/,
  ],
  [
    /^vstoken serve .*--json/,
    /^\{"url":"http:\/\/127\.0\.0\.1:\d+","path":"\/token","secret":"[\w-]+",/,
  ],
  [
    /^vstoken sandbox .*--public-url/,
    /^Listening on https:\/\/[\w.-]+ with the API key from --api-key-file$/,
  ],
  [
    /^vstoken sandbox(?!.*(--json|--public-url))/,
    /^Listening on http:\/\/127\.0\.0\.1:\d+ with the API key \S+$/,
  ],
  [/^vstoken sandbox .*--json/, /^\{"url":"http:\/\/127\.0\.0\.1:\d+","api_key":"[^"]+"\}$/],
];

/**
 * Runs an example line that only calls the program, without other shell syntax. The program runs in this process and uses real
 * files.
 */
async function call(line: string, server: RunningSandbox, options: RunOptions): Promise<string> {
  const [words = []] = await wordsOf('bash', [onLoopback(line, server)]);
  const env = variablesFor(line, server);
  const { code, out, err } = await run(words, {
    configDir: env['VOCALSTACK_CONFIG_DIR'] ?? newConfigDir(),
    nodeVersion: process.versions.node,
    stdin: '',
    ...(line.includes('--client sdk') ? { cwd: sdkProject().folder } : {}),
    clipboard: CLIPBOARD,
    ...options,
    env: { PATH: pathWithBinary(), HOME: written, ...env },
    context: (built) => ({ ...built, files: realFiles }),
  });
  if (code !== 0 || /^error:/m.test(err)) throw new Error(`${line}: ${code} ${err}`);
  return out;
}

function runCall(line: string, options: RunOptions = {}): Promise<string> {
  if (!line.startsWith('vstoken verify')) return call(line, sandbox, options);
  return withAutoAdvancingService((server, clockOptions) =>
    call(line, server, { ...options, ...clockOptions }),
  );
}

/** Runs an example line in a pseudo-terminal, and answers its prompts. */
async function runAnswered(line: string): Promise<string> {
  const isMint = line.startsWith('vstoken mint');
  const [, ...args] = onLoopback(line).split(' ');
  const answers: Answer[] = isMint
    ? [/Access/, /Lifetime/, /One-time/].map((shown) => [shown, '\r'])
    : [[/API key/, `${sandbox.apiKey}\r`]];
  const { code, screen } = await runPrompted(args, answers, variablesFor(line));
  expect({ line, code, screen }).toEqual({ line, code: 0, screen });
  return screen;
}

/**
 * Starts the server of an example line and returns the first line that it prints. Stops the server with a signal, and checks its
 * exit code.
 */
async function runServer(line: string): Promise<string> {
  // With CI=1, --open starts no browser on the machine that runs the tests.
  const env = { ...variablesFor(line), ...(line.includes('--open') && { CI: '1' }) };
  const server = startShell('bash', `exec ${onLoopback(line)}`, { env });
  const [first] = await server.untilOut(/^[^\n]*(?=\n)/);
  server.child.kill('SIGTERM');
  expect(await server.done).toMatchObject({ code: 143 });
  return first;
}

/** Runs an example line in a shell with `pipefail`, which fails if any command in a pipe fails. */
async function runScript(shell: 'bash' | 'zsh', line: string): Promise<string> {
  const strict = 'set -e; set -o pipefail';
  const show = line.startsWith('eval') ? '\nprintf %s "$TOKEN"' : '';
  const script = `${strict}\n${onLoopback(line)}${show}`;
  const { code, out, err } = await startShell(shell, script, { env: variablesFor(line) }).done;
  if (code !== 0 || /^error:/m.test(err)) throw new Error(`${line}: ${code} ${err}`);
  return out;
}

const isAnswered = (line: string) =>
  line.endsWith('--interactive') ||
  (line.startsWith('vstoken login') && !/--with-key|--key-command/.test(line));

/** Returns what an example line prints. The line runs in bash and in zsh if they could parse it differently. */
async function outputsOf(line: string): Promise<readonly string[]> {
  if (isAnswered(line)) return [await runAnswered(line)];
  if (isServerLine(line)) return [await runServer(line)];
  // Runs in one shell only, because this transcription takes long.
  if (line.includes('--billable')) return [await runScript('bash', line)];
  // Runs in one shell only, because the line creates a polyglot session, and the server rejects a second polyglot session with
  // the same `link`.
  if (line.includes('POST')) return [await runScript('bash', line)];
  if (line.includes('--key-command')) return [await runScript('bash', line)];
  if (isPlainCall(line)) return [await runCall(line)];
  return [await runScript('bash', line), await runScript('zsh', line)];
}

/** Returns the examples in a topic's help, and the lines of `OPTION_LINES`, which test the options without an example. */
async function examplesIn(topic: readonly string[]): Promise<readonly string[]> {
  const { code, out } = await run(['help', ...topic]);
  expect(code).toBe(0);
  const shown = out.replace(/ \\\n {6}/g, ' ');
  const lines = [...shown.matchAll(/^ {2}\$ (.*?)(?: +# .*)?$/gm)].map(([, line = '']) => line);
  return [...lines, ...topic.flatMap((name) => OPTION_LINES[name] ?? [])];
}

const TOPICS: readonly (readonly string[])[] = [[], ...COMMANDS.map(({ name }) => [name])];

describe.concurrent(
  'every example of the help runs in bash and in zsh',
  needs('curl', 'zsh', 'script'),
  () => {
    // The timeout is long because the test starts dozens of processes.
    it.each(TOPICS.map((topic) => [topic]))(
      'vstoken help %s shows examples that print the expected output',
      { timeout: 240_000 },
      async (topic) => {
        const lines = await examplesIn(topic);
        expect(lines.length).toBeGreaterThan(2);
        const outcomes: Record<string, unknown> = {};
        for (const line of lines) {
          const expected = OUTPUTS.filter(([pattern]) => pattern.test(line)).map(([, out]) => out);
          const wrong = await outputsOf(line).then(
            (outputs) => outputs.find((out) => !expected.every((pattern) => pattern.test(out))),
            ({ message }: Error) => message,
          );
          outcomes[line] = wrong ?? 'as promised';
        }
        expect(outcomes).toEqual(Object.fromEntries(lines.map((line) => [line, 'as promised'])));
      },
    );

    it('both shells pass the same arguments to the program', async () => {
      const lines = (await Promise.all(TOPICS.map(examplesIn))).flat().filter(isPlainCall);
      expect(lines.length).toBeGreaterThan(50);
      expect(await wordsOf('zsh', lines)).toEqual(await wordsOf('bash', lines));
    });
  },
);

/** Returns the blocks of a document that are marked to be run: `sh run` blocks, and the `$ ` lines of `console run` blocks. */
function shellBlocks(document: Document): readonly string[] {
  const consoles = blocksIn(document, 'console run').map((block) =>
    [...block.matchAll(/^\$ (.*)$/gm)].map(([, line]) => line).join('\n'),
  );
  return [...blocksIn(document, 'sh run').map((block) => block.trim()), ...consoles];
}

/** Returns the code blocks that `blocksOf` finds in README and docs/, each with the path of its document. */
const inManual = (blocksOf: (document: Document) => readonly string[]) =>
  MANUAL.flatMap((document) => blocksOf(document).map((block) => [document.path, block] as const));

describe('every runnable block of README and docs/', () => {
  it('is found', () => {
    const paths = new Set(inManual(shellBlocks).map(([path]) => path));
    for (const page of ['keys', 'mint', 'test', 'verify', 'inspect', 'exec', 'reference']) {
      expect(paths).toContain(`docs/${page}.md`);
    }
    expect(paths).toContain('README.md');
  });

  it.each(inManual(shellBlocks))('in %s succeeds: %s', needs('curl'), async (_path, block) => {
    const lines = block.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const [only = ''] = lines;
    if (lines.length === 1 && isServerLine(only)) {
      expect(await runServer(only)).not.toBe('');
      return;
    }
    const configDir = newConfigDir();
    if (lines.every(isPlainCall)) {
      for (const line of lines) await runCall(line, { configDir });
      return;
    }
    const env = { ...envFor(sandbox), VOCALSTACK_CONFIG_DIR: configDir };
    const script = `set -eo pipefail\n${onLoopback(block)}`;
    const { code, err } = await startShell('bash', script, { env }).done;
    expect({ code, err }).toEqual({ code: 0, err: expect.not.stringMatching(/^error:/m) });
  });
});

// The other programs in docs/ are tested in test/consumers.
describe('the program in docs/ that uses the SDK', () => {
  const programs = inManual((document) => blocksIn(document, 'js run'));
  let endpoint: Awaited<ReturnType<typeof startServeHere>>;
  beforeAll(async () => {
    endpoint = await startServeHere(['--sandbox', '--allow-origin', PAGE], {});
  });
  afterAll(() => endpoint.stop());

  /**
   * Replaces the addresses in a program with the addresses of the servers that this test has started. Adds the header `origin` to
   * the request, because a browser would send this header.
   */
  const asPage = (program: string) =>
    program
      .replace(
        "fetch('http://127.0.0.1:8788/token')",
        `fetch('${endpoint.url}', { headers: { origin: '${PAGE}' } })`,
      )
      .replaceAll('http://127.0.0.1:8787', endpoint.apiServer);

  it('is found', () => {
    expect(programs.map(([path]) => path)).toEqual(['docs/front-end.md']);
  });

  it.each(programs)('in %s prints the transcript: %s', async (_path, program) => {
    const { folder } = sdkProject({}, 'module');
    const path = join(folder, 'program.mjs');
    writeFileSync(path, asPage(program));
    const running = start(process.execPath, [path]);
    await running.untilOut(new RegExp(`^${SANDBOX_CLIP.text}$`, 'm'));
    // The program must be killed, because the fake SDK in it never ends by itself.
    running.child.kill('SIGKILL');
  });
});
