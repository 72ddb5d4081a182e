import type { Answer } from './answers';
import { faultRefusal } from './faults';
import type { Use } from './rules';
import type { Service } from './service';

/** One request to a REST route. */
export interface Call {
  readonly service: Service;
  readonly query: URLSearchParams;
  /** The value of `:id` in the path. Empty if the pattern has no `:id`. */
  readonly id: string;
  /** The text of the body. Empty if the request has no body. */
  readonly body: string;
}

/**
 * One REST route. The log shows the pattern, such as `/polyglot/:id`, instead of the path, because a path can contain anything,
 * even a secret.
 */
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

/** Creates the route of a GET call. A `read` fault can make the call fail. */
export const read = (pattern: string, answer: Route['answer'], use: Use = 'read') =>
  route('GET', pattern, use, (call) => {
    const fault = call.service.faults.take('read');
    if (fault) throw faultRefusal(fault);
    return answer(call);
  });
