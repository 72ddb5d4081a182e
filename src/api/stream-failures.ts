import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import type { Withhold } from '../core/withhold';
import { codeOfReason, isTokenCode, quoteError, tokenRefusal } from './refusals';
import type { StreamMessage } from './stream-messages';

interface FailureContext {
  readonly host: string;
  readonly withhold: Withhold;
  readonly isConfirmed: boolean;
}

/**
 * Returns the error for a message with the status `error`. The code of the returned error depends on the error text of the
 * message. If that text is unknown, the code depends on `http_code`. Without `http_code`, it depends on whether the session was
 * confirmed.
 */
export function failureInStream(
  { error, httpCode }: StreamMessage,
  { host, withhold, isConfirmed }: FailureContext,
): CliError {
  const httpStatus = httpCode ?? undefined;
  const code = codeOfReason(error);
  const says = quoteError(error, withhold);
  if (isTokenCode(code) || httpCode === 401 || httpCode === 403) {
    return tokenRefusal(httpStatus, code, says);
  }
  if (code === 'audio_unreachable') {
    return new CliError(code, `The service could not fetch audio from the URL.${says}`, {
      hint: 'Check that the URL is public, links directly to an audio file, and needs no login.',
      httpStatus,
    });
  }
  if (code === 'duration_guard') {
    return new CliError(
      code,
      `The audio does not have the duration that the request requires.${says}`,
      {
        hint: 'Nothing was transcribed. Check the audio, and duration_s in the request.',
        httpStatus,
      },
    );
  }
  const hint = 'Try again, or use other audio. If it still fails, contact VocalStack support.';
  if (isConfirmed) {
    const message = `The service reports that the transcription failed.${says}`;
    return new CliError('transcription_failed', message, { hint, httpStatus });
  }
  const message = `${host} refused the session${httpCode === null ? '' : ` (code ${httpCode})`}.${says}`;
  return new CliError(codeOfRefusal(httpCode), message, { hint, httpStatus });
}

function codeOfRefusal(httpCode: number | null): ErrorCode {
  if (httpCode === 429) return 'rate_limited';
  if (httpCode !== null && httpCode >= 500 && httpCode < 600) return 'service_error';
  if (httpCode !== null && httpCode >= 400 && httpCode < 500) return 'request_rejected';
  return 'session_not_confirmed';
}
