/**
 * Tests the packed package in projects of users. Usage: `npm run test:consumers [NAME...]`.
 * - A project is a folder next to this file, with a package.json and a package-lock.json.
 * - The project and the files of `shared/` are copied to a temporary folder.
 * - In this folder, `npm ci` installs the packages of the project, and then `npm install` installs the packed package.
 * - `npm run build` and `npm test` must succeed, if the project has these scripts.
 * - If the project has the script `start`, it must start a server at $PORT. battery.mjs checks the server.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CHECKS, createClient } from './battery.mjs';
import { freePort, runCommand, startServer, withinLimit } from './processes.mjs';
import { API_KEY, startUpstream, TOKEN } from './upstream.mjs';

const HERE = import.meta.dirname;
const ROOT = resolve(HERE, '../..');
/** The number of projects that are tested at the same time. It is 2 because a CI machine has two cores. */
const WORKERS = 2;
/** Time limit for a check, in milliseconds. */
const CHECK_MS = 20_000;

const isProject = (name) => existsSync(join(HERE, name, 'package.json'));
// The projects are tested in reverse alphabetical order, so that `next`, which takes longest, starts early.
const all = readdirSync(HERE).filter(isProject).reverse();
const names = process.argv.slice(2);
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`There is no project ${unknown.join(', ')}. There are: ${all.join(', ')}.`);
  process.exit(2);
}

const work = mkdtempSync(join(tmpdir(), 'vstoken-consumers-'));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));
const home = join(work, 'home');
mkdirSync(home);
const npmEnv = {
  ...process.env,
  npm_config_cache: join(work, 'cache'),
  npm_config_update_notifier: 'false',
};
const pack = ['pack', ROOT, '--ignore-scripts', '--json', '--pack-destination', work];
const packed = execFileSync('npm', pack, { cwd: work, env: npmEnv, encoding: 'utf8' });
const tarball = join(work, JSON.parse(packed)[0].filename);

/**
 * Returns the environment of a project's scripts. It has another home folder, no keys, and no variables of the npm that runs this
 * file.
 */
function envFor(folder) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|VOCALSTACK_)/i.test(name));
  return {
    ...Object.fromEntries(kept),
    HOME: home,
    NEXT_TELEMETRY_DISABLED: '1',
    PATH: `${join(folder, 'node_modules/.bin')}:${process.env.PATH}`,
  };
}

/**
 * Tests a project.
 * @returns the number of checks, and a text for each check that failed
 */
async function tryProject(name) {
  const folder = join(work, name);
  // Copying is asynchronous. Otherwise it would block this process, which also runs the service that the other projects use.
  await cp(join(HERE, 'shared'), folder, { recursive: true });
  await cp(join(HERE, name), folder, { recursive: true });
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const install = { cwd: folder, env: npmEnv };
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund'];
  await runCommand('npm', ['ci', ...quiet], install);
  await runCommand('npm', ['install', '--no-save', ...quiet, tarball], install);

  const env = envFor(folder);
  const failures = [];
  let checks = 0;
  for (const script of ['build', 'test']) {
    if (!scripts[script]) continue;
    checks += 1;
    await runCommand('sh', ['-c', scripts[script]], { cwd: folder, env });
  }
  if (scripts.start) {
    checks += Object.keys(CHECKS).length;
    failures.push(...(await tryServer(scripts.start, folder, env)));
  }
  await rm(folder, { recursive: true });
  return { checks, failures };
}

async function tryServer(command, cwd, env) {
  const upstream = await startUpstream();
  const port = await freePort();
  const server = await startServer(command, port, {
    cwd,
    env: {
      ...env,
      PORT: String(port),
      VOCALSTACK_API_KEY: API_KEY,
      VOCALSTACK_API_SERVER: upstream.url,
    },
  });
  const failures = [];
  const ask = createClient(`http://127.0.0.1:${port}`);
  const { output, stop, untilClosed } = server;
  for (const [title, check] of Object.entries(CHECKS)) {
    upstream.next = null;
    const checked = check({ ask, upstream, output, stop, untilClosed });
    await withinLimit(checked, CHECK_MS).catch(({ message }) => {
      failures.push(`${title}: ${message}`);
    });
  }
  await stop();
  await upstream.close();
  for (const secret of [API_KEY, TOKEN]) {
    if (output().includes(secret)) failures.push('The output of the server has a secret in it.');
  }
  if (failures.length > 0) failures.push(`What the server printed:\n${output().slice(-3000)}`);
  return failures;
}

let failed = 0;
const queue = names.length > 0 ? names : all;
const indented = (text) => text.trim().replace(/^/gm, '    ');

async function worker() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const begun = Date.now();
    const { checks = 0, failures } = await tryProject(name).catch(({ message }) => ({
      failures: [message],
    }));
    if (failures.length > 0) failed += 1;
    const result = failures.length > 0 ? 'FAILED' : `${checks} checks`;
    console.log(`${name}: ${result}, ${Math.round((Date.now() - begun) / 1000)} s`);
    for (const failure of failures) console.log(indented(failure));
  }
}

await Promise.all(Array.from({ length: WORKERS }, worker));
process.exitCode = failed > 0 ? 1 : 0;
