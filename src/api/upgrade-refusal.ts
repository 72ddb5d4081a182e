import type { ConnectOptions } from '../context/socket';
import { CliError } from '../core/errors';
import { notVocalStack } from '../network/answer-errors';
import { redirected } from './answers';
import { HEADERS } from './protocol';
import { tokenRefusal } from './refusals';
import { apiDiscontinued } from './versions';

/** What it means that a server answers the request for a session with another status than that of an upgrade. */
export function upgradeRefusal(
  host: string,
  status: number,
  headers: Parameters<ConnectOptions['refusalOf']>[1],
): CliError {
  if (status >= 300 && status < 400) return redirected(host, status);
  if (headers[HEADERS.discontinued] === '1') return apiDiscontinued(host, status);
  if (status === 401 || status === 403) return tokenRefusal(status, undefined, '');
  const details = { hint: 'Try again in a moment.', httpStatus: status };
  if (status === 429) {
    return new CliError('rate_limited', `${host} gets too many requests (status 429).`, details);
  }
  if (status >= 500 || status === 408) {
    return new CliError('service_error', `${host} opened no session (status ${status}).`, details);
  }
  if (status >= 400 && status !== 404 && status !== 410) {
    return new CliError('request_rejected', `${host} rejected the session (status ${status}).`, {
      hint: 'Update vstoken if it is old: the service may have new rules.',
      httpStatus: status,
    });
  }
  return notVocalStack(host, status);
}
