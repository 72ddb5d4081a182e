import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SandboxOptions, startSandbox } from '../../../src/sandbox/index';
import { fakeClock } from '../../../src/system/clock';
import { type Behaviour, closedPort, startFaultServer } from '../../support/fault-server';
import { emptyProject, type SdkBehaviour, sdkProject } from '../../support/sdk-project';
import { envFor, type Result, ROOT, runBinary, start, startBinary } from './run-binary';
import type { HereOptions } from './run-here';
import { startService } from './service';
import { runInTerminal } from './terminal';

export type Command =
  | 'mint'
  | 'test'
  | 'verify'
  | 'api'
  | 'inspect'
  | 'exec'
  | 'serve'
  | 'sandbox'
  | 'login'
  | 'doctor';

export interface CaseFixtures {
  readonly folder: string;
  /** The path of the program in a copy of the package. The copy contains no audio clip and no example page. */
  readonly clipless: string;
  readonly tls: { readonly key: string; readonly cert: string };
  close(): void;
}

/** The shared files, and a function that runs a command line in its own process or in this process. */
export interface CaseContext extends CaseFixtures {
  readonly runLine: (args: readonly string[], options?: HereOptions) => Promise<Result>;
}

export type Run = (command: Command, setting: CaseContext) => Promise<Result>;

