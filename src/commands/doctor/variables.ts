import type { CommandContext } from '../../cli/define';
import type { CertificateFile, Probes } from '../../context/probes';
import { CliError } from '../../core/errors';
import { SERVER_VARIABLE } from '../../core/key-source';
import { orStop } from '../../core/or-stop';
import { DEFAULT_API_SERVER, isLoopbackOrigin } from '../../core/origin';
import { PROXY_VARIABLES } from '../../core/proxy-variables';
import { type ProxyServer, proxyFor } from '../../network/proxy';
import { attempt, type Check, fail, failed, pass, warn } from './checks';
import type { Subject } from './subject';

const CERTIFICATE_VARIABLES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'] as const;

/** What the environment says of the way to the server, which takes no network to see. */
export interface Way {
  readonly checks: readonly Check[];
  /** Null where there is none to take. */
  readonly route: { readonly url: URL; readonly proxy: ProxyServer | null } | null;
}

export async function checkVariables(
  context: CommandContext,
  probes: Probes,
  { server, sandbox }: Subject,
): Promise<Way> {
  const url = server instanceof CliError ? null : new URL(server);
  const proxy = url ? await attempt(async () => proxyFor(url, context.env)) : null;
  const checks = [
    checkServer(server, sandbox),
    checkProxy(proxy, context),
    await checkCertificateFiles(context, probes, !url || usesTls(url, proxy)),
    checkVerification(url, context),
  ];
  return { checks, route: url && !(proxy instanceof CliError) ? { url, proxy } : null };
}

function checkServer(server: string | CliError, sandbox: boolean): Check {
  if (server instanceof CliError) return fail('server', plain(server), `unset ${SERVER_VARIABLE}`);
  if (sandbox) return pass('server', `${server}, an embedded sandbox`);
  return pass('server', server === DEFAULT_API_SERVER ? `${server}, the service itself` : server);
}

const plain = ({ message }: CliError) => message.replace(/\.$/, '');

/** Which proxy counts, without its user and password. */
function checkProxy(proxy: ProxyServer | CliError | null, { env }: CommandContext): Check {
  const names = PROXY_VARIABLES.filter((name) => env[name]);
  if (proxy instanceof CliError) {
    const fix = `${proxy.hint} Or do without: unset ${names.join(' ')}`;
    return { ...failed('proxy', proxy), fix };
  }
  const more = env['NODE_USE_ENV_PROXY']
    ? '; NODE_USE_ENV_PROXY has a say with --client sdk alone'
    : '';
  if (proxy) {
    const { host, variable, credentials } = proxy;
    const known = credentials ? ', with a user and a password that are not shown' : '';
    return pass('proxy', `${proxy.url.protocol}//${host}, by ${variable}${known}${more}`);
  }
  if (names.length === 0) return pass('proxy', `none${more}`);
  return pass('proxy', `none for this server, although ${names.join(', ')} is set${more}`);
}

function usesTls(url: URL, proxy: ProxyServer | CliError | null): boolean {
  const hop = proxy instanceof CliError ? null : proxy;
  return [url, hop?.url].some((each) => each?.protocol === 'https:');
}

/** Node.js itself goes on without NODE_EXTRA_CA_CERTS; SSL_CERT_FILE stops whatever takes TLS. */
async function checkCertificateFiles(
  { env, signal }: CommandContext,
  { readCertificates }: Probes,
  isNeeded: boolean,
): Promise<Check> {
  const id = 'certificate-files';
  const named = CERTIFICATE_VARIABLES.flatMap((name) => {
    const path = env[name];
    return path ? [{ name, path }] : [];
  });
  const found = await Promise.all(
    named.map(async ({ name, path }) => {
      const file = await orStop(readCertificates(path), signal);
      if (!('fault' in file)) return pass(id, `${file.certificates.length} in ${path} (${name})`);
      const seen = `the file that ${name} names ${FAULTS[file.fault]}`;
      const judge = name === 'SSL_CERT_FILE' && isNeeded ? fail : warn;
      return judge(id, seen, fixFile(name, file.fault));
    }),
  );
  if (found.length === 0) return pass(id, 'none beside those of Node.js');
  const worst =
    found.find(({ result }) => result === 'fail') ?? found.find(({ result }) => result === 'warn');
  return { ...(worst ?? pass(id, '')), observed: found.map(({ observed }) => observed).join(', ') };
}

type Fault = Extract<CertificateFile, { fault: unknown }>['fault'];

const FAULTS: Readonly<Record<Fault, string>> = {
  unreadable: 'cannot be read',
  'too large': 'is larger than 1 MiB',
  binary: 'is in DER, and has to be in PEM',
  none: 'has no certificate in it',
  damaged: 'has a certificate in it that is damaged',
};

function fixFile(name: string, fault: Fault): string {
  if (fault !== 'binary') return `See what is there, or unset it: ls -l "$${name}"`;
  const command = `openssl x509 -inform DER -in "$${name}" -out "$${name}.pem"`;
  return `Make one in PEM of it, and name that: ${command}`;
}

function checkVerification(url: URL | null, { env }: CommandContext): Check {
  const name = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (env[name] !== '0') return pass('certificate-checks', 'certificates are verified');
  const fix = `unset ${name}`;
  if (url && !isLoopbackOrigin(url.origin)) {
    const seen = `${name}=0: no key is sent, since anyone on the way could read it`;
    return fail('certificate-checks', seen, fix);
  }
  return warn('certificate-checks', `${name}=0: verified beyond this machine alone`, fix);
}
