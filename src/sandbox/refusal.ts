import { REASONS } from '../api/protocol';

interface Details {
  /** For the `Retry-After` header. */
  readonly retryAfter?: string | undefined;
  /** For the log alone: what a person who runs the sandbox wants to know. */
  readonly detail?: string | undefined;
  /** Its stable name in the log, where neither the message nor the status says it. */
  readonly code?: string;
}

/** Why a request, a session or a piece of work ends in an error; becomes `http_code` and `error` on the wire. */
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

/** Audio that cannot be fetched. @param detail why, for the log */
export const unreachable = (detail: string) =>
  new Refusal(422, REASONS.audioUnreachable, { detail });

/** Anything thrown, as a refusal: what was not meant as one is a 500 without its text. */
export function toRefusal(thrown: unknown): Refusal {
  return thrown instanceof Refusal ? thrown : new Refusal(500, 'the sandbox failed');
}
