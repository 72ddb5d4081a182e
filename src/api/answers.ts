import type { HttpResponse } from '../context/http';
import { CliError } from '../core/errors';
import { DEFAULT_API_SERVER } from '../core/origin';
import type { Withhold } from '../core/withhold';
import { invalidResponse, notVocalStack } from '../network/answer-errors';
import { HEADERS } from './protocol';
import { type Credential, codeOfReason, serviceSays, tokenRefusal } from './refusals';
import { parseRetryAfter, waitInWords } from './retry-after';
import { apiDiscontinued, apiVersionMissing } from './versions';
import { type Json, noObject, parseObject, textOr } from './wire';

export interface Call {
  readonly apiServer: string;
  readonly host: string;
  readonly credential: Credential;
  /** What was asked for, as a noun: `the list of transcriptions`. */
  readonly purpose: string;
  readonly minting: boolean;
  /** What to do about a request that was rejected for what it is (any other 4xx). */
  readonly rejectedHint?: string;
  /** Judges what is quoted of the answer. */
  readonly withhold: Withhold;
  readonly checkVersion: (header: string, httpStatus: number) => void;
  /** Milliseconds since 1970, for a Retry-After that is a date. */
  readonly now: number;
}

/**
 * The JSON of an answer that is a success, after every check of its status, version and form.
 * @throws CliError for everything else; of server text only a short `error` is quoted
 */
export function judgeAnswer(response: HttpResponse, call: Call): Json {
  const body = judgeStatus(response, call);
  if (!body) throw noObject(response.body, call.host, 'it');
  const state = body['status'];
  if (state !== undefined && typeof state !== 'string') {
    throw invalidResponse(call.host, 'its status is not a text.');
  }
  return body;
}

/**
 * The same for whoever takes any body: null for one that is not a JSON object.
 * @throws CliError as `judgeAnswer` does, but for the form
 */
export function judgeStatus(response: HttpResponse, call: Call): Json | null {
  const { status, headers } = response;
  if (status >= 300 && status < 400) throw redirected(call.host, status);
  if (headers[HEADERS.discontinued] === '1') throw apiDiscontinued(call.host, status);

  const body = parseObject(response.body);
  const says = serviceSays(textOr(body?.['error']), call.withhold);
  if (status >= 500 || status === 429 || status === 408) throw unavailable(response, call, says);

  const version = headers[HEADERS.version];
  if (version === undefined) throw unversioned(status, body, call);
  call.checkVersion(version, status);

  if (status === 401 || status === 403) throw refused(status, body, call, says);
  if (isGone(status) && call.minting) throw mintingUnavailable(call.host, status);
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
    hint: 'Redirects are never followed, so that no secret goes astray. Name the final server with --api-server.',
    httpStatus,
  });
}

/** The codes are those by which the retries decide; a gateway that answers for the service sends no version. */
function unavailable(response: HttpResponse, call: Call, says: string): CliError {
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
    const message = `${call.host} gets too many requests (status 429).${asks}${says}`;
    return new CliError('rate_limited', message, details);
  }
  const happened =
    status === 408 ? 'gave up waiting for the request' : 'failed to answer the request';
  const message = `${call.host} ${happened} (status ${status}).${asks}${says}`;
  return new CliError('service_error', message, details);
}

function unversioned(status: number, body: Json | null, call: Call): CliError {
  if (body && 'status' in body) return apiVersionMissing(call.host, status);
  const isService = body !== null || call.apiServer === DEFAULT_API_SERVER;
  if (call.minting && isGone(status) && isService) return mintingUnavailable(call.host, status);
  return notVocalStack(call.host, status);
}

function refused(status: number, body: Json | null, call: Call, says: string): CliError {
  if (call.credential.kind !== 'key') {
    return tokenRefusal(status, codeOfReason(textOr(body?.['error'])), says);
  }
  if (status === 401) {
    return new CliError('key_refused', `${call.host} does not accept the API key.${says}`, {
      hint: 'Check that the key is complete, not revoked, and of this server. Keys are listed in your VocalStack account.',
      httpStatus: status,
    });
  }
  return new CliError('forbidden', `${call.host} does not allow this to the API key.${says}`, {
    hint: 'Check the plan and the permissions of the key in your VocalStack account.',
    httpStatus: status,
  });
}

function isGone(status: number): boolean {
  return status === 404 || status === 410;
}

function mintingUnavailable(host: string, httpStatus: number): CliError {
  return new CliError(
    'minting_unavailable',
    `${host} does not mint auth tokens in the way this program knows (status ${httpStatus}).`,
    {
      hint: 'The service may have moved to a newer generation of its API: update vstoken. The API key is not at fault. Check --api-server too.',
      httpStatus,
    },
  );
}
