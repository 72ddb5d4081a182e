import type { MintedToken, TranscriptionSession, VocalStackApi } from '../api/api';
import { toCliError } from '../core/errors';
import { isoTime } from '../core/iso-time';
import type { Minting, Use } from '../core/ledger-lines';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import type { TokenFacts } from './explain-refusal';
import type { ServiceContext, ServiceTarget } from './target';

/**
 * The last token that this process minted, with its records. If the service refuses this token, the reason is found in these
 * records, so the ledger need not be read.
 */
interface OwnToken extends MintedToken {
  readonly minting: Minting;
  readonly uses: Use[];
}

/**
 * Returns the ledger's entry for a minted token.
 * @param sentAt the time just before the request was sent, in milliseconds since 1970
 */
export function describeMinting(
  { name: command }: Pick<ServiceContext, 'name'>,
  { apiServer, profile }: ServiceTarget,
  { access, lifetimeS, oneTime }: TokenOptions,
  sentAt: number,
): Minting {
  return {
    at: isoTime(sentAt),
    command,
    profile,
    api_server: apiServer,
    access,
    lifetime_s: lifetimeS,
    one_time: oneTime,
    expires_at: isoTime(sentAt + lifetimeS * 1000),
  };
}

/** Writes to the ledger which tokens are minted and used. */
export interface TokenRecorder {
  /** Runs `task`, which mints a token, and records the token. */
  mint(task: () => Promise<MintedToken>, options: TokenOptions): Promise<MintedToken>;
  /**
   * Runs `task`, which uses a token, and records the result.
   * @param isOver gets the value that `task` returned, and returns whether the use has ended. For example, a transcription has
   * ended when its last result was received. A success is recorded only if the use has ended; a failure is always recorded.
   * Default: the use has ended.
   * @throws the error of `task`; if the server refused the token, a more precise error from the ledger
   */
  use<Value>(
    token: Secret,
    what: Use['what'],
    task: () => Promise<Value>,
    isOver?: (value: Value) => boolean,
  ): Promise<Value>;
}

/** Creates the recorder. Tokens of an embedded sandbox are not recorded, because they stop working when this process ends. */
export function createTokenRecorder(context: ServiceContext, target: ServiceTarget): TokenRecorder {
  const { apiServer, sandbox } = target;
  const { clock, ledger, name: command } = context;
  // The difference between the wall clock and the monotonic clock, in milliseconds. Computed only once, so that the remaining
  // lifetime of a token stays right if somebody changes the wall clock later.
  const offsetMs = clock.now() - clock.monotonic();
  let own: OwnToken | null = null;
  const ownOf = (token: Secret) => (own && own.token.reveal() === token.reveal() ? own : null);

  function record(token: Secret, what: Use['what'], outcome: string, http_status: number | null) {
    const at = isoTime(clock.now());
    const use: Use = { at, command, api_server: apiServer, what, outcome, http_status };
    ownOf(token)?.uses.push(use);
    if (!sandbox) ledger.used(token, use);
  }

  async function factsOf(token: Secret, what: Use['what']): Promise<TokenFacts> {
    const mine = ownOf(token);
    if (mine) {
      const { minting, uses, sentAtMonotonic } = mine;
      const leftMs = minting.lifetime_s * 1000 - (clock.monotonic() - sentAtMonotonic);
      return { entry: { minted: minting, uses }, leftMs, isOwn: true, what, apiServer };
    }
    const entry = sandbox ? null : await ledger.find(token);
    const expiry = entry?.minted?.expires_at;
    const leftMs = expiry ? Date.parse(expiry) - (clock.monotonic() + offsetMs) : null;
    return { entry, leftMs, isOwn: false, what, apiServer };
  }

  return {
    async mint(task, options) {
      if (!sandbox) ledger.prepare();
      const minted = await task();
      const minting = describeMinting(context, target, options, minted.sentAt);
      own = { ...minted, minting, uses: [] };
      if (!sandbox) ledger.minted(minted.token, minting);
      return minted;
    },
    async use(token, what, task, isOver = () => true) {
      try {
        const value = await task();
        if (isOver(value)) record(token, what, 'ok', null);
        return value;
      } catch (thrown) {
        let error = toCliError(thrown);
        if (error.code === 'token_refused' || error.code === 'token_scope') {
          const { explainRefusal } = await import('./explain-refusal');
          error = explainRefusal(error, await factsOf(token, what));
        }
        record(token, what, error.code, error.httpStatus ?? null);
        throw error;
      }
    },
  };
}

/**
 * Wraps the API. The ledger then records each minted and each used token. The error for a refused token says why the token is
 * refused, if the ledger shows it.
 */
export function recordTokens(api: VocalStackApi, { mint, use }: TokenRecorder): VocalStackApi {
  async function openSession<Session extends TranscriptionSession>(
    token: Secret,
    open: () => Promise<Session>,
  ): Promise<Session> {
    const session = await use(token, 'session', open);
    const next = () =>
      use(
        token,
        'transcription',
        () => session.next(),
        ({ done }) => done,
      );
    return { ...session, next };
  }

  return {
    mintToken: (key, options) => mint(() => api.mintToken(key, options), options),
    countTranscriptions: (token, options) =>
      use(token, 'read', () => api.countTranscriptions(token, options)),
    openSession: (token, request) => openSession(token, () => api.openSession(token, request)),
    openLiveSession: (token, request) =>
      openSession(token, () => api.openLiveSession(token, request)),
  };
}
