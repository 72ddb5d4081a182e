import type { WireAnswer } from '../context/http';
import { toCliError } from '../core/errors';
import { checkStatus } from './answers';
import { type CallMethod, type CallTarget, isReading, urlOfCall } from './call-target';
import { EXPECTED_API_VERSION, HEADERS } from './protocol';
import type { Credential } from './refusals';
import { authorization, type RestOptions, registerCredential, versionInWords } from './rest';
import { versionCheck } from './versions';
import { MAX_LIST_BYTES } from './wire';

export interface CallRequest {
  readonly method: CallMethod;
  readonly target: CallTarget;
  /** JSON text, encoded as UTF-8. */
  readonly body?: Uint8Array | undefined;
}

export interface CallAnswer extends WireAnswer {
  readonly status: number;
  /** The time from the request to the end of the answer, in milliseconds. */
  readonly ms: number;
}

/**
 * Sends the request of `vstoken api`. Does not retry and does not follow redirects.
 * @param onAnswer called with every answer, before its status is checked
 * @throws CliError for a network error; the errors of `checkStatus`
 */
export type Call = (
  request: CallRequest,
  credential: Credential,
  onAnswer: (answer: CallAnswer) => void,
) => Promise<void>;

const REJECTED_HINT =
  'Check the method, the path and the body. To list the known calls: vstoken help api';

export function createCall(options: RestOptions): Call {
  const { http, clock, secrets, signal, apiServer, trace } = options;
  const { host } = new URL(apiServer);
  const checkVersion = versionCheck(host, options.warn);

  return async ({ method, target, body }, credential, onAnswer) => {
    const url = urlOfCall(target, apiServer);
    registerCredential(secrets, credential);
    const begun = clock.monotonic();
    const passed = () => Math.round(clock.monotonic() - begun);
    const report = (outcome: string, more = '') =>
      trace?.(`${method} ${target.path} -> ${outcome} in ${passed()} ms${more}`);
    const headers = {
      accept: 'application/json',
      [HEADERS.expectedVersion]: EXPECTED_API_VERSION,
      ...(body && { 'content-type': 'application/json' }),
      ...authorization(credential),
    };
    const request = { method, url, headers, body, maxBytes: MAX_LIST_BYTES, keepsWire: true };
    const response = await http.send({ ...request, signal }).catch((error: unknown) => {
      report(toCliError(error).code);
      throw error;
    });
    const { status, wire } = response;
    report(String(status), `, ${versionInWords(response)}`);
    if (wire) onAnswer({ ...wire, status, ms: passed() });
    checkStatus(response, {
      ...{ apiServer, host, credential, checkVersion, minting: false, now: clock.now() },
      purpose: isReading(method) ? 'this path' : `this path, with the method ${method}`,
      withhold: await secrets.load(),
      rejectedHint: REJECTED_HINT,
    });
  };
}
