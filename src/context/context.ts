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

/**
 * What commands use from outside the program, such as files, the clock and the network. `context.node.ts` creates the real
 * context. Tests create their own contexts.
 */
export interface Context {
  readonly io: Io;
  /** The secrets of this run. A text from a server is not shown if it contains one of these secrets. */
  readonly secrets: SecretRegister;
  /** The environment variables, without invisible characters. See `core/clean-environment`. */
  readonly env: Environment;
  /** The unchanged environment variables of this process, for the programs that vstoken starts. */
  readonly givenEnv: Environment;
  /** The version of Node.js, such as `20.20.2`. */
  readonly nodeVersion: string;
  readonly clock: Clock;
  /** Returns a random number from 0 up to 1, for jitter. Not secure enough for secrets. */
  readonly random: () => number;
  /** Returns a random text that nobody can guess. */
  readonly randomId: () => string;
  /** Aborts when the run must end. The reason is a CliError: interrupted, terminated, or deadline exceeded. */
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
