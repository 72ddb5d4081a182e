import { isLoopbackHost } from '../core/origin';
import { lookUpLocalhost } from './localhost';

const MAX_HEADER_BYTES = 16 * 1024;
/** Node's 250 ms for each address is too short for a slow line. */
const ADDRESS_ATTEMPT_MS = 1000;

/**
 * Beyond this machine certificates are verified, whatever NODE_TLS_REJECT_UNAUTHORIZED says. `localhost` is never looked up: both
 * of its addresses are tried, also where Node.js is told to try one.
 */
export function connectionRules(url: URL) {
  return {
    maxHeaderSize: MAX_HEADER_BYTES,
    autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
    ...(isLoopbackHost(url.hostname) ? {} : { rejectUnauthorized: true }),
    ...(url.hostname === 'localhost' ? { lookup: lookUpLocalhost, autoSelectFamily: true } : {}),
  };
}
