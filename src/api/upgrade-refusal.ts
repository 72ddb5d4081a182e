import type { ConnectOptions } from '../context/socket';
import { CliError } from '../core/errors';
import { redirected } from './answers';
import { HEADERS } from './protocol';
import { apiDiscontinued } from './versions';

/**
 * Returns the error for a server that did not upgrade to WebSocket. The error is never about the token, because the upgrade
 * request does not contain the token.
 * @param status the HTTP status; null if the status was 101 but the answer was not a valid upgrade
 */
export function upgradeRefusal(
  host: string,
  status: number | null,
  headers: Parameters<ConnectOptions['refusalOf']>[1],
): CliError {
  if (status !== null && status >= 300 && status < 400) return redirected(host, status);
  if (status !== null && headers[HEADERS.discontinued] === '1')
    return apiDiscontinued(host, status);
  const isOfService = headers[HEADERS.version] !== undefined;
  if (status !== null && isOfService && (status === 429 || status === 408 || status >= 500)) {
    const details = { hint: 'Try again in a moment.', httpStatus: status };
    return status === 429
      ? new CliError('rate_limited', `${host} is rate limiting (429).`, details)
      : new CliError(
          'service_error',
          `${host} did not open a session (status ${status}).`,
          details,
        );
  }
  const answer = status === null ? 'with an invalid upgrade' : `with status ${status}`;
  return new CliError(
    'upgrade_refused',
    `${host} answered the request for a WebSocket ${answer}.`,
    {
      hint: 'A proxy, firewall or gateway may block WebSockets. To find the cause: vstoken doctor. To test the token without a WebSocket: vstoken test --mode read',
      ...(status !== null && { httpStatus: status }),
    },
  );
}
