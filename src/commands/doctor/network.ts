import type { CommandContext } from '../../cli/define';
import type { Probes, TlsFacts } from '../../context/probes';
import { CliError } from '../../core/errors';
import { isLoopbackHost } from '../../core/origin';
import { quoteWord } from '../../core/quote';
import { startDeadline } from '../../network/deadline';
import type { ProxyServer } from '../../network/proxy';
import { attempt, type Check, type CheckId, fail, failed, pass, skip, warn } from './checks';

const DAY_MS = 24 * 60 * 60 * 1000;
/**
 * A certificate that expires within this number of days causes a warning. Reason: most certificates are renewed about a month
 * before they expire, so the renewal has probably failed. Only certificates with a very short lifetime are renewed later.
 */
const SOON_DAYS = 14;
/**
 * Time limit for a connection to one address, in milliseconds. If the address does not answer in this time, the check reports
 * the address as `silent`.
 */
const ADDRESS_PATIENCE_MS = 10_000;

/**
 * Checks the connection to a server in three steps: DNS, TCP and TLS. With a proxy, the steps DNS and TCP check the proxy. The
 * step TLS then checks the server through the proxy. After a failed step, the next steps are skipped.
 */
export async function checkSteps(
  context: CommandContext,
  probes: Probes,
  url: URL,
  proxy: ProxyServer | null,
): Promise<readonly Check[]> {
  const hop = proxy?.url ?? url;
  const to = proxy ? `the proxy ${proxy.host}: ` : '';
  const addresses = await attempt(() => probes.lookUp(hop.hostname, context.signal));
  if (addresses instanceof CliError) {
    const why = 'no address was found';
    const dns = failedBy(proxy, 'dns', addresses);
    return [
      proxy ? { ...dns, fix: fixOf(proxy, context) } : dns,
      skip('tcp', why),
      skip('tls', why),
    ];
  }
  const dns = checkAddresses(hop, addresses, to);
  const tcp = await checkConnections(context, probes, hop, addresses, to);
  if (tcp.result === 'fail') {
    const found = proxy ? { ...tcp, fix: fixOf(proxy, context) } : tcp;
    return [dns, found, skip('tls', 'there is no connection')];
  }
  return [dns, tcp, await checkTls(context, probes, url, proxy)];
}

/**
 * Returns a failed check. If a proxy is used, adds its name to the text of the check, except for an error whose code begins with
 * `proxy_`, because the text of such an error already names the proxy.
 */
function failedBy(proxy: ProxyServer | null, id: CheckId, error: CliError): Check {
  const check = failed(id, error);
  return error.code.startsWith('proxy_') ? check : mentionProxy(proxy, check);
}

function mentionProxy(proxy: ProxyServer | null, check: Check): Check {
  if (!proxy) return check;
  return { ...check, observed: `through the proxy ${proxy.host}: ${check.observed}` };
}

/**
 * Returns how to fix the proxy. The command in the text unsets every variable that could name a proxy for this server. Reason: if
 * only the first variable were unset, the proxy in the next variable would be used.
 */
function fixOf({ variable }: ProxyServer, { env }: CommandContext): string {
  const names = [variable.toLowerCase(), variable.toUpperCase(), 'all_proxy', 'ALL_PROXY'];
  const set = [...new Set(names)].filter((name) => env[name]);
  return `Check the address of the proxy, or use no proxy: unset ${set.join(' ')}`;
}

