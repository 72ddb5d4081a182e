import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/error-codes';
import { CliError } from '../../src/core/errors';
import type { Minting, Use } from '../../src/core/ledger-lines';
import { explainRefusal } from '../../src/credentials/explain-refusal';
import { spendingOf } from '../../src/credentials/token-spending';

const SERVER = 'https://api.vocalstack.com';
const at = '2026-11-24T10:00:00.000Z';
const minted: Minting = {
  ...{ at, command: 'mint', profile: null, api_server: SERVER, access: 'readonly' },
  ...{ lifetime_s: 60, one_time: true, expires_at: '2026-11-24T10:01:00.000Z' },
};
const useOf = (outcome: string, what: Use['what'] = 'read', api_server = SERVER): Use => ({
  ...{ at, command: 'test', api_server, what, outcome, http_status: null },
});
const REFUSED = new CliError('token_refused', 'The service does not accept it.');

function explain(uses: readonly Use[], { leftMs = 57_000, isOwn = false, one_time = true } = {}) {
  const entry = { minted: { ...minted, one_time }, uses };
  return explainRefusal(REFUSED, { entry, leftMs, isOwn, what: 'read', apiServer: SERVER });
}

describe('the effect of a use on a one-time token', () => {
  it.each([
    ['ok', 'spent'],
    ['token_scope', 'spent'],
    ['timeout', 'perhaps'],
    ['interrupted', 'perhaps'],
    ['terminated', 'perhaps'],
    ['connection_reset', 'perhaps'],
    ['connection_lost', 'perhaps'],
    ['closed_early', 'perhaps'],
    ['session_not_confirmed', 'perhaps'],
    ['service_error', 'perhaps'],
    ['invalid_response', 'perhaps'],
    ['response_too_large', 'perhaps'],
    ['of-a-later-version', 'perhaps'],
    ['rate_limited', 'unspent'],
    ['redirected', 'unspent'],
    ['not_vocalstack', 'unspent'],
    ['request_rejected', 'unspent'],
    ['dns_failed', 'unspent'],
    ['tls_failed', 'unspent'],
    ['token_spent', 'unspent'],
    ['token_refused', 'unspent'],
    ['tls_verification_disabled', 'unspent'],
  ])('is known from its result %s: %s', (outcome, spending) => {
    expect(spendingOf(useOf(outcome))).toBe(spending);
    expect(spendingOf(useOf(outcome, 'transcription'))).toBe('spent');
  });

  it('is defined for every error code', () => {
    const settled = ERROR_CODES.map((code) => spendingOf(useOf(code)));
    expect(settled.filter((one) => !['spent', 'perhaps', 'unspent'].includes(one))).toEqual([]);
  });
});

describe('a refusal without a reason', () => {
  it.each([
    [
      [],
      'token_spent',
      'minted on this machine 3 s ago and has not expired. It was never used by vstoken',
    ],
    [[useOf('rate_limited')], 'token_spent', 'It was not spent by vstoken. Either another program'],
    [[useOf('ok', 'read', 'http://localhost:1')], 'token_spent', 'another program used it'],
    [[useOf('ok')], 'token_spent', 'was already used: vstoken test used it for a read'],
    [
      [useOf('timeout')],
      'token_spent',
      'may already have been used: vstoken test sent it for a read',
    ],
    [
      [useOf('timeout'), useOf('token_spent')],
      'token_spent',
      'by another program. The service reported this when vstoken test sent the token for a read',
    ],
    [
      [useOf('closed_early', 'transcription')],
      'token_spent',
      'was already used: vstoken test used it for a trans',
    ],
  ])('for an unexpired one-time token that was used with %j becomes %s', (uses, code, words) => {
    expect(explain(uses)).toMatchObject({ code, message: expect.stringContaining(words) });
  });

  it.each([
    ['is about to expire', { leftMs: 900 }],
    ['seems to have more than its lifetime, since the clock was set back', { leftMs: 61_000 }],
  ])('for a token that %s does not mean that it was spent', (_what, more) => {
    expect(explain([], more)).toMatchObject({ code: 'token_refused', message: REFUSED.message });
    const perhaps = explain([useOf('timeout')], more);
    expect(perhaps).toMatchObject({ code: 'token_refused' });
    expect(perhaps.message).toContain('may already have been used');
    expect(explain([useOf('ok')], more).code).toBe('token_spent');
  });

  it('stays unchanged for a token that only this process has, or that is reusable', () => {
    expect(explain([], { isOwn: true }).code).toBe('token_refused');
    expect(explain([useOf('ok')], { isOwn: true }).code).toBe('token_spent');
    expect(explain([useOf('ok')], { one_time: false }).message).toBe(REFUSED.message);
  });
});

describe('a refusal because of the access', () => {
  it.each([
    ['read', 'Not allowed.'],
    ['session', 'The token was minted with access readonly, which does not allow this request.'],
  ] as const)('has a message that fits the use: %s', (what, message) => {
    const error = new CliError('token_scope', 'Not allowed.');
    const knowledge = { leftMs: 1, isOwn: false, what, apiServer: SERVER };
    const entry = { minted, uses: [] };
    expect(explainRefusal(error, { entry, ...knowledge })).toMatchObject({ message });
  });
});
