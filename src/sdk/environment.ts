import type { Environment } from '../core/environment';
import { isLoopbackOrigin } from '../core/origin';
import { proxyFor } from '../network/proxy';

const OWN = /^(VOCALSTACK|NODE)_/i;
/** Of Node.js's own variables those by which a network is set up, and none that is a key, or that loads or opens something. */
const NETWORK = /^NODE_(EXTRA_CA_CERTS|USE_ENV_PROXY|USE_SYSTEM_CA)$/i;
const PROXY = /_PROXY$/i;
/** What says how proxies are used, and names none. */
const USE = /^(NODE_USE_ENV|NO)_PROXY$/i;
const TRUSTING = 'NODE_TLS_REJECT_UNAUTHORIZED';

/**
 * The environment of the SDK: that of this process without its secrets. A server on this machine, to which the key may go in plain
 * http, is reached through no proxy but the one that the built-in client would take. Certificates go unjudged there alone, and directly.
 * @throws CliError `proxy_invalid`
 */
export function environmentOfSdk(env: Environment, apiServer: string): Environment {
  const isLoopback = isLoopbackOrigin(apiServer);
  const proxy = isLoopback ? proxyFor(new URL(apiServer), env) : null;
  const allows = (name: string) => {
    if (name === TRUSTING) return isLoopback && proxy === null;
    if (isLoopback && PROXY.test(name)) {
      return proxy !== null && (USE.test(name) || name === proxy.variable);
    }
    return NETWORK.test(name) || !OWN.test(name);
  };
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && allows(name)),
  );
}
