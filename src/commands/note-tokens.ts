import type { TranscriptionSession, VocalStackApi } from '../api/api';
import { toCliError } from '../core/errors';
import type { Use } from '../core/ledger-lines';
import type { Secret } from '../core/secret';
import type { CommandContext } from './define';
import type { Place } from './open-api';

/**
 * The same service, and every token that is minted or used with it goes into the ledger. Not those of a sandbox that ends with
 * this process: nobody will ever ask about them.
 */
export function noteTokens(
  api: VocalStackApi,
  context: CommandContext,
  { apiServer, profile, sandbox }: Place,
): VocalStackApi {
  if (sandbox) return api;
  const { clock, ledger, name: command } = context;
  const isoAt = (ms: number) => new Date(ms).toISOString();

  function note(token: Secret, what: Use['what'], outcome: string, http_status: number | null) {
    const at = isoAt(clock.now());
    ledger.used(token, { at, command, api_server: apiServer, what, outcome, http_status });
  }

  async function use<Value>(
    token: Secret,
    what: Use['what'],
    task: () => Promise<Value>,
    isOver: (value: Value) => boolean = () => true,
  ): Promise<Value> {
    try {
      const value = await task();
      if (isOver(value)) note(token, what, 'ok', null);
      return value;
    } catch (thrown) {
      const { code, httpStatus } = toCliError(thrown);
      note(token, what, code, httpStatus ?? null);
      throw thrown;
    }
  }

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
    async mintToken(key, options) {
      ledger.prepare();
      const minted = await api.mintToken(key, options);
      ledger.minted(minted.token, {
        at: isoAt(minted.sentAt),
        command,
        profile,
        api_server: apiServer,
        access: options.access,
        lifetime_s: options.lifetimeS,
        one_time: options.oneTime,
        expires_at: isoAt(minted.sentAt + options.lifetimeS * 1000),
      });
      return minted;
    },
    countTranscriptions: (token, options) =>
      use(token, 'read', () => api.countTranscriptions(token, options)),
    openSession: (token, request) => openSession(token, () => api.openSession(token, request)),
    openLiveSession: (token, request) =>
      openSession(token, () => api.openLiveSession(token, request)),
  };
}
