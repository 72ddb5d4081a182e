import type { LedgerEntry, Minting, Use } from '../../core/ledger-lines';
import type { Frame } from '../../core/recognise/frames';
import type { Verdict } from '../../core/verdicts';
import type { Jwt } from './jwt';
import type { Finding, TokenSource } from './text';

/**
 * The verdict on a token after --probe. It depends on the answer of the service, and on what this machine recorded about the
 * token.
 */
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
  /**
   * How vstoken recognised the candidate as a token: usually by the text around it (`bearer` for `Authorization: Bearer`), or by
   * the record of a token that this machine minted (`ledger`). Null if nothing shows that it is a token.
   */
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
  /** The problems that make a request with this text fail. */
  readonly causes: readonly { readonly code: string; readonly message: string }[];
  /**
   * The possible tokens. The candidates with a `frame` come first, because they are more probable. `--pick` chooses a candidate by
   * its number.
   */
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
