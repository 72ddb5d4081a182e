import type { LedgerEntry, Minting, Use } from '../../core/ledger-lines';
import type { Frame } from '../../core/recognise/frames';
import type { Verdict } from '../../core/verdicts';
import type { Jwt } from './jwt';
import type { Finding, TokenSource } from './text';

/** What the service and the ledger say of a token together. */
export type ProbeVerdict = Extract<
  Verdict,
  'valid' | 'expired' | 'spent' | 'wrong_scope' | 'wrong_server' | 'unknown'
>;

export interface Probe {
  readonly api_server: string;
  /** Null when the service could not be asked. */
  readonly verdict: ProbeVerdict | null;
  /** Null where it was not asked, or its answer does not tell. */
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
  /** From 1 on. */
  readonly n: number;
  readonly fingerprint: string;
  /** What it stands in; null where nothing tells that it is a token. */
  readonly frame: Frame | null;
  readonly length: number;
}

/** What is known of a token, as `--json` prints it. Every member is always there. */
export interface InspectDocument {
  /** The service's with `--probe`; else what this machine knows. */
  readonly verdict: Verdict;
  /** In two sentences or three. */
  readonly summary: string;
  /** The moment that the document speaks of. */
  readonly inspected_at: string;
  readonly source: TokenSource;
  /** Of the bare token: the same for the same token, and no way back to it. Null when there is none. */
  readonly fingerprint: string | null;
  /** Of the bare token, in characters. */
  readonly length: number;
  readonly kind: 'opaque' | 'jwt' | 'api_key' | 'not_a_token';
  readonly findings: readonly Finding[];
  /** What is wrong: what has to change so that requests work. */
  readonly causes: readonly { readonly code: string; readonly message: string }[];
  /** The words that are a token or could be one, those in a frame first. `--pick` takes one by its number. */
  readonly candidates: readonly CandidateRow[];
  readonly jwt: Jwt | null;
  readonly minted: Minting | null;
  readonly uses: LedgerEntry['uses'];
  readonly ledger: 'on' | 'off';
  readonly probe: Probe | null;
  /** A text for who sent the token, where it is asked for. */
  readonly reply: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
