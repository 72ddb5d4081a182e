import type { CommandContext } from '../../cli/define';
import type { Probes } from '../../context/probes';
import { CliError } from '../../core/errors';
import { SERVER_VARIABLE } from '../../core/key-source';
import { DEFAULT_API_SERVER, isLoopbackOrigin } from '../../core/origin';
import { PROXY_VARIABLES } from '../../core/proxy-variables';
import { type ProxyServer, proxyFor } from '../../network/proxy';
import { checkCertificateFiles } from './certificate-files';
import { attempt, type Check, fail, failed, pass, warn } from './checks';
import type { DoctorTarget } from './target';

/** Results of the checks of the network variables. These checks do not use the network. */
export interface VariableFindings {
  readonly checks: readonly Check[];
  /** The server and its proxy. Null if the values of the variables make a connection impossible. */
  readonly route: { readonly url: URL; readonly proxy: ProxyServer | null } | null;
}

export async function checkVariables(
  context: CommandContext,
  probes: Probes,
  { server, sandbox }: DoctorTarget,
): Promise<VariableFindings> {
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
  if (server instanceof CliError)
    return fail('server', messageOf(server), `unset ${SERVER_VARIABLE}`);
  if (sandbox) return pass('server', `${server}, an embedded sandbox`);
  return pass(
    'server',
    server === DEFAULT_API_SERVER ? `${server}, the VocalStack service` : server,
  );
}

const messageOf = ({ message }: CliError) => message.replace(/\.$/, '');

/** Reports the proxy in use, without its user and password. */
function checkProxy(proxy: ProxyServer | CliError | null, { env }: CommandContext): Check {
  const names = PROXY_VARIABLES.filter((name) => env[name]);
  if (proxy instanceof CliError) {
    const fix = `${proxy.hint} Or use no proxy: unset ${names.join(' ')}`;
    return { ...failed('proxy', proxy), fix };
  }
  const more = env['NODE_USE_ENV_PROXY']
    ? '; NODE_USE_ENV_PROXY has an effect only with --client sdk'
    : '';
  if (proxy) {
    const { host, variable, credentials, url } = proxy;
    const known = credentials ? ', with a user and a password (hidden)' : '';
    return pass(
      'proxy',
      `${url.protocol}//${host}, from ${variable}${known}${resolver(url)}${more}`,
    );
  }
  if (names.length === 0) return pass('proxy', `none${more}`);
  return pass('proxy', `none for this server, although ${names.join(', ')} is set${more}`);
}

/** Returns in words who resolves the name of the server. With socks5h it is the proxy, and with socks5 this machine. */
function resolver({ protocol }: URL): string {
  if (protocol === 'socks5h:') return '; the proxy resolves the name of the server';
  return protocol === 'socks5:' ? '; this machine resolves the name of the server' : '';
}

function usesTls(url: URL, proxy: ProxyServer | CliError | null): boolean {
  const hop = proxy instanceof CliError ? null : proxy;
  return [url, hop?.url].some((each) => each?.protocol === 'https:');
}

function checkVerification(url: URL | null, { env }: CommandContext): Check {
  const name = 'NODE_TLS_REJECT_UNAUTHORIZED';
  if (env[name] !== '0') return pass('certificate-checks', 'certificates are checked');
  const fix = `unset ${name}`;
  if (url && !isLoopbackOrigin(url.origin)) {
    const seen = `${name}=0: vstoken sends no key, because others on the network could read the key`;
    return fail('certificate-checks', seen, fix);
  }
  return warn(
    'certificate-checks',
    `${name}=0: certificates are checked, except those of servers on this machine`,
    fix,
  );
}
