import { NETWORK_ERRORS, USE_ERRORS } from '../../cli/common-errors';
import { defineCommand, type Outcome } from '../../cli/define';
import { flag, value } from '../../cli/options';
import { parseAccess } from '../../cli/token-options';
import type { ErrorCode } from '../../core/error-codes';
import { CliError } from '../../core/errors';
import type { Minting } from '../../core/ledger-lines';
import { parseApiServer } from '../../core/origin';
import { clientOf } from '../../core/recognise/client';
import { isKeyForm } from '../../core/recognise/forms';
import { secret } from '../../core/secret';
import { ACCESS_VALUES } from '../../core/token';
import { VERDICT_CODES } from '../../core/verdicts';
import { apiKeyGivenAsToken, loadKeyNames } from '../../credentials/known-keys';
import { fingerprintOf } from '../../store/fingerprint';
import { candidateAt, chosenOf, notAToken, parsePick } from './choice';
import type { InspectDocument } from './document';
import { readJwt, textsIn } from './jwt';
import { whyNotRecorded } from './ledger';
import { probe } from './probe';
import { renderInspection } from './render';
import { replyTo, showReply } from './reply';
import { readGivenText } from './source';
import { type Facts, summarise } from './summary';
import {
  CLOCK_SET_BACK,
  causesOf,
  type Finding,
  findingsOf,
  nameKeysWithin,
  recogniseText,
} from './text';
import { verdictOf } from './verdict';

const ERRORS: readonly ErrorCode[] = [
  'no_token',
  'not_a_token',
  'stdin_is_terminal',
  'stdin_unreadable',
  'token_for_other_server',
  ...USE_ERRORS,
  ...NETWORK_ERRORS,
];

