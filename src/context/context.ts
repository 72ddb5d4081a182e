import type { Environment } from '../core/environment';
import type { SecretRegister } from '../core/secret-register';
import type { CaptureProgram } from './capture';
import type { Clipboard } from './clipboard';
import type { Clock } from './clock';
import type { Files } from './files';
import type { Http } from './http';
import type { Io } from './io';
import type { Ledger } from './ledger';
import type { OpenBrowser, ReadPageFile } from './page';
import type { Probes } from './probes';
import type { RunProgram } from './program';
import type { Prompter } from './prompter';
import type { StartSdkHost } from './sdk-host';
import type { StartEndpoint, StartSandbox } from './servers';
import type { Connect } from './socket';
import type { Vault } from './vault';

/** Everything outside the program that commands use. context.node.ts builds the real one, tests build their own. */
export interface Context {
  readonly io: Io;
  /** Secrets that were sent to the service. They must not be shown when a server repeats them. */
  readonly secrets: SecretRegister;
  /** The environment, cleaned of invisible characters: see core/clean-environment. */
  readonly env: Environment;
  /** The environment as this process got it, for programs that it starts. */
  readonly givenEnv: Environment;
  /** The version of Node.js, such as 20.20.2. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  /** A random number from 0 up to 1, for jitter. Never for secrets. */
  readonly random: () => number;
  /** A random text that cannot be guessed. */
  readonly randomId: () => string;
  /** Aborts with a CliError as reason: interrupted, terminated, or the deadline. */
  readonly signal: AbortSignal;
  readonly files: Files;
  readonly prompt: Prompter;
  readonly vault: Vault;
  readonly ledger: Ledger;
  readonly loadProbes: () => Promise<Probes>;
  readonly loadClipboard: () => Promise<Clipboard>;
  readonly http: Http;
  readonly connect: Connect;
  readonly startSandbox: StartSandbox;
  readonly runProgram: RunProgram;
  readonly captureProgram: CaptureProgram;
  readonly startEndpoint: StartEndpoint;
  readonly readPageFile: ReadPageFile;
  readonly openBrowser: OpenBrowser;
  readonly startSdkHost: StartSdkHost;
}
