import type { Environment } from '../core/environment';
import { isLoopbackOrigin } from '../core/origin';
import { proxyFor } from '../network/proxy';

const OWN = /^(VOCALSTACK|NODE)_/i;
/** The variables of Node.js that configure the network. They contain no key and load no code. */
const NETWORK = /^NODE_(EXTRA_CA_CERTS|USE_ENV_PROXY|USE_SYSTEM_CA)$/i;
const PROXY = /_PROXY$/i;
/** Variables that say how proxies are used. They contain no address of a proxy. */
const USE = /^(NODE_USE_ENV|NO)_PROXY$/i;
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

/**
 * Returns the environment of the SDK's process: our environment without secrets.
 * - For a server on this machine, the SDK may send the key over http. So it gets only the proxy that the built-in client uses.
 * - Certificates may be unchecked only for a server on this machine, and only without a proxy.
 * @throws CliError `proxy_invalid`
 */
export function environmentOfSdk(env: Environment, apiServer: string): Environment {
  const isLoopback = isLoopbackOrigin(apiServer);
  const proxy = isLoopback ? proxyFor(new URL(apiServer), env) : null;
  const allows = (name: string) => {
    if (name === TLS_VARIABLE) return isLoopback && proxy === null;
    if (isLoopback && PROXY.test(name)) {
      return proxy !== null && (USE.test(name) || name === proxy.variable);
    }
    return NETWORK.test(name) || !OWN.test(name);
  };
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== undefined && allows(name)),
  );
}
