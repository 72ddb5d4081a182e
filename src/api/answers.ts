import type { HttpResponse } from '../context/http';
import { CliError } from '../core/errors';
import { DEFAULT_API_SERVER } from '../core/origin';
import type { Withhold } from '../core/withhold';
import { invalidResponse, notVocalStack } from '../network/answer-errors';
import { HEADERS } from './protocol';
import { type Credential, codeOfReason, quoteError, tokenRefusal } from './refusals';
import { parseRetryAfter, waitInWords } from './retry-after';
import { apiDiscontinued, apiVersionMissing } from './versions';
import { type Json, notAnObject, parseObject, textOr } from './wire';

export interface CallContext {
  readonly apiServer: string;
  readonly host: string;
  readonly credential: Credential;
  /** What the request asks for, as a noun, such as `the list of transcriptions`. Used in errors. */
  readonly purpose: string;
  readonly minting: boolean;
  /** The hint of the error `request_rejected`. That error is used for every 4xx status that has no more specific error. */
  readonly rejectedHint?: string;
  /** Replaces a text of the server that contains a secret. Errors quote only the result of this function. */
  readonly withhold: Withhold;
  readonly checkVersion: (header: string, httpStatus: number) => void;
  /** The time in milliseconds since 1970. Needed to convert a Retry-After header that contains a date. */
  readonly now: number;
}

/**
 * Checks the status and the API version of an answer, and that its body is a JSON object.
 * @returns the JSON object of a successful answer
 * @throws CliError for any other answer; the message quotes only the server's `error` text, shortened
 */
export function checkAnswer(response: HttpResponse, call: CallContext): Json {
  const body = checkStatus(response, call);
  if (!body) throw notAnObject(response.body, call.host, 'it');
  const state = body['status'];
  if (state !== undefined && typeof state !== 'string') {
    throw invalidResponse(call.host, 'the status in the answer is not a string.');
  }
  return body;
}

/**
 * Checks only the status and the API version, for callers that accept any body.
 * @returns the JSON object in the body, or null if the body is not a JSON object
 * @throws the errors of `checkAnswer`, except the error for a body that is not a JSON object
 */
export function checkStatus(response: HttpResponse, call: CallContext): Json | null {
  const { status, headers } = response;
  if (status >= 300 && status < 400) throw redirected(call.host, status);
  if (headers[HEADERS.discontinued] === '1') throw apiDiscontinued(call.host, status);

  const body = parseObject(response.body);
  const says = quoteError(textOr(body?.['error']), call.withhold);
  if (status >= 500 || status === 429 || status === 408) throw unavailable(response, call, says);

  const version = headers[HEADERS.version];
  if (version === undefined) throw unversioned(status, body, call);
  call.checkVersion(version, status);

  if (status === 401 || status === 403) throw rejected(status, body, call, says);
  if (isGone(status) && call.minting) throw cannotMint(call.host, status);
  if (status < 200 || status > 299) {
    throw new CliError(
      'request_rejected',
      `${call.host} rejected the request for ${call.purpose} (status ${status}).${says}`,
      { hint: call.rejectedHint ?? REJECTED_HINT, httpStatus: status },
    );
  }
  if (body?.['status'] === 'error') {
    throw new CliError('service_error', `${call.host} reports a failure.${says}`, {
      hint: 'Try again in a moment.',
      httpStatus: status,
    });
  }
  return body;
}

const REJECTED_HINT = 'Update vstoken if it is old: the service may have new rules.';

export function redirected(host: string, httpStatus: number): CliError {
  return new CliError('redirected', `${host} answered with a redirect (status ${httpStatus}).`, {
    hint: 'vstoken follows no redirects, so that no secret reaches another server. Set --api-server to the server that answers without a redirect.',
    httpStatus,
  });
}

/**
 * Returns the error for a status that may be temporary. The code of the error decides whether the request is retried.
 * `checkStatus` looks for such a status before it checks the API version. Reason: a gateway may answer instead of the service,
 * and a gateway sends no API version.
 */
function unavailable(response: HttpResponse, call: CallContext, says: string): CliError {
  const { status, headers } = response;
  const retryAfterMs = parseRetryAfter(headers['retry-after'], call.now);
  const wait = retryAfterMs === undefined ? null : waitInWords(retryAfterMs);
  const asks = wait === null ? '' : ` It asks to wait ${wait}.`;
  const details = {
    hint: wait === null ? 'Try again in a moment.' : `Try again after ${wait}.`,
    httpStatus: status,
    retryAfterMs,
  };
  if (status === 429) {
    const message = `${call.host} is rate limiting (429).${asks}${says}`;
    return new CliError('rate_limited', message, details);
  }
  const happened =
    status === 408 ? 'timed out waiting for the request' : 'failed to answer the request';
  const message = `${call.host} ${happened} (status ${status}).${asks}${says}`;
  return new CliError('service_error', message, details);
}

function unversioned(status: number, body: Json | null, call: CallContext): CliError {
  if (body && 'status' in body) return apiVersionMissing(call.host, status);
  const isService = body !== null || call.apiServer === DEFAULT_API_SERVER;
  if (call.minting && isGone(status) && isService) return cannotMint(call.host, status);
  return notVocalStack(call.host, status);
}

function rejected(status: number, body: Json | null, call: CallContext, says: string): CliError {
  if (call.credential.kind !== 'key') {
    return tokenRefusal(status, codeOfReason(textOr(body?.['error'])), says);
  }
  if (status === 401) {
    return new CliError('key_refused', `${call.host} does not accept the API key.${says}`, {
      hint: 'Check that the key is complete, not revoked, and for this server. Your VocalStack account lists your keys.',
      httpStatus: status,
    });
  }
  return new CliError(
    'forbidden',
    `${call.host} does not allow this request with this API key.${says}`,
    {
      hint: 'Check the plan and the permissions of the key in your VocalStack account.',
      httpStatus: status,
    },
  );
}

function isGone(status: number): boolean {
  return status === 404 || status === 410;
}

function cannotMint(host: string, httpStatus: number): CliError {
  return new CliError(
    'minting_unavailable',
    `${host} does not know the request with which vstoken mints a token (status ${httpStatus}).`,
    {
      hint: 'The service may have a newer API: update vstoken, or check --api-server. The API key is not the cause.',
      httpStatus,
    },
  );
}
