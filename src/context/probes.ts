import type { CliError } from '../core/errors';

/** What looks at this machine and its network, and changes nothing there. */
export interface Probes extends NetworkProbes {
  readonly machine: Machine;
  /**
   * An installed package, by its package.json; nothing of it is loaded. Null when there is none.
   * @param from where it is looked for, and above that: the working directory, or this program's own place
   */
  findPackage(name: string, from: 'here' | 'program'): FoundPackage | null;
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
  /** Whether what it names to be loaded is there. */
  readonly isWhole: boolean;
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
  | { readonly fault: 'unreadable' | 'too large' | 'binary' | 'none' | 'damaged' };