/** Creates a folder with a copy of the package and with a certificate that no client trusts. */
export async function prepareCases(): Promise<CaseFixtures> {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-exit-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const request = ['req', '-x509', ...curve, '-days', '2', '-subj', '/CN=127.0.0.1'];
  const { status, stderr } = spawnSync('openssl', [...request, '-keyout', key, '-out', cert]);
  if (status !== 0) throw new Error(`openssl failed: ${stderr}`);
  for (const name of ['bin', 'dist']) {
    cpSync(join(ROOT, name), join(folder, 'package', name), {
      recursive: true,
      filter: (path) => !/clip-[\w-]+\.js$/.test(path),
    });
  }
  return {
    folder,
    clipless: join(folder, 'package/bin/vstoken.js'),
    tls: { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') },
    close: () => rmSync(folder, { recursive: true }),
  };
}

export const ANY_KEY = { VOCALSTACK_API_KEY: 'a-key' };
export const ANY_TOKEN = { VOCALSTACK_AUTH_TOKEN: 'a-token' };
export const CLOSED = { ...ANY_KEY, VOCALSTACK_API_SERVER: 'http://127.0.0.1:1' };

/**
 * Returns the arguments of a command that must fail with a JSON error. `exec` also gets a command to run, which would succeed.
 */
export function wordsOf(command: Command, args: readonly string[] = []): readonly string[] {
  return [command, '--json', ...args, ...(command === 'exec' ? ['--', 'true'] : [])];
}

/** Runs a command with arguments that make it fail before it connects. */
export const withArguments =
  (args: readonly string[], env: Readonly<Record<string, string>> = CLOSED): Run =>
  (command, { runLine }) =>
    runLine(wordsOf(command, args), { env });

/** Runs a command against a sandbox, with the sandbox's API key unless `env` sets another key. */
export const againstSandbox =
  (options: SandboxOptions, args: readonly string[] = [], env = {}): Run =>
  async (command, { runLine }) => {
    const sandbox = await startSandbox(options);
    const line = wordsOf(command, args);
    const result = await runLine(line, { env: { ...envFor(sandbox), ...env } });
    await sandbox.close();
    return result;
  };

export const failing = (fault: string, ...args: string[]) =>
  againstSandbox({ faults: [fault] }, args);

/** Runs a command against a server that behaves in the same way for every connection. */
export const againstServer =
  (behaviour: Behaviour, args: readonly string[] = [], isTls = false, more = {}): Run =>
  async (command, { tls, runLine }) => {
    const server = await startFaultServer([behaviour], isTls ? tls : undefined);
    const env = { ...ANY_KEY, VOCALSTACK_API_SERVER: server.origin, ...more };
    const result = await runLine(wordsOf(command, args), { env });
    await server.close();
    return result;
  };

/** The command lines of the commands that can use a given token. */
const USES: Partial<Record<Command, readonly string[]>> = {
  test: ['test', '--use-token', '--mode', 'connect', '--json'],
  inspect: ['inspect', '--use-token', '--probe', '--json'],
};

/** Mints a token with a sandbox, and calls `scenario`. The scenario calls `use` to run the command with the token. */
export const withToken =
  (
    scenario: (use: () => Promise<Result>, clock: ReturnType<typeof fakeClock>) => Promise<Result>,
    options: SandboxOptions = {},
    { access = 'readwrite', args = [] }: { access?: string; args?: readonly string[] } = {},
  ): Run =>
  async (command, { runLine }) => {
    const clock = fakeClock();
    const sandbox = await startSandbox({ ...(options.faults ? {} : { clock }), ...options });
    const query = `access=${access}&lifetime_s=10&one_time=true`;
    const response = await fetch(`${sandbox.url}/security/generate-token?${query}`, {
      headers: { authorization: sandbox.apiKey },
    });
    const { data } = (await response.json()) as { data: string };
    const env = { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_AUTH_TOKEN: data };
    const line = [...(USES[command] ?? []), ...args];
    const result = await scenario(() => runLine(line, { env }), clock);
    await sandbox.close();
    return result;
  };

/** Runs a command with a minted token against a sandbox with a fault. */
export const withTokenAgainst = (fault: string, ...args: string[]) =>
  withToken((use) => use(), { faults: [fault] }, { args });

/**
 * Mints a token on one server, and uses the token on another server. The ledger (the list of minted tokens) contains the token
 * with the server that minted it.
 */
export const withTokenOfOtherServer: Run = async (command, { folder, runLine }) => {
  const [minting, using] = [await startSandbox(), await startSandbox()];
  const ledger = { VOCALSTACK_CONFIG_DIR: mkdtempSync(join(folder, 'ledger-')) };
  const args = ['mint', '--access', 'readwrite'];
  const { out } = await runLine(args, { env: { ...envFor(minting), ...ledger } });
  const env = { VOCALSTACK_API_SERVER: using.url, VOCALSTACK_AUTH_TOKEN: out.trim(), ...ledger };
  const result = await runLine(USES[command] ?? [], { env });
  await Promise.all([minting.close(), using.close()]);
  return result;
};

/**
 * Runs `inspect --probe` with a readonly token, against a server that behaves in the same way for every connection. With such a
 * token, `inspect --probe` sends only a read request.
 */
export const probingAgainst =
  (behaviour: Behaviour, args: readonly string[] = [], isTls = false): Run =>
  (command, setting) =>
    againstServer(
      behaviour,
      ['--probe', '--access', 'readonly', ...args],
      isTls,
      ANY_TOKEN,
    )(command, setting);

export const stopped =
  (signal: NodeJS.Signals): Run =>
  async (command) => {
    if (command === 'sandbox' || command === 'serve') {
      const program = startBinary(wordsOf(command, WHERE[command]), { env: ANY_KEY });
      await program.untilOut(/\n/);
      program.child.kill(signal);
      return program.done;
    }
    const service = await startService({ onMint: () => undefined, onHello: () => undefined });
    const isProbe = command === 'inspect';
    const line = wordsOf(command, isProbe ? ['--probe'] : []);
    const program = startBinary(line, { env: { ...envFor(service), ...(isProbe && ANY_TOKEN) } });
    const { counts } = service;
    await program.meanwhile(service.until(() => counts.mints + counts.upgrades === 1));
    program.child.kill(signal);
    const result = await program.done;
    await service.close();
    return result;
  };

/** For each command: arguments with which it starts its own server. Empty if the command cannot start a server. */
const WHERE: Readonly<Record<Command, readonly string[]>> = {
  mint: ['--sandbox'],
  test: ['--sandbox'],
  verify: ['--sandbox', '--only', 'reusable'],
  api: ['--sandbox', '/polyglot'],
  inspect: [],
  exec: ['--sandbox'],
  serve: ['--port', '0', '--sandbox'],
  sandbox: ['--port', '0'],
  login: [],
  doctor: ['--sandbox'],
};

export const intoFullDisk: Run = async (command) => {
  const stdout = openSync('/dev/full', 'w');
  const line = wordsOf(command, WHERE[command]);
  const result = await runBinary(line, { stdout, env: ANY_TOKEN });
  closeSync(stdout);
  return result;
};

export const withoutClip: Run = (command, { clipless }) =>
  start(process.execPath, [clipless, ...wordsOf(command, WHERE[command])]).done;

/** Runs `serve --page` in the copy of the package, which contains no example page. */
export const withoutPage: Run = (command, { clipless }) =>
  start(process.execPath, [clipless, ...wordsOf(command, ['--page', '--port', '0'])], {
    env: CLOSED,
  }).done;

export const withKeyFile =
  (content: string | null): Run =>
  async (command, { folder, runLine }) => {
    const path = join(mkdtempSync(join(folder, 'key-')), 'key');
    if (content !== null) writeFileSync(path, content);
    return command === 'sandbox'
      ? runLine([command, '--port', '0', '--json', '--api-key-file', path])
      : runLine(wordsOf(command), { env: { VOCALSTACK_API_KEY_FILE: path } });
  };

export const fromTerminal: Run = async (command) => {
  const args = [command, '--token-stdin', '--json', '--quiet'];
  const { code, screen, out } = await runInTerminal(args, 'file', { env: CLOSED });
  return { code, signal: null, out, err: screen };
};

export const onTakenPort: Run = async (command, { runLine }) => {
  const sandbox = await startSandbox();
  const { port } = new URL(sandbox.url);
  const result = await runLine([command, '--port', port, '--json'], { env: ANY_KEY });
  await sandbox.close();
  return result;
};

export const againstClosedPort: Run = async (command, { runLine }) =>
  runLine(wordsOf(command, command === 'inspect' ? ['--probe'] : []), {
    env: {
      ...ANY_KEY,
      ...ANY_TOKEN,
      VOCALSTACK_API_SERVER: `http://127.0.0.1:${await closedPort()}`,
    },
  });

/** Runs a command against a server on another machine. The given variables make the command fail before it connects. */
export const againstRemote =
  (env: Readonly<Record<string, string>>): Run =>
  (command, { runLine }) => {
    const server = { VOCALSTACK_API_SERVER: 'https://host.invalid' };
    const line = wordsOf(command, command === 'inspect' ? ['--probe'] : []);
    return runLine(line, { env: { ...ANY_KEY, ...ANY_TOKEN, ...server, ...env } });
  };

/** Runs a command against a server on another machine, through a proxy that behaves in the same way for every connection. */
export const throughProxy =
  (behaviour: Behaviour): Run =>
  async (command, setting) => {
    const proxy = await startFaultServer([behaviour]);
    const result = await againstRemote({ HTTPS_PROXY: proxy.origin })(command, setting);
    await proxy.close();
    return result;
  };

/** Runs a command without --json, because some options cannot be used with --json. Converts its text error to a JSON document. */
export const withoutJson =
  (args: readonly string[]): Run =>
  async (command, { runLine }) => {
    const result = await runLine([command, ...args], { env: CLOSED });
    const [, code, exit] = /^code: +(\w+) \(exit (\d+)\)$/m.exec(result.err) ?? [];
    return { ...result, err: JSON.stringify({ error: { code, exit: Number(exit) } }) };
  };

/**
 * Runs a command of vstoken that starts another program. vstoken always runs in its own process, so that it has its own folder
 * for temporary files.
 */
export const startingCommand =
  (words: readonly string[], options: readonly string[] = [], env = {}): Run =>
  (command) =>
    runBinary([command, '--sandbox', '--json', ...options, '--', ...words], { env });

/** Runs a command in its own process, in a project whose SDK has the given behaviour. Null means that the project has no SDK. */
export const withSdk =
  (behaviour: SdkBehaviour | null): Run =>
  (command) => {
    const cwd = behaviour ? sdkProject(behaviour).folder : emptyProject();
    return runBinary(wordsOf(command, ['--client', 'sdk']), { env: CLOSED, cwd });
  };
