import type { Environment } from '../core/environment';
import { isLoopbackOrigin } from '../core/origin';
import { proxyFor } from '../network/proxy';

const OWN = /^(VOCALSTACK|NODE)_/i;
/** Matches the variables of Node.js that configure the network. These variables contain no key and load no code. */
const NETWORK = /^NODE_(EXTRA_CA_CERTS|USE_ENV_PROXY|USE_SYSTEM_CA)$/i;
const PROXY = /_PROXY$/i;
/** Matches variables that say how proxies are used. These variables contain no address of a proxy. */
const USE = /^(NODE_USE_ENV|NO)_PROXY$/i;
const TLS_VARIABLE = 'NODE_TLS_REJECT_UNAUTHORIZED';

/**
 * Returns the environment of the SDK's process: the environment of this process, without the variables of vstoken, and without
 * variables of Node.js that could load code.
 * - For a server on this machine, plain http is allowed, so a proxy could read the key. Therefore the environment contains only
 * the proxy that the built-in client would use.
 * - NODE_TLS_REJECT_UNAUTHORIZED can turn off the check of certificates. So the environment contains this variable only for a
 * server on this machine, and only without a proxy.
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
