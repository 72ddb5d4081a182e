import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, isIPv6, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import { listen } from './fault-server';

export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** A certificate authority for tests. No client trusts it by default. */
export interface Authority {
  /** The path of the authority's certificate, a PEM file. */
  readonly file: string;
  /**
   * Issues a server certificate.
   * @param validity the certificate is valid from the start of the day `from` until the start of the day `until`, in UTC, as
   * YYYYMMDD; default: valid from now, for two days
   */
  issue(alternatives: string, validity?: { from: string; until: string }): Identity;
  /**
   * Creates an intermediate authority, which issues a server certificate.
   * @returns `cert`, the certificate of the intermediate authority, and `leaf`, the server certificate. As on a misconfigured
   * server, `leaf.cert` does not contain `cert`
   */
  intermediate(alternatives: string): { readonly cert: string; readonly leaf: Identity };
  close(): void;
}

const CONFIGURATION = `
[ca]
default_ca = own
[own]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
default_days = 2
policy = any
unique_subject = no
[any]
commonName = optional
`;
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
const AUTHORITY = ['-addext', 'basicConstraints=critical,CA:TRUE'];

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-ca-'));
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  writeFileSync(join(folder, 'ca.cnf'), CONFIGURATION);
  writeFileSync(join(folder, 'index.txt'), '');
  const own = ['-subj', '/CN=A company', '-days', '2', '-keyout', 'ca.key', '-out', 'ca.pem'];
  openssl('req', '-x509', ...NEW_KEY, ...AUTHORITY, ...own);
  return {
    file: join(folder, 'ca.pem'),
    issue(alternatives, validity) {
      writeFileSync(join(folder, 'extensions'), `subjectAltName=${alternatives}`);
      openssl('req', ...NEW_KEY, '-subj', '/CN=server', '-keyout', 'key.pem', '-out', 'csr.pem');
      const dates = validity
        ? ['-startdate', `${validity.from}000000Z`, '-enddate', `${validity.until}000000Z`]
        : [];
      const signing = ['-cert', 'ca.pem', '-keyfile', 'ca.key', '-extfile', 'extensions', ...dates];
      const files = ['-in', 'csr.pem', '-out', 'cert.pem', '-notext'];
      openssl('ca', '-batch', '-config', 'ca.cnf', ...signing, ...files);
      return { key: read('key.pem'), cert: read('cert.pem') };
    },
    intermediate(alternatives) {
      const sign = (subject: string, by: string, extensions: string) => {
        writeFileSync(join(folder, `${subject}.ext`), extensions);
        const files = ['-keyout', `${subject}.key`, '-out', `${subject}.csr`];
        openssl('req', ...NEW_KEY, '-subj', `/CN=${subject}`, ...files);
        const signing = ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial'];
        const more = ['-extfile', `${subject}.ext`, '-days', '2', '-out', `${subject}.pem`];
        openssl('x509', '-req', '-in', `${subject}.csr`, ...signing, ...more);
        return { key: read(`${subject}.key`), cert: read(`${subject}.pem`) };
      };
      const { cert } = sign('intermediate', 'ca', 'basicConstraints=critical,CA:TRUE');
      // The server certificate contains the URL of its issuer's certificate, as certificates of public authorities do.
      const issuers = 'authorityInfoAccess=caIssuers;URI:http://ca.invalid/intermediate.crt';
      const names = `subjectAltName=${alternatives}`;
      return { cert, leaf: sign('server', 'intermediate', `${names}\n${issuers}`) };
    },
    close: () => rmSync(folder, { recursive: true }),
  };
}

export interface Front {
  readonly url: string;
  readonly port: number;
  /** The number of TCP connections that clients have opened. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts a TLS server that forwards all data to a plain http server. */
export async function startTlsFront(
  behind: string,
  identity: Identity & TlsOptions,
  host = '127.0.0.1',
): Promise<Front> {
  const { hostname, port: inner } = new URL(behind);
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer(identity, (outer) => {
    const way = connect(Number(inner), hostname);
    outer.pipe(way).pipe(outer);
    for (const [one, other] of [
      [outer, way],
      [way, outer],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  server.on('tlsClientError', () => undefined);
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
  });
  const port = await listen(server, host);
  return {
    url: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`,
    port,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
