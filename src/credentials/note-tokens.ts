import type { MintedToken, TranscriptionSession, VocalStackApi } from '../api/api';
import { toCliError } from '../core/errors';
import { isoTime } from '../core/iso-time';
import type { Minting, Use } from '../core/ledger-lines';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import type { ServiceContext, ServiceTarget } from './target';
import type { Knowledge } from './token-knowledge';

/** The last token that was minted here, for which no ledger is needed. */
interface Own extends MintedToken {
  readonly minting: Minting;
  readonly uses: Use[];
}

/** What the ledger says of a token that was minted. @param sentAt before the request, in milliseconds since 1970 */
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

/** Notes what is done with tokens in the ledger. */
export interface TokenNotes {
  /** Mints a token by `task`, and notes it. */
  mint(task: () => Promise<MintedToken>, options: TokenOptions): Promise<MintedToken>;
  /**
   * Uses a token by `task`, and notes how that ended.
   * @param isOver whether the use ends with this value
   * @throws what the task throws; a refusal of the token with what is known of it
   */
  use<Value>(
    token: Secret,
    what: Use['what'],
    task: () => Promise<Value>,
    isOver?: (value: Value) => boolean,
  ): Promise<Value>;
}

/** A sandbox that ends with this process leaves no trace: nobody will ever ask about its tokens. */
export function createTokenNotes(context: ServiceContext, target: ServiceTarget): TokenNotes {
  const { apiServer, sandbox } = target;
  const { clock, ledger, name: command } = context;
  // Jumps of the wall clock after this do not count.
  const offsetMs = clock.now() - clock.monotonic();
  let own: Own | null = null;
  const ownOf = (token: Secret) => (own && own.token.reveal() === token.reveal() ? own : null);

  function note(token: Secret, what: Use['what'], outcome: string, http_status: number | null) {
    const at = isoTime(clock.now());
    const facts: Use = { at, command, api_server: apiServer, what, outcome, http_status };
    ownOf(token)?.uses.push(facts);
    if (!sandbox) ledger.used(token, facts);
  }

  async function knowledgeOf(token: Secret, what: Use['what']): Promise<Knowledge> {
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
        if (isOver(value)) note(token, what, 'ok', null);
        return value;
      } catch (thrown) {
        let error = toCliError(thrown);
        if (error.code === 'token_refused' || error.code === 'token_scope') {
          const { explainRefusal } = await import('./token-knowledge');
          error = explainRefusal(error, await knowledgeOf(token, what));
        }
        note(token, what, error.code, error.httpStatus ?? null);
        throw error;
      }
    },
  };
}

/**
 * The same service; every token that is minted or used with it goes into the ledger, and what is known of one that is refused
 * into the error.
 */
export function noteTokens(api: VocalStackApi, { mint, use }: TokenNotes): VocalStackApi {
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
