import type { CommandContext } from '../../cli/define';
import type { Probes } from '../../context/probes';
import { CliError } from '../../core/errors';
import { type Check, GROUPS, type Group, skip, skipRemaining } from './checks';
import { buildDoctorDocument, type DoctorDocument } from './document';
import { checkKey } from './key';
import { checkSteps } from './network';
import { checkProgram, findPackages } from './program';
import { checkService } from './service';
import { checkSettings } from './settings';
import { type DoctorTarget, isServerUnknown } from './target';
import { checkVariables } from './variables';

/**
 * Runs all checks at the same time, within the deadline of the command.
 * @throws CliError if the command is interrupted
 */
export async function examine(
  context: CommandContext,
  target: DoctorTarget,
  offline: boolean,
): Promise<DoctorDocument> {
  const probes = await context.loadProbes();
  const looking = findPackages(probes, context.signal);
  const follow = follower(context);
  const asked = askService(context, target, offline);
  const [program, settings, key, network, service, { version }, packages] = await Promise.all([
    follow('program', async () => checkProgram(context, probes.otherRuntime, await looking)),
    follow('settings', () => checkSettings(context, target.config)),
    follow('key', () => checkKey(context, target, offline)),
    follow('network', () => checkNetwork(context, probes, target, offline)),
    follow('service', async () => (await asked).checks),
    asked,
    looking,
  ]);
  return buildDoctorDocument(target, {
    checks: [
      ...program,
      ...settings,
      ...key,
      ...network,
      ...(offline ? service : skipConsequences(service, network)),
    ],
    api: version,
    ...{ offline, packages, node: context.nodeVersion, machine: probes.machine },
  });
}

/** Returns a function that runs the checks of a group. In a terminal, it shows which groups are done. */
function follower({ progress, clock, io }: CommandContext) {
  const isShown = io.stderr.isTerminal;
  if (isShown) progress.plan(GROUPS);
  return async (group: Group, task: () => Promise<readonly Check[]>) => {
    const begun = clock.monotonic();
    if (isShown) progress.begin(group);
    const checks = await task();
    const ms = Math.round(clock.monotonic() - begun);
    const count = (result: Check['result']) => checks.filter((one) => one.result === result).length;
    const ok = count('fail') > 0 ? false : count('skipped') === checks.length ? null : true;
    if (isShown) progress.end(group, { ok, ms });
    return checks;
  };
}

async function checkNetwork(
  context: CommandContext,
  probes: Probes,
  target: DoctorTarget,
  offline: boolean,
): Promise<readonly Check[]> {
  if (isServerUnknown(target)) return skipRemaining('network', [], UNKNOWN);
  const { checks, route } = await checkVariables(context, probes, target);
  if (offline) return [...checks, ...skipRemaining('network', checks, OFFLINE)];
  if (!route) return [...checks, ...skipRemaining('network', checks, NO_ROUTE)];
  return [...checks, ...(await checkSteps(context, probes, route.url, route.proxy))];
}

const OFFLINE = 'with --offline, the network is not used';
const NO_ROUTE = 'no connection is possible: see the failed network check';
const UNKNOWN = 'the API server is unknown: see the check "Settings file"';

async function askService(
  context: CommandContext,
  target: DoctorTarget,
  offline: boolean,
): ReturnType<typeof checkService> {
  const { server } = target;
  if (!offline && !(server instanceof CliError)) return checkService(context, server);
  const why = isServerUnknown(target) ? UNKNOWN : NO_ROUTE;
  return { version: null, checks: skipRemaining('service', [], offline ? OFFLINE : why) };
}

/** Skips the checks of the service if a network check already shows why the server did not answer. */
function skipConsequences(service: readonly Check[], network: readonly Check[]): readonly Check[] {
  const cause = network.find(
    ({ id, result }) => CONNECTION_CHECKS.includes(id) && result === 'fail',
  );
  if (!cause || service.some(({ id, result }) => id !== 'answer' && result !== 'skipped')) {
    return service;
  }
  return service.map(({ id }) =>
    skip(id, `the server cannot be reached: see the check "${cause.title}"`),
  );
}

const CONNECTION_CHECKS: readonly Check['id'][] = ['proxy', 'dns', 'tcp', 'tls'];
