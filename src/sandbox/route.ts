import type { Answer } from './answers';
import { faultRefusal } from './faults';
import type { Use } from './rules';
import type { Service } from './service';

/** One request to a call. */
export interface Call {
  readonly service: Service;
  readonly query: URLSearchParams;
  /** The value of `:id` in the path; empty if the pattern has none. */
  readonly id: string;
  /** The text of the body; empty without one. */
  readonly body: string;
}

/** One REST call. The log shows its pattern, since a path can contain anything. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly pattern: string;
  readonly use: Use;
  answer(call: Call): Answer | Promise<Answer>;
}

export function route(
  method: Route['method'],
  pattern: string,
  use: Use,
  answer: Route['answer'],
): Route {
  return { method, pattern, use, answer };
}

/** A GET call that a `read` fault can fail. */
export const read = (pattern: string, answer: Route['answer'], use: Use = 'read') =>
  route('GET', pattern, use, (call) => {
    const fault = call.service.faults.take('read');
    if (fault) throw faultRefusal(fault);
    return answer(call);
  });
