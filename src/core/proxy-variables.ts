import type { Environment } from './environment';

export const PROXY_VARIABLES = [
  'https_proxy',
  'HTTPS_PROXY',
  'http_proxy',
  'HTTP_PROXY',
  'all_proxy',
  'ALL_PROXY',
] as const;

export type ProxyVariable = (typeof PROXY_VARIABLES)[number];

/** Whether a proxy variable is set. If no proxy variable is set, `network/proxy` is not loaded. */
export function namesProxy(env: Environment): boolean {
  return PROXY_VARIABLES.some((name) => env[name]);
}
