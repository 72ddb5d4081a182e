import { REASONS } from '../api/protocol';

interface Details {
  /** For the `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  /** A detail for the log only. */
  readonly detail?: string | undefined;
  /** Its stable code in the log, if it does not follow from message or status. */
  readonly code?: string;
}

/** The error of a request, a session or a transcription. Sent as `http_code` and `error`. */
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

/** The refusal for audio that could not be fetched. @param detail the reason, for the log */
export const unreachable = (detail: string) =>
  new Refusal(422, REASONS.audioUnreachable, { detail });

/** Converts an exception to a refusal. Any other error becomes a 500 without its text. */
export function toRefusal(thrown: unknown): Refusal {
  return thrown instanceof Refusal ? thrown : new Refusal(500, 'the sandbox failed');
}
