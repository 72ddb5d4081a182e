import type { CertificateFault } from '../core/certificate-faults';
import type { CliError } from '../core/errors';

/** What looks at this machine and its network, and changes nothing there. */
export interface Probes extends NetworkProbes {
  readonly machine: Machine;
  /** What runs the program instead of Node.js, such as `Bun 1.4.5`; null for Node.js. */
  readonly otherRuntime: string | null;
  /** The SDK that `--client sdk` would load from the working directory, or null. It is not loaded. */
  findSdk(): FoundSdk | null;
  /**
   * Loads the package that reaches the keychain, in a process of its own, and opens no keychain.
   * @throws CliError `keychain_not_installed`, `keychain_broken`, `keychain_frozen`, `keychain_failed`; the signal's reason
   */
  loadKeychainPackage(signal: AbortSignal): Promise<FoundPackage>;
}

export interface Machine {
  /** As Node.js names it: linux, darwin, win32. */
  readonly platform: string;
  /** Such as x64. */
  readonly architecture: string;
  readonly home: string;
}

export interface FoundPackage {
  /** Of its folder. */
  readonly path: string;
  /** Null where it does not say. */
  readonly version: string | null;
}

export interface FoundSdk extends FoundPackage {
  /** Whether what it names to be loaded is there. */
  readonly isWhole: boolean;
  /** Why it is not loaded from where it is. */
  readonly fault: string | null;
}

/** What looks at the way to a server, one step each. Nothing is sent but what the step itself takes. */
export interface NetworkProbes {
  /** The addresses of a host, in the order in which they are tried. @throws CliError `dns_failed`; the signal's reason */
  lookUp(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Opens a connection and closes it. @throws CliError the network's codes; the signal's reason */
  reach(address: string, port: number, signal: AbortSignal): Promise<void>;
  /**
   * Agrees on TLS with a server, whoever it is, and leaves; through the proxy where there is one.
   * @throws CliError the network's codes, when there was no handshake; the signal's reason
   */
  agreeOnTls(url: URL, signal: AbortSignal): Promise<TlsFacts>;
  /** A file of certificates, judged as for a connection. */
  readCertificates(path: string): Promise<CertificateFile>;
  /** The folders of a list that is separated as PATH is. */
  readFolders(list: string): Promise<readonly CertificateFolder[]>;
}

/** What a server said of itself; the texts are its own. */
export interface TlsFacts {
  /** Such as TLSv1.3. */
  readonly protocol: string;
  /** Who has signed the certificate. */
  readonly issuer: string;
  /** When the certificate ends, in milliseconds since 1970; NaN where it cannot be read. */
  readonly expiresAt: number;
  /** Why the certificate is not trusted here; null when it is. */
  readonly distrust: CliError | null;
}

/** What a file that a variable names has in it, or what is wrong with it. */
export type CertificateFile =
  | { readonly certificates: readonly string[] }
  | { readonly fault: CertificateFault };

export type CertificateFolder = { readonly path: string } & (
  | { readonly certificates: readonly string[] }
  | { readonly fault: Extract<CertificateFault, 'unreadable' | 'too large' | 'none'> }
);
