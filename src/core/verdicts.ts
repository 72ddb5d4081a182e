/** The tone of a verdict: `good`, `bad`, or `open` if this machine cannot decide. */
export type VerdictKind = 'good' | 'bad' | 'open';

interface VerdictEntry {
  readonly kind: VerdictKind;
  /** The first line, if nothing more specific is known. */
  readonly words: string;
  /** One sentence. */
  readonly meaning: string;
  /** What to do, in one sentence. */
  readonly advice: string;
}

/** The first line of `inspect`, by code. The first six need an answer of the service or an entry in the ledger. */
export const VERDICTS = {
  valid: {
    kind: 'good',
    words: 'valid',
    meaning: 'The service accepts the token.',
    advice: 'Look at how the client sends it: the header, the server, a second use.',
  },
  expired: {
    kind: 'bad',
    words: 'expired',
    meaning: 'The lifetime of the token is over.',
    advice: 'Mint the token right before the request, or with a longer lifetime: --lifetime 60s.',
  },
  spent: {
    kind: 'bad',
    words: 'spent',
    meaning: 'The token works once, and was used before.',
    advice: 'Mint a token for each request, or one that can be used again: --no-one-time.',
  },
  wrong_scope: {
    kind: 'bad',
    words: 'wrong scope',
    meaning: 'The service accepts the token, but its access does not allow what it is needed for.',
    advice: 'Mint it with the access that the request needs: --access readwrite to transcribe.',
  },
  wrong_server: {
    kind: 'bad',
    words: 'wrong server',
    meaning: 'The token was minted for another API server.',
    advice: 'Use the same API server to mint the token and to use it.',
  },
  unknown: {
    kind: 'bad',
    words: 'refused',
    meaning: 'The service refuses the token, and this machine does not know why.',
    advice: 'Mint a new token and try again at once: this one expired, was used up, or is wrong.',
  },
  not_checked: {
    kind: 'open',
    words: 'not checked',
    meaning: 'The service could not be asked whether it accepts the token.',
    advice: 'Read the error below it, and try again with --probe.',
  },
  not_expired: {
    kind: 'good',
    words: 'not expired',
    meaning:
      'The token was minted on this machine, has not expired, and nothing here has used it up.',
    advice: 'Ask the service whether it accepts the token: vstoken inspect --probe.',
  },
  may_be_spent: {
    kind: 'open',
    words: 'may be spent',
    meaning: 'The token works once, and a request that used it here ended without an answer.',
    advice: 'Mint a new token for the next request.',
  },
  minted_here: {
    kind: 'open',
    words: 'minted here',
    meaning:
      'The token was minted on this machine, whose clock was set back since, so that its age is not known.',
    advice: 'Set the clock of the machine, and mint a new token.',
  },
  not_minted_here: {
    kind: 'open',
    words: 'not noted here',
    meaning:
      'This machine has noted no such token within the last day: it was minted elsewhere, or by a sandbox, whose tokens are not noted.',
    advice: 'Ask the service whether it accepts the token: vstoken inspect --probe.',
  },
  nothing_noted: {
    kind: 'open',
    words: 'not known here',
    meaning: 'This machine keeps no list of the tokens that it mints, as in CI.',
    advice: 'Ask the service whether it accepts the token: vstoken inspect --probe.',
  },
  ambiguous: {
    kind: 'bad',
    words: 'which token is meant is not clear',
    meaning:
      'The text has several words that could be the token, or one in a place that does not tell.',
    advice: 'Choose one by its number: vstoken inspect --pick N.',
  },
  api_key: {
    kind: 'bad',
    words: 'an API key',
    meaning: 'The text holds an API key where an auth token belongs.',
    advice: 'Keep the API key on the server, and give the client a token of vstoken mint.',
  },
  not_a_token: {
    kind: 'bad',
    words: 'not a token',
    meaning: 'The text has no auth token in it.',
    advice:
      'Look where it comes from: it must be what vstoken mint prints, or the token endpoint answers.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** The values of `verdict` in the JSON of `inspect`. */
export type Verdict = keyof typeof VERDICTS;

export const VERDICT_CODES = Object.keys(VERDICTS) as readonly Verdict[];

export function isVerdict(code: string): code is Verdict {
  return Object.hasOwn(VERDICTS, code);
}
