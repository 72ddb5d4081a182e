import type { CertificateFault } from '../core/certificate-faults';
import type { CliError } from '../core/errors';

/** Read-only checks of this machine and its network. */
export interface Probes extends NetworkProbes {
  readonly machine: Machine;
  /** The runtime, if it is not Node.js, such as `Bun 1.4.5`. Null for Node.js. */
  readonly otherRuntime: string | null;
  /** The SDK that `--client sdk` would load from the working directory, or null. It is not loaded here. */
  findSdk(): FoundSdk | null;
  /**
   * Loads the keychain package in a separate process, to check it. No keychain is opened.
   * @throws CliError `keychain_not_installed`, `keychain_broken`, `keychain_frozen`, `keychain_failed`; the signal's reason
   */
  loadKeychainPackage(signal: AbortSignal): Promise<FoundPackage>;
}

export interface Machine {
  /** The platform as Node.js names it: linux, darwin, win32. */
  readonly platform: string;
  /** The architecture, such as x64. */
  readonly architecture: string;
  readonly home: string;
}

export interface FoundPackage {
  /** The folder of the package. */
  readonly path: string;
  /** The version. Null if its package.json has none. */
  readonly version: string | null;
}

export interface FoundSdk extends FoundPackage {
  /** Whether the file that its package.json names exists. */
  readonly isWhole: boolean;
  /** Why it is unsafe to load the SDK from its folder. Null if it is safe. */
  readonly fault: string | null;
}

/** Tests the way to a server step by step. Each step sends no more than it needs. */
export interface NetworkProbes {
  /** The addresses of a host, in the order of use. @throws CliError `dns_failed`; the signal's reason */
  lookUp(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Opens a connection and closes it. @throws CliError network codes; the signal's reason */
  reach(address: string, port: number, signal: AbortSignal): Promise<void>;
  /**
   * Makes a TLS handshake without checking the certificate, through the proxy if one is set, and closes the connection.
   * @throws CliError network codes if there was no handshake; the signal's reason
   */
  agreeOnTls(url: URL, signal: AbortSignal): Promise<TlsFacts>;
  /** Reads a file of certificates as a connection does. */
  readCertificates(path: string): Promise<CertificateFile>;
  /** The folders of a list that is separated like PATH. */
  readFolders(list: string): Promise<readonly CertificateFolder[]>;
}

/** What a server presented in its TLS handshake. The server chose the texts. */
export interface TlsFacts {
  /** For example TLSv1.3. */
  readonly protocol: string;
  /** The issuer of the certificate. */
  readonly issuer: string;
  /** When the certificate expires, in milliseconds since 1970. NaN if it cannot be read. */
  readonly expiresAt: number;
  /** Why this machine does not trust the certificate. Null if it does. */
  readonly distrust: CliError | null;
}

/** The content of a file that a variable names, or why it is unusable. */
export type CertificateFile =
  | { readonly certificates: readonly string[] }
  | { readonly fault: CertificateFault };

export type CertificateFolder = { readonly path: string } & (
  | { readonly certificates: readonly string[] }
  | { readonly fault: Extract<CertificateFault, 'unreadable' | 'too large' | 'none'> }
);
