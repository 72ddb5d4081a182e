import { version } from '../../../package.json';
import type { Probes } from '../../context/probes';
import { CliError } from '../../core/errors';
import { type Check, inOrder } from './checks';
import type { Packages } from './program';
import type { DoctorTarget } from './target';

/** The JSON of `vstoken doctor`: the results of all checks. All members are always present. */
export interface DoctorDocument {
  readonly ok: boolean;
  /** Null if the API server is unknown, for example because the settings cannot be read. */
  readonly api_server: string | null;
  readonly sandbox: boolean;
  readonly offline: boolean;
  readonly versions: {
    readonly vstoken: string;
    readonly node: string;
    /** The operating system and the processor, with the names that Node.js uses. */
    readonly system: string;
    /** The X-API-Version header of the server. Null if there was no answer or no such header. */
    readonly api: string | null;
    /** The versions of the two optional packages. Null if a package is missing or its version is unknown. */
    readonly keychain: string | null;
    readonly sdk: string | null;
  };
  readonly checks: readonly Check[];
}

export function buildDoctorDocument(
  { server, sandbox }: DoctorTarget,
  found: {
    readonly checks: readonly Check[];
    readonly offline: boolean;
    readonly node: string;
    readonly machine: Probes['machine'];
    readonly packages: Packages;
    readonly api: string | null;
  },
): DoctorDocument {
  const { checks, offline, node, machine, packages, api } = found;
  return {
    ok: checks.every(({ result }) => result !== 'fail'),
    api_server: server instanceof CliError ? null : server,
    sandbox,
    offline,
    versions: {
      vstoken: version,
      node,
      system: `${machine.platform} ${machine.architecture}`,
      api,
      keychain: packages.keychain instanceof CliError ? null : packages.keychain.version,
      sdk: packages.sdk?.version ?? null,
    },
    checks: inOrder(checks),
  };
}

/** Returns the error of a run with failed checks. Undefined if no check failed. */
export function errorOf(checks: readonly Check[]): CliError | undefined {
  const failures = inOrder(checks).filter(({ result }) => result === 'fail');
  const [first] = failures;
  if (!first) return undefined;
  const what = failures.length === 1 ? '1 check' : `${failures.length} checks`;
  const names = failures.map(({ id }) => id).join(', ');
  return new CliError('doctor_failed', `${what} failed: ${names}.`, { hint: first.fix });
}