function checkAddresses(hop: URL, addresses: readonly string[], to: string): Check {
  const { hostname } = hop;
  if (/^[\d.]+$|^\[/.test(hostname))
    return skip('dns', `${to}${hostname} is an address, not a name`);
  const shown = addresses.map((each) => `${each} (${each.includes(':') ? 'IPv6' : 'IPv4'})`);
  const seen = `${to}${shown.join(', ')}`;
  const isLocalAddressOfRemote =
    !isLoopbackHost(hostname) && addresses.some((each) => /^(127\.|0\.|::1?$)/.test(each));
  if (!isLocalAddressOfRemote) return pass('dns', seen);
  const fix = 'Find the cause, often a line in the hosts file: cat /etc/hosts';
  return warn('dns', `${seen}: the host name leads to this machine instead of another server`, fix);
}

async function checkConnections(
  context: CommandContext,
  probes: Probes,
  hop: URL,
  addresses: readonly string[],
  to: string,
): Promise<Check> {
  const port = Number(hop.port || (hop.protocol === 'https:' ? 443 : 80));
  const attempts = await Promise.all(
    addresses.map(async (address) => {
      const begun = context.clock.monotonic();
      const deadline = startDeadline(context, ADDRESS_PATIENCE_MS);
      const error = await attempt(() => probes.reach(address, port, deadline.signal)).finally(() =>
        deadline.cancel(),
      );
      const ms = Math.round(context.clock.monotonic() - begun);
      const outcome = error instanceof CliError ? (OUTCOMES[error.code] ?? 'failed') : `${ms} ms`;
      return { isOpen: !(error instanceof CliError), error, text: `${address} ${outcome}` };
    }),
  );
  const seen = `${to}port ${port}: ${attempts.map(({ text }) => text).join(', ')}`;
  const open = attempts.filter(({ isOpen }) => isOpen).length;
  if (open === 0) {
    const { error } = attempts[0] ?? {};
    const hint = error instanceof CliError ? error.hint : undefined;
    return fail('tcp', seen, hint ?? 'Check that this machine is online.');
  }
  // A failed connection to one address of this machine is no problem: a server usually listens only on 127.0.0.1 or only on ::1.
  if (open === attempts.length || isLoopbackHost(hop.hostname)) return pass('tcp', seen);
  const fix = `Connections to some of the addresses fail, which makes every command slower. Check: curl -v ${quoteWord(addressFor(hop))}`;
  return warn('tcp', seen, fix);
}

/**
 * Returns the URL with which a person can test the connection with curl. For a SOCKS proxy, the URL begins with `telnet:`.
 * Reason: curl can open a connection to a SOCKS proxy, but cannot send an HTTP request to the proxy itself.
 */
function addressFor({ origin, protocol, host }: URL): string {
  return protocol.startsWith('socks') ? `telnet://${host}` : origin;
}

const OUTCOMES: Readonly<Record<string, string>> = {
  connection_refused: 'refused',
  connection_reset: 'dropped',
  connection_failed: 'unreachable',
  timeout: 'silent',
};

async function checkTls(
  context: CommandContext,
  probes: Probes,
  url: URL,
  proxy: ProxyServer | null,
): Promise<Check> {
  if (url.protocol !== 'https:') return skip('tls', 'not needed: plain http to this machine');
  const shaken = await attempt(() => probes.agreeOnTls(url, context.signal));
  if (shaken instanceof CliError) return failedBy(proxy, 'tls', shaken);
  const check = mentionProxy(proxy, checkCertificate(shaken, context.clock.now()));
  if (!shaken.distrust || isVerified(context, url, proxy)) return check;
  return {
    ...check,
    result: 'warn',
    observed: `vstoken does not check the certificate: ${check.observed}`,
  };
}

/**
 * Whether vstoken checks certificates for this connection. NODE_TLS_REJECT_UNAUTHORIZED=0 turns this off if the server is on this
 * machine. If a proxy is used, the proxy must be on this machine too.
 */
function isVerified({ env }: CommandContext, url: URL, proxy: ProxyServer | null): boolean {
  const isLocal = [url, proxy?.url ?? url].every(({ hostname }) => isLoopbackHost(hostname));
  return !isLocal || env['NODE_TLS_REJECT_UNAUTHORIZED'] !== '0';
}

function checkCertificate({ protocol, issuer, expiresAt, distrust }: TlsFacts, now: number): Check {
  const days = Math.floor((expiresAt - now) / DAY_MS);
  const end = Number.isNaN(expiresAt)
    ? ''
    : `, valid until ${new Date(expiresAt).toISOString().slice(0, 10)}`;
  const seen = `${protocol}, certificate of ${issuer}${end}`;
  if (distrust) {
    return fail('tls', `${distrust.message} ${seen}`, distrust.hint ?? '');
  }
  if (days >= SOON_DAYS || Number.isNaN(days)) return pass('tls', seen);
  const left = days === 1 ? 'one day' : `${Math.max(0, days)} days`;
  const fix =
    'Ask the operator of the server to renew the certificate. After it expires, all requests fail.';
  return warn('tls', `${seen}: ${left} left`, fix);
}
