import type { LedgerEntry, Minting, Use } from '../../core/ledger-lines';
import type { Frame } from '../../core/recognise/frames';
import type { Verdict } from '../../core/verdicts';
import type { Jwt } from './jwt';
import type { Finding, TokenSource } from './text';

/** The verdict of the service and the ledger about a token. */
export type ProbeVerdict = Extract<
  Verdict,
  'valid' | 'expired' | 'spent' | 'wrong_scope' | 'wrong_server' | 'unknown'
>;

export interface Probe {
  readonly api_server: string;
  /** Null if the service could not be asked. */
  readonly verdict: ProbeVerdict | null;
  /** Whether the token may do this, by the answer of the service. Null if the service was not asked this, or did not show it. */
  readonly may_read: boolean | null;
  readonly may_open_session: boolean | null;
  readonly requests: readonly {
    readonly request: Exclude<Use['what'], 'call'>;
    /** `ok`, or the code of the error. */
    readonly outcome: string;
    readonly http_status: number | null;
  }[];
}

export interface CandidateRow {
  /** Starts at 1. */
  readonly n: number;
  readonly fingerprint: string;
  /** The kind of text around the word. Null if this text does not show that the word is a token. */
  readonly frame: Frame | null;
  readonly length: number;
}

/** What is known about a token, as `--json` prints it. All members are always present. */
export interface InspectDocument {
  /** The verdict of the service with `--probe`, otherwise of this machine. */
  readonly verdict: Verdict;
  /** Two or three sentences. */
  readonly summary: string;
  /** The time at which the document was true. */
  readonly inspected_at: string;
  readonly source: TokenSource;
  /**
   * The fingerprint of the token alone. Equal tokens have equal fingerprints, and the token cannot be computed from its
   * fingerprint. Null if there is no token.
   */
  readonly fingerprint: string | null;
  /** The length of the token alone, in characters. */
  readonly length: number;
  readonly kind: 'opaque' | 'jwt' | 'api_key' | 'not_a_token';
  readonly findings: readonly Finding[];
  /** What must change so that requests work. */
  readonly causes: readonly { readonly code: string; readonly message: string }[];
  /** The possible tokens, those in a known place first. `--pick` chooses one by its number. */
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
