import type { ConnectOptions } from '../context/socket';
import { CliError } from '../core/errors';
import { redirected } from './answers';
import { HEADERS } from './protocol';
import { apiDiscontinued } from './versions';

/**
 * What another answer than an upgrade to WebSocket means. The request carries no credentials, so it says nothing about a token.
 * @param status null for an answer with status 101 that is not a valid upgrade
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
      ? new CliError('rate_limited', `${host} gets too many requests (status 429).`, details)
      : new CliError('service_error', `${host} opened no session (status ${status}).`, details);
  }
  const answer = status === null ? 'with something else' : `with status ${status}`;
  return new CliError(
    'upgrade_refused',
    `${host} answered the request for a WebSocket ${answer}.`,
    {
      hint: 'A proxy, firewall or gateway on the way may not pass WebSockets. To see which one: vstoken doctor. To try the token without one: vstoken test --mode read',
      ...(status !== null && { httpStatus: status }),
    },
  );
}
