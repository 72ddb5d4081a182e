import { checkAnswer } from '../api/answers';
import type { Credential } from '../api/refusals';
import { upgradeRefusal } from '../api/upgrade-refusal';
import { versionCheck } from '../api/versions';
import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import { SDK_MAJOR, SDK_PACKAGE } from '../core/sdk-package';
import { responseTooLarge } from '../network/answer-errors';
import { networkError } from '../network/errors';
import { SdkFailure, type SdkFailureKind } from './calls';
import type { SeenRefusal } from './requests';

/** What a call of the SDK should return, and the credential that the SDK sends. */
export interface SdkTask {
  readonly credential: Credential;
  /** The result of the call, as a noun such as `a session`. */
  readonly purpose: string;
  readonly minting: boolean;
  /**
   * Whether the call uses a WebSocket. The server's answer to a WebSocket request does not contain the API version, so the
   * version is not checked.
   */
  readonly isSession: boolean;
}

const COMPARE =
  'See the output of the SDK with --verbose, and compare with the built-in client: --client builtin';

const FAILURES: Readonly<Record<SdkFailureKind, string>> = {
  broken: 'The SDK was found, but Node.js cannot load it.',
  shape: 'The SDK was found, but it is not a version that this program supports.',
  empty: 'The SDK returned no usable result, and no reason.',
  large: 'The SDK returned far more data than expected.',
  threw: 'The SDK threw an error without a code.',
  crashed: 'The SDK threw an error that an application cannot catch.',
  ended: 'The SDK ended the process that runs it.',
  refused: 'The service refused the session, but the SDK did not report it.',
  late: 'The SDK did not open a session in time, and gave no reason.',
};

const LOAD_FAILURES: Readonly<Partial<Record<SdkFailureKind, string>>> = {
  ended: 'The SDK was found, but its process ended while the SDK was loading.',
  crashed:
    'The SDK was found, but while it was loading, it threw an error that nothing could catch.',
  threw: 'The SDK was found, but threw an error when vstoken read its classes.',
};

/**
 * Returns the error for an SDK package that could not be loaded.
 * @param isFound whether the package was found
 */
export function loadError(error: unknown, isFound: boolean): unknown {
  if (error instanceof CliError && error.code === 'timeout') {
    const what = isFound ? 'The SDK was still loading.' : 'vstoken was still looking for the SDK.';
    return new CliError('timeout', `${error.message} ${what}`, { hint: error.hint, cause: error });
  }
  if (!(error instanceof SdkFailure)) return error;
  if (!isFound) {
    return new CliError(
      'sdk_broken',
      'The process for the SDK could not be started, or ended before it looked for the SDK.',
      {
        hint: 'Check that the Node.js that runs this program still exists, and may start other processes.',
      },
    );
  }
  return (
    packageError(error.kind) ??
    new CliError('sdk_broken', LOAD_FAILURES[error.kind] ?? FAILURES[error.kind], {
      hint: 'See the output of the SDK with --verbose.',
    })
  );
}

/** Returns the error for a fault of the SDK package itself. Null for any other failure. */
export function packageError(kind: SdkFailureKind): CliError | null {
  if (kind === 'broken') {
    return new CliError('sdk_broken', FAILURES.broken, {
      hint: 'Reinstall the package with its dependencies: npm install. To see the error of the SDK, use --verbose.',
    });
  }
  if (kind === 'shape') {
    return new CliError('sdk_broken', FAILURES.shape, {
      hint: `Version ${SDK_MAJOR} is supported, with the classes Security and UrlTranscription. Check the version in the project: npm ls ${SDK_PACKAGE}`,
    });
  }
  return null;
}

/**
 * Returns the error for a failed call of the SDK. If the package has a fault, the error names the fault. Otherwise, if the server
 * refused a request, the error is that refusal. Otherwise, the error says how the SDK failed. The texts of the SDK's errors are
 * not used.
 * @param seen.refusal null if no refusal was seen
 * @param seen.now in milliseconds since 1970
 */
export function sdkError(
  thrown: unknown,
  seen: { readonly refusal: SeenRefusal | null; readonly apiServer: string; readonly now: number },
  task: SdkTask,
): unknown {
  const failureKind = thrown instanceof SdkFailure ? thrown.kind : null;
  const isVague = thrown instanceof CliError && VAGUE.includes(thrown.code);
  if (failureKind === null && !isVague) return thrown;
  const known =
    (failureKind && packageError(failureKind)) ??
    (seen.refusal && refusalOf(seen.refusal, seen, task));
  if (known) return known;
  if (failureKind === 'large') return responseTooLarge(new URL(seen.apiServer).host);
  if (failureKind !== null) {
    const code = failureKind === 'late' ? 'timeout' : 'sdk_failed';
    return new CliError(code, FAILURES[failureKind], { hint: COMPARE });
  }
  return withoutReason(thrown);
}

/** If the SDK failed with one of these codes, the real cause may be that the server refused a request. */
const VAGUE: readonly ErrorCode[] = ['timeout', 'invalid_response', 'service_error'];

function withoutReason(thrown: unknown): unknown {
  if (!(thrown instanceof CliError) || thrown.code !== 'timeout') return thrown;
  const message = `${thrown.message} The SDK gave no reason.`;
  return new CliError('timeout', message, { hint: COMPARE, cause: thrown });
}

/**
 * Returns the error for a failed request of the SDK, the same that the built-in client reports for such a response. Null if the
 * response is a success.
 */
function refusalOf(
  { status, headers, code }: SeenRefusal,
  { apiServer, now }: { readonly apiServer: string; readonly now: number },
  { isSession, ...call }: SdkTask,
): CliError | null {
  const { host } = new URL(apiServer);
  if (status === null) return networkError({ code }, host);
  if (isSession) return upgradeRefusal(host, status, headers);
  const isJson = /\bjson\b/.test(headers['content-type'] ?? '');
  const response = { status, headers, body: isJson ? '{"status":"waiting"}' : '' };
  const checkVersion = versionCheck(host, () => undefined);
  try {
    // The error cannot quote a text of the server, because `body` contains none. So no text needs to be checked for secrets.
    const withhold = (text: string) => text;
    checkAnswer(response, { ...call, apiServer, host, checkVersion, now, withhold });
    return null;
  } catch (error) {
    return error instanceof CliError ? error : null;
  }
}
