import type { Environment } from '../core/environment';
import type { SecretRegister } from '../core/secret-register';
import type { CaptureProgram } from './capture';
import type { Clock } from './clock';
import type { Files } from './files';
import type { Http } from './http';
import type { Io } from './io';
import type { Ledger } from './ledger';
import type { Probes } from './probes';
import type { RunProgram } from './program';
import type { Prompter } from './prompter';
import type { StartSdkHost } from './sdk-host';
import type { StartEndpoint, StartSandbox } from './servers';
import type { Connect } from './socket';
import type { Vault } from './vault';

/** Everything that reaches outside the program. Built once in context.node.ts; tests build their own. */
export interface Context {
  readonly io: Io;
  /** What was sent to the service, and must not be shown when it comes back. */
  readonly secrets: SecretRegister;
  /** Without what people do not see when they set a variable: see core/clean-environment. */
  readonly env: Environment;
  /** The same as this process was given it, for programs that it runs. */
  readonly givenEnv: Environment;
  /** Of Node.js, such as 20.20.2. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  /** A fraction from 0 up to 1, for jitter. Never used for secrets. */
  readonly random: () => number;
  /** A text that nobody can guess. */
  readonly randomId: () => string;
  /** Aborts with a CliError as its reason: interrupted, terminated, or the deadline. */
  readonly signal: AbortSignal;
  readonly files: Files;
  readonly prompt: Prompter;
  readonly vault: Vault;
  readonly ledger: Ledger;
  readonly loadProbes: () => Promise<Probes>;
  readonly http: Http;
  readonly connect: Connect;
  readonly startSandbox: StartSandbox;
  readonly runProgram: RunProgram;
  readonly captureProgram: CaptureProgram;
  readonly startEndpoint: StartEndpoint;
  readonly startSdkHost: StartSdkHost;
}
