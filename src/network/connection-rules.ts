import { isLoopbackHost } from '../core/origin';
import { lookUpLocalhost } from './localhost';

const MAX_HEADER_BYTES = 16 * 1024;
/**
 * Time limit for connecting to each address of a host, in milliseconds. Node's default of 250 ms is too short for slow networks.
 */
const ADDRESS_ATTEMPT_MS = 1000;

/**
 * Returns connection options for a URL. Certificates of other machines are always verified, even if
 * NODE_TLS_REJECT_UNAUTHORIZED=0 is set. The name `localhost` is not looked up: both loopback addresses are tried, even if
 * Node.js is set to try only one address.
 */
export function connectionRules(url: URL) {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    ...(isLoopbackHost(url.hostname) ? {} : { rejectUnauthorized: true }),
    ...(url.hostname === 'localhost' ? { lookup: lookUpLocalhost, autoSelectFamily: true } : {}),
  };
}
