import type { Answer } from './answers';
import { faultRefusal } from './faults';
import type { Use } from './rules';
import type { Service } from './service';

/** One request, as a call sees it. */
export interface Call {
  readonly service: Service;
  readonly query: URLSearchParams;
  /** What stands at `:id` in the path; empty where there is no such place. */
  readonly id: string;
  /** The text of the body; empty where there is none. */
  readonly body: string;
}

/** One REST call. The log names a request by its pattern, since a path can hold anything. */
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

/** A call that looks at something, unless a fault keeps that from it. */
export const read = (pattern: string, answer: Route['answer'], use: Use = 'read') =>
  route('GET', pattern, use, (call) => {
    const fault = call.service.faults.take('read');
    if (fault) throw faultRefusal(fault);
    return answer(call);
  });
