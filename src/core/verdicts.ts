/** Whether a verdict about a token is good or bad. `open` means that this machine cannot know whether the token works. */
export type VerdictKind = 'good' | 'bad' | 'open';

interface VerdictEntry {
  readonly kind: VerdictKind;
  /** The first line of the output, if nothing more specific is known. */
  readonly words: string;
  readonly meaning: string;
  /** What to do, in one sentence. */
  readonly advice: string;
}

/**
 * The verdicts of `inspect`, by code. With `--probe`, `inspect` sends the token to the service. The answer leads to one of the
 * first six verdicts.
 */
export const VERDICTS = {
  valid: {
    kind: 'good',
    words: 'valid',
    meaning: 'The service accepts the token.',
    advice:
      'Check how the client sends the token: in which header, to which server, and whether it sends the token twice.',
  },
  expired: {
    kind: 'bad',
    words: 'expired',
    meaning: 'The token has expired.',
    advice: 'Mint the token right before the request, or with a longer lifetime: --lifetime 60s.',
  },
  spent: {
    kind: 'bad',
    words: 'spent',
    meaning: 'The token works once, and was already used.',
    advice: 'Mint a token for each request, or a reusable token: --no-one-time.',
  },
  wrong_scope: {
    kind: 'bad',
    words: 'wrong scope',
    meaning:
      'The service accepts the token, but the access of the token does not allow this request.',
    advice:
      'Mint a token with the access that the request needs: --access readwrite to transcribe.',
  },
  wrong_server: {
    kind: 'bad',
    words: 'wrong server',
    meaning: 'The token was minted for another API server.',
    advice: 'Use the same API server to mint and to use the token.',
  },
  unknown: {
    kind: 'bad',
    words: 'refused',
    meaning: 'The service refuses the token, and this machine does not know the reason.',
    advice:
      'Mint a new token and use it immediately, because the refused token may have expired, may have been used, or may be wrong.',
  },
  not_checked: {
    kind: 'open',
    words: 'not checked',
    meaning: 'The service could not be asked whether it accepts the token.',
    advice: 'Read the error below, then try again with --probe.',
  },
  not_expired: {
    kind: 'good',
    words: 'not expired',
    meaning:
      'The token was minted on this machine, has not expired, and, if it works only once, was not yet used on this machine.',
    advice: 'Ask the service whether it accepts the token: vstoken inspect --probe.',
  },
  may_be_spent: {
    kind: 'open',
    words: 'may be spent',
    meaning:
      'The token works once, and this machine got no answer to a request that it sent with the token.',
    advice: 'Mint a new token for the next request.',
  },
  minted_here: {
    kind: 'open',
    words: 'minted here',
    meaning:
      'The token was minted on this machine, but the clock was set back since then, so its age is not known.',
    advice: 'Correct the clock of the machine, and mint a new token.',
  },
  not_minted_here: {
    kind: 'open',
    words: 'not recorded here',
    meaning:
      'This machine did not record this token in the last 24 hours: another machine, another program or a sandbox may have minted the token.',
    advice: 'Ask the service whether it accepts the token: vstoken inspect --probe.',
  },
  nothing_noted: {
    kind: 'open',
    words: 'not known here',
    meaning:
      'This machine does not record the tokens that it mints, for example because it runs in CI.',
    advice: 'Ask the service whether it accepts the token: vstoken inspect --probe.',
  },
  ambiguous: {
    kind: 'bad',
    words: 'several possible tokens',
    meaning:
      'At least one word of the text could be a token, but the text does not show which word is the token.',
    advice: 'Choose a word by its number: vstoken inspect --pick N.',
  },
  api_key: {
    kind: 'bad',
    words: 'an API key',
    meaning: 'The text contains an API key instead of an auth token.',
    advice: 'Keep the API key on the server, and give the client a token from vstoken mint.',
  },
  not_a_token: {
    kind: 'bad',
    words: 'not a token',
    meaning: 'The text contains no auth token.',
    advice:
      'Check where the text comes from: it must be the output of vstoken mint, or the answer of the token endpoint.',
  },
} as const satisfies Readonly<Record<string, VerdictEntry>>;

/** The values of `verdict` in the JSON of `inspect`. */
export type Verdict = keyof typeof VERDICTS;

export const VERDICT_CODES = Object.keys(VERDICTS) as readonly Verdict[];

export function isVerdict(code: string): code is Verdict {
  return Object.hasOwn(VERDICTS, code);
}
