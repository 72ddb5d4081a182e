import type { LedgerEntry, Minting, Use } from '../../core/ledger-lines';
import type { Frame } from '../../core/recognise/frames';
import type { Verdict } from '../../core/verdicts';
import type { Jwt } from './jwt';
import type { Finding, TokenSource } from './text';

/** The verdict on a token after --probe, from the answer of the service and the ledger. */
export type ProbeVerdict = Extract<
  Verdict,
  'valid' | 'expired' | 'spent' | 'wrong_scope' | 'wrong_server' | 'unknown'
>;

export interface Probe {
  readonly api_server: string;
  /** The verdict of the probe. Null if the service could not be asked, or if its answer allows no verdict. */
  readonly verdict: ProbeVerdict | null;
  /**
   * Whether the token allows reading. Null if no request tested this, or if the answer does not show it. `may_open_session` has
   * the same meaning for opening a session.
   */
  readonly may_read: boolean | null;
  readonly may_open_session: boolean | null;
  readonly requests: readonly {
    readonly request: Exclude<Use['what'], 'call'>;
    /** `ok`, or an error code. */
    readonly outcome: string;
    readonly http_status: number | null;
  }[];
}

export interface CandidateRow {
  /** The number for --pick. The first candidate has number 1. */
  readonly n: number;
  readonly fingerprint: string;
  /** The kind of text around the word, such as `bearer`. Null if that text does not mark the word as a token. */
  readonly frame: Frame | null;
  readonly length: number;
}

/** The JSON of `vstoken inspect`. All members are always present. */
export interface InspectDocument {
  /** The verdict from the service with `--probe`, otherwise from the data on this machine. */
  readonly verdict: Verdict;
  readonly summary: string;
  /** The time of the inspection. Durations in the texts are counted from this time. */
  readonly inspected_at: string;
  readonly source: TokenSource;
  /**
   * The fingerprint of the token alone, not of the text around it. Equal tokens have equal fingerprints. The token cannot be
   * computed from its fingerprint. Null if there is no token.
   */
  readonly fingerprint: string | null;
  /** The length of the token in characters. Without a token, the length of the whole text. */
  readonly length: number;
  readonly kind: 'opaque' | 'jwt' | 'api_key' | 'not_a_token';
  readonly findings: readonly Finding[];
  /** The problems that must be fixed so that requests work. */
  readonly causes: readonly { readonly code: string; readonly message: string }[];
  /** The possible tokens. Candidates with a `frame` come first. `--pick` chooses a candidate by its number. */
  readonly candidates: readonly CandidateRow[];
  readonly jwt: Jwt | null;
  readonly minted: Minting | null;
  readonly uses: LedgerEntry['uses'];
  readonly ledger: 'on' | 'off';
  readonly probe: Probe | null;
  /** A text for the person who sent the token. Null without `--reply`. */
  readonly reply: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
