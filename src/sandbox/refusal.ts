import { REASONS } from '../api/protocol';

interface Details {
  /** The value of the `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  /** A detail for the log. The client does not get it. */
  readonly detail?: string | undefined;
  /**
   * The code in the log, by which programs recognise the refusal. Not needed if the message or the status determines the code.
   */
  readonly code?: string;
}

/**
 * The error of a request, a session or a transcription. The client gets the HTTP code as `http_code`, and the message as `error`.
 */
export class Refusal extends Error {
  readonly httpCode: number;
  readonly retryAfter: string | undefined;
  readonly detail: string | undefined;
  readonly code: string | undefined;

  constructor(httpCode: number, message: string, details: Details = {}) {
    super(message);
    this.name = 'Refusal';
    this.httpCode = httpCode;
    this.retryAfter = details.retryAfter;
    this.detail = details.detail;
    this.code = details.code;
  }
}

/** Returns the refusal for audio that could not be fetched. @param detail the reason, for the log */
export const unreachable = (detail: string) =>
  new Refusal(422, REASONS.audioUnreachable, { detail });

/** Converts an exception to a refusal. An exception that is not a Refusal becomes status 500, without its text. */
export function toRefusal(thrown: unknown): Refusal {
  return thrown instanceof Refusal ? thrown : new Refusal(500, 'the sandbox failed');
}
