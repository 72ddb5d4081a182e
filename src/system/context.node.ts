import { lstatSync } from 'node:fs';
import type { Clock } from '../context/clock';
import type { Context } from '../context/context';
import type { Files } from '../context/files';
import type { Ledger } from '../context/ledger';
import type { OpenBrowser } from '../context/page';
import type { StartSdkHost } from '../context/sdk-host';
import type { StartEndpoint, StartSandbox } from '../context/servers';
import type { Connect } from '../context/socket';
import type { Vault } from '../context/vault';
import { cleanEnvironment } from '../core/clean-environment';
import { configFolder, configPath } from '../core/config-folder';
import { type Environment, isCi } from '../core/environment';
import { createSecretRegister } from '../core/secret-register';
import { EMPTY_CONFIG } from '../core/stored-config';
import { createHttp } from '../network/http';
import { createIo } from '../terminal/io';
import { systemClock } from './clock';
import { captureProgramWith, runProgramWith } from './lazy-program';
import { lazyPrompter } from './lazy-prompter';
import { loadHttp } from './load-http';
import { abortOnSignals, prepareToServe } from './signals';
import { hideFetchWarning } from './warnings';

/** The time between two progress messages of the sandbox, in milliseconds. Slow enough to watch the transcript grow. */
const SANDBOX_PACE_MS = 120;
/** Delay in milliseconds before a mint loads the code of the ledger (the record of tokens), so that the request is sent first. */
const PREPARE_MS = 15;

/** Creates the context of a real process. Large modules are loaded on first use. */
export function createNodeContext(node: NodeJS.Process): Context {
  hideFetchWarning(node);
  const clock = systemClock();
  const signal = abortOnSignals(node);
  const env = cleanEnvironment(node.env);
  const here: NodeJS.Process =
    env === node.env ? node : Object.create(node, { env: { value: env } });
  const vault = createLazyVault(here, clock, signal);
  return {
    io: createIo(node, env),
    secrets: createSecretRegister(env),
    env,
    givenEnv: node.env,
    nodeVersion: node.versions.node,
    clock,
    random: Math.random,
    randomId: () => crypto.randomUUID(),
    signal,
    files: createLazyFiles(node),
    prompt: lazyPrompter(node, clock, signal),
    vault,
    ledger: createLazyLedger(here, clock, vault),
    loadProbes: async () => (await import('./probes')).createProbes(here, clock),
    loadClipboard: async () => (await import('./clipboard')).createClipboard(node),
    http: createHttp(env, loadHttp, () => import('../network/socks')),
    connect: connectWith(env),
    startSandbox: startSandboxWith(node, clock),
    runProgram: runProgramWith(node, signal),
    captureProgram: captureProgramWith(node, clock),
    startEndpoint: startEndpointWith(node),
    readPageFile: async (path) => (await import('./page-files')).readPageFile(path),
    openBrowser: openBrowserWith(node),
    startSdkHost: startSdkHostWith(node, env, clock),
  };
}

function createLazyFiles(node: NodeJS.Process): Files {
  return {
    readText: async (...args) => (await import('./files')).readText(...args),
    readBytes: async (...args) => (await import('./files')).readBytes(...args),
    appendLines: async (path, lines) => (await import('./files')).appendLines(path, lines),
    openText: async (path) => (await import('./open-text')).openText(path, node),
  };
}

/**
 * Creates a vault (the settings and stored keys) that loads its code on first use. Without a settings file, as usual in CI,
 * reading the settings does not load the code.
 */
function createLazyVault(node: NodeJS.Process, clock: Clock, signal: AbortSignal): Vault {
  let loaded: Promise<Vault> | undefined;
  const load = () => {
    loaded ??= import('../store/open-vault').then(({ openVault }) =>
      openVault({ node, clock, signal, isAlive }),
    );
    return loaded;
  };
  const hasNone = () => {
    const home = node.env['HOME'];
    return home && !mayExist(configPath(configFolder(node.env, node.platform, home).folder));
  };
  return {
    pid: node.pid,
    isAlive,
    locate: async () => (await load()).locate(),
    read: async () => (hasNone() ? EMPTY_CONFIG : (await load()).read()),
    update: async (change) => (await load()).update(change),
    requireWritable: async () => (await load()).requireWritable(),
    cleanUp: async () => (await load()).cleanUp(),
    discard: async () => (await load()).discard(),
    report: async () => (await load()).report(),
    withSignal: (own) => createLazyVault(node, clock, own),
    open: async (kind, passphrase) => (await load()).open(kind, passphrase),
    lastUsed: async (profile) => (await load()).lastUsed(profile),
    markUsed: (profile) => void load().then((vault) => vault.markUsed(profile)),
    moveUse: (from, to) => void load().then((vault) => vault.moveUse(from, to)),
  };
}

/** Creates a ledger (the record of tokens) that loads its code on first use. In CI, tokens are not recorded. */
function createLazyLedger(node: NodeJS.Process, clock: Clock, vault: Vault): Ledger {
  let loaded: Promise<Ledger> | undefined;
  const load = () => {
    loaded ??= import('../store/open-ledger').then(({ openLedger }) =>
      openLedger({ node, clock, vault }),
    );
    return loaded;
  };
  const note = (task: (ledger: Ledger) => void) => {
    if (!isCi(node.env)) void load().then(task);
  };
  let cancelPreparing = () => {};
  return {
    prepare() {
      cancelPreparing();
      cancelPreparing = clock.timer(PREPARE_MS, () => note((ledger) => ledger.prepare()));
    },
    minted: (token, facts) => note((ledger) => ledger.minted(token, facts)),
    used: (token, facts) => note((ledger) => ledger.used(token, facts)),
    find: async (token) => (await load()).find(token),
    findAny: async (tokens) => (await load()).findAny(tokens),
    lengthsAt: async (apiServer) => (await load()).lengthsAt(apiServer),
    whyOff: async () => (await load()).whyOff(),
    whyUnwritable: async () => (await load()).whyUnwritable(),
    forget: async () => (await load()).forget(),
    async flush() {
      cancelPreparing();
      return (await (await loaded)?.flush()) ?? null;
    },
  };
}

/** Whether the path exists. Also true if this cannot be checked. */
function mayExist(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** Whether a process with this ID exists. The process may belong to another user. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function connectWith(env: Environment): Connect {
  return async (url, options) => {
    const { connectSocket } = await import('../network/socket');
    return connectSocket(url, options, env);
  };
}

function startSandboxWith(node: NodeJS.Process, clock: Clock): StartSandbox {
  return async (options) => {
    prepareToServe(node);
    const { startSandbox } = await import('../sandbox/server');
    return startSandbox({ ...options, clock, paceMs: SANDBOX_PACE_MS });
  };
}

function startEndpointWith(node: NodeJS.Process): StartEndpoint {
  return async (options) => {
    prepareToServe(node);
    const { startEndpoint } = await import('../endpoint/server');
    return startEndpoint(options);
  };
}

function openBrowserWith({ platform, env }: NodeJS.Process): OpenBrowser {
  return async (url) => {
    const { createOpenBrowser } = await import('./open-browser');
    const { spawn } = await import('node:child_process');
    return createOpenBrowser({ platform, env, spawn })(url);
  };
}

function startSdkHostWith(node: NodeJS.Process, env: Environment, clock: Clock): StartSdkHost {
  return async (apiServer, events) => {
    const { startSdkProcess } = await import('../sdk/process');
    return startSdkProcess({ node, env, apiServer, clock }, events);
  };
}