export const inspect = defineCommand({
  name: 'inspect',
  summary: 'explain what a token is, and why it was refused',
  description:
    'Reads a token, or a text that contains a token, from standard input or VOCALSTACK_AUTH_TOKEN. Shows what this machine recorded about the token in the last 24 hours (how the token was minted, when it expires, what used it), and what is wrong with the text around the token. Without --probe, nothing is sent to the service.',
  operandsHint:
    'A token cannot be an argument: other users could see the argument, and the shell history keeps it. Pipe the token instead: vstoken mint | vstoken inspect',
  options: {
    probe: flag(
      '--probe',
      'send the token to the service, to see if it is valid (exit 0), is expired, spent or unknown (exit 4), or has the wrong access (exit 5); a one-time token is then spent',
      { group: 'Probe' },
    ),
    access: value(
      '--access <access>',
      'with --probe: the access that the token must have, readonly or readwrite',
      parseAccess,
      { group: 'Probe', completes: { words: ACCESS_VALUES } },
    ),
    tokenStdin: flag('--token-stdin', 'read the token only from standard input', {
      group: 'Token',
    }),
    useToken: flag('--use-token', 'read the token only from VOCALSTACK_AUTH_TOKEN', {
      group: 'Token',
    }),
    pick: value(
      '--pick <number>',
      'choose one of several possible tokens, by its number in the list',
      parsePick,
      { group: 'Token' },
    ),
    reply: flag(
      '--reply',
      'print a text for the person who sent the token: what is wrong and how to fix it, without any secret',
      { group: 'Answer' },
    ),
  },
  examples: [
    { about: 'inspect a new token', line: 'vstoken mint | vstoken inspect' },
    {
      about: 'inspect the token in VOCALSTACK_AUTH_TOKEN, for a script',
      line: 'VOCALSTACK_AUTH_TOKEN=$(vstoken mint) vstoken inspect --use-token --json',
    },
    {
      about: 'see if the service accepts the token for a transcription (exit 5 if not)',
      line: 'vstoken mint --access readwrite | vstoken inspect --probe --access readwrite',
    },
    {
      about: 'print a text for the customer who sent the token',
      line: 'vstoken mint | vstoken inspect --reply',
    },
  ],
  errors: ERRORS,
  json: {
    '--json': `{verdict: ${VERDICT_CODES.map((code) => `"${code}"`).join(' | ')}, summary: string, inspected_at: string, source: string, fingerprint: string | null, length: number, kind: "opaque" | "jwt" | "api_key" | "not_a_token", findings: {code: string, text: string}[], causes: {code: string, message: string}[], candidates: {n: number, fingerprint: string, frame: string | null, length: number}[], jwt: {header: object, claims: object, expires_at: string | null, issued_at: string | null, not_before: string | null} | null, minted: {at: string, command: string, profile: string | null, api_server: string, access: "readonly" | "readwrite", lifetime_s: number, one_time: boolean, expires_at: string} | null, uses: {at: string, command: string, api_server: string, what: "read" | "session" | "transcription" | "call", outcome: string, http_status: number | null}[], ledger: "on" | "off", probe: {api_server: string, verdict: "valid" | "expired" | "spent" | "wrong_scope" | "wrong_server" | "unknown" | null, may_read: boolean | null, may_open_session: boolean | null, requests: {request: "read" | "session" | "transcription", outcome: string, http_status: number | null}[]} | null, reply: string | null, error: {code: string, message: string} | null}`,
  },
  hasColors: true,
  targetOptions: ['server'],
  timeoutMs: 30_000,

  check(options, globals) {
    const exclude = (message: string) => {
      throw new CliError('conflicting_options', message);
    };
    if (options.tokenStdin && options.useToken)
      exclude('--token-stdin cannot be used with --use-token.');
    if (options.access !== undefined && !options.probe) exclude('--access requires --probe.');
    if (globals.apiServer !== undefined && !options.probe) {
      exclude('--api-server requires --probe: without --probe, nothing is sent.');
    }
    // Check the URL before waiting for a token on standard input.
    if (globals.apiServer !== undefined) parseApiServer(globals.apiServer, '--api-server');
    return { json: globals.json };
  },

  async run(context, { access, ...options }): Promise<Outcome<InspectDocument>> {
    const { clock, ledger } = context;
    const given = await readGivenText(context, options);
    const nameKey = await loadKeyNames(context);
    const found = await recogniseText(context, given, nameKey);
    const word = options.pick === undefined ? chosenOf(found) : candidateAt(found, options.pick);
    const keyName =
      options.pick === undefined && found.key !== null
        ? (nameKey(found.key) ??
          (isKeyForm(found.key)
            ? 'it begins like an API key'
            : 'the name before it, such as apiKey, is used for API keys'))
        : word === null
          ? null
          : nameKeysWithin(context, nameKey)(word);
    const token = word !== null && keyName === null ? secret(word) : null;
    const inspectedAt = clock.now();
    const entry = token && (await ledger.find(token));
    const probed = token && options.probe ? await probe(context, token, entry, access) : null;
    const jwt = token && readJwt(token.reveal());
    // The claims may contain a stored API key. `nameKey` registers such a key as a secret, so that the key is never printed.
    for (const text of textsIn(jwt)) nameKey(text);
    const facts: Facts = {
      inspected_at: new Date(inspectedAt).toISOString(),
      source: given.source,
      fingerprint: word === null ? null : fingerprintOf(secret(word)),
      length: (word ?? given.text.trim()).length,
      kind: keyName !== null ? 'api_key' : token === null ? 'not_a_token' : jwt ? 'jwt' : 'opaque',
      findings: [...findingsOf(found), ...findClockSetBack(entry?.minted ?? null, inspectedAt)],
      causes: causesOf(found, keyName !== null),
      candidates: found.candidates.map(({ word: text, frame }, index) => ({
        n: index + 1,
        fingerprint: fingerprintOf(secret(text)),
        frame,
        length: text.length,
      })),
      jwt,
      minted: entry?.minted ?? null,
      uses: entry?.uses ?? [],
      probe: probed?.probe ?? null,
    };
    const whyOff = await whyNotRecorded(context);
    const noToken =
      keyName !== null ? apiKeyGivenAsToken(keyName) : token === null ? notAToken(found) : null;
    const error = noToken || probed?.error;
    const isNoted = whyOff === null;
    const verdict = verdictOf(facts, { isOpen: found.instead === null, isNoted });
    return {
      data: {
        verdict,
        summary: noToken ? noToken.message : summarise(facts, whyOff),
        ...facts,
        ledger: isNoted ? 'on' : 'off',
        reply: options.reply ? replyTo({ ...facts, verdict }, clientOf(given.text)) : null,
        error: error ? { code: error.code, message: error.message } : null,
      },
      error: error || undefined,
    };
  },

  render: (document, _options, page) =>
    document.reply === null
      ? renderInspection(document, page)
      : showReply(document.reply, (text) => page.wrap(text, 0)),
});

/**
 * Returns a finding if the ledger says that the token was minted later than `now`. This means that the clock was set back after
 * the token was minted.
 */
function findClockSetBack(minted: Minting | null, now: number): readonly Finding[] {
  if (!minted || Date.parse(minted.at) <= now) return [];
  const text =
    'The clock of this machine was set back after the token was minted, so the times in this output are not reliable.';
  return [{ code: CLOCK_SET_BACK, text }];
}
