import type { Environment } from '../core/environment';
import { isLoopbackOrigin } from '../core/origin';
import { proxyFor } from '../network/proxy';

const OWN = /^(VOCALSTACK|NODE)_/i;
/** The variables of Node.js that configure the network. They contain no key, and load no code. */
const NETWORK = /^NODE_(EXTRA_CA_CERTS|USE_ENV_PROXY|USE_SYSTEM_CA)$/i;
const PROXY = /_PROXY$/i;
/** Says how proxies are used, without naming one. */
const USE = /^(NODE_USE_ENV|NO)_PROXY$/i;
const TRUSTING = 'NODE_TLS_REJECT_UNAUTHORIZED';

/**
 * The environment of the SDK's process: ours without its secrets. For a server on this machine, to which the key may go over
 * http, only the proxy of the built-in client is used. Only there, and without a proxy, certificates may be unchecked.
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
