import type { CertificateFault } from '../core/certificate-faults';
import type { CliError } from '../core/errors';

/** Read-only checks of this machine and its network. */
export interface Probes extends NetworkProbes {
  readonly machine: MachineInfo;
  /** The name and version of the runtime, such as `Bun 1.4.5`, if the runtime is not Node.js. Null for Node.js. */
  readonly otherRuntime: string | null;
  /** Finds the SDK that `--client sdk` would load from the working directory, but does not load it. Null if no SDK is found. */
  findSdk(): FoundSdk | null;
  /**
   * Checks that the keychain package can be loaded. Loads the package in a separate process and opens no keychain.
   * @throws CliError `keychain_not_installed`, `keychain_broken`, `keychain_frozen`, `keychain_failed`; the signal's reason
   */
  loadKeychainPackage(signal: AbortSignal): Promise<FoundPackage>;
}

export interface MachineInfo {
  /** The platform name of Node.js, such as linux, darwin or win32. */
  readonly platform: string;
  /** The processor architecture, such as x64. */
  readonly architecture: string;
  readonly home: string;
}

export interface FoundPackage {
  /** The folder of the package. */
  readonly path: string;
  /** Null if the package.json contains no version. */
  readonly version: string | null;
}

export interface FoundSdk extends FoundPackage {
  /** Whether the main file that is named in the package.json exists. */
  readonly isWhole: boolean;
  /** Why it is unsafe to load the SDK from this folder. Null if it is safe. */
  readonly fault: string | null;
}

/** Tests the connection to a server in steps (`lookUp`, `reach`, `agreeOnTls`), and reads certificate files. */
export interface NetworkProbes {
  /**
   * Returns the addresses of a host, in the order in which they are tried.
   * @throws CliError `dns_failed`; the signal's reason
   */
  lookUp(host: string, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Opens a TCP connection and closes it.
   * @throws CliError for a network error; the signal's reason
   */
  reach(address: string, port: number, signal: AbortSignal): Promise<void>;
  /**
   * Makes a TLS handshake, through the proxy if one is set, then closes the connection. Accepts an untrusted certificate in order
   * to report it.
   * @throws CliError for a network error if the handshake failed; the signal's reason
   */
  agreeOnTls(url: URL, signal: AbortSignal): Promise<TlsFacts>;
  /** Reads a file of certificates. Accepts the same files as a connection to a server does. */
  readCertificates(path: string): Promise<CertificateFile>;
  /** Reads the certificates in each folder of `list`. The folders in `list` are separated like the folders in PATH. */
  readFolders(list: string): Promise<readonly CertificateFolder[]>;
}

/** What a server sent in its TLS handshake. Do not trust these texts: the server chose them. */
export interface TlsFacts {
  /** The TLS version, such as TLSv1.3. */
  readonly protocol: string;
  readonly issuer: string;
  /** The expiry time of the certificate, in milliseconds since 1970. NaN if it cannot be read. */
  readonly expiresAt: number;
  /** Why this machine does not trust the certificate. Null if the certificate is trusted. */
  readonly distrust: CliError | null;
}

export type CertificateFile =
  | { readonly certificates: readonly string[] }
  | { readonly fault: CertificateFault };

export type CertificateFolder = { readonly path: string } & (
  | { readonly certificates: readonly string[] }
  | { readonly fault: Extract<CertificateFault, 'unreadable' | 'too large' | 'none'> }
);
