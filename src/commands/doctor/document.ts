import { version } from '../../../package.json';
import type { Probes } from '../../context/probes';
import { CliError } from '../../core/errors';
import { type Check, inOrder } from './checks';
import type { Packages } from './program';
import type { Subject } from './subject';

/** The result of all checks, as `--json` prints it. All members are always present. */
export interface DoctorDocument {
  readonly ok: boolean;
  /** Null if the settings that name the server cannot be read. */
  readonly api_server: string | null;
  readonly sandbox: boolean;
  readonly offline: boolean;
  readonly versions: {
    readonly vstoken: string;
    readonly node: string;
    /** The operating system and processor, with the names of Node.js. */
    readonly system: string;
    /** X-API-Version of the server. Null if the server was not asked, or sent none. */
    readonly api: string | null;
    /** The versions of the optional packages. Null if not installed. */
    readonly keychain: string | null;
    readonly sdk: string | null;
  };
  readonly checks: readonly Check[];
}

export function buildDoctorDocument(
  { server, sandbox }: Subject,
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

/** The error of a run with failed checks. */
export function errorOf(checks: readonly Check[]): CliError | undefined {
  const failures = inOrder(checks).filter(({ result }) => result === 'fail');
  const [first] = failures;
  if (!first) return undefined;
  const what = failures.length === 1 ? '1 check' : `${failures.length} checks`;
  const names = failures.map(({ id }) => id).join(', ');
  return new CliError('doctor_failed', `${what} failed: ${names}.`, { hint: first.fix });
}
