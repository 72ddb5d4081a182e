import { describe, expect, it, onTestFinished } from 'vitest';
import { CliError } from '../../src/core/errors';
import type { EndpointRules } from '../../src/endpoint/rules';
import { fromPage, newHandler, refusalOf } from './support';

/**
 * Returns a list to which all unhandled rejections of the test are added. An unhandled rejection would end the process of a
 * server.
 */
function watchRejections(): readonly unknown[] {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  return rejections;
}

/** Waits one turn of the event loop. Reason: Node.js reports unhandled rejections only after that turn. */
const eventLoopTurn = () => new Promise((resolve) => setImmediate(resolve));

const THROWING = () => {
  throw new Error('the disk is full');
};
const REJECTING = async () => THROWING();
const STRANGE = () => ({
  // biome-ignore lint/suspicious/noThenProperty: a promise of another library can do anything
  get then(): unknown {
    throw new Error('no promise after all');
  },
});

describe('callbacks of an application', () => {
  it.each([
    ['throws', THROWING],
    ['rejects', REJECTING],
    ['returns something strange', STRANGE],
  ])('do not change the answer when log %s', async (_, log) => {
    const rejections = watchRejections();
    const { handle, reports } = newHandler({ log });
    expect((await handle(fromPage())).status).toBe(200);
    await eventLoopTurn();
    expect(reports).toHaveLength(1);
    expect(rejections).toEqual([]);
  });

  it.each([
    ['throw', THROWING],
    ['reject', REJECTING],
    ['return something strange', STRANGE],
  ])('do not change the answer when both log and onError %s', async (_, fail) => {
    const rejections = watchRejections();
    const mint = () => Promise.reject(new CliError('timeout', 'Too late.'));
    const { handle } = newHandler({ log: fail, report: fail, mint });
    expect(await refusalOf(await handle(fromPage()))).toEqual([502, 'timeout']);
    await eventLoopTurn();
    expect(rejections).toEqual([]);
  });

  const failures: readonly (readonly [string, Partial<EndpointRules>, number])[] = [
    ['authenticate throws', { authorize: THROWING }, 503],
    ['authenticate rejects', { authorize: REJECTING }, 503],
    ['authenticate returns something strange', { authorize: STRANGE }, 503],
    ['keyOf throws', { limitPerCaller: { perMin: 1, keyOf: THROWING } }, 500],
    ['keyOf returns something strange', { limitPerCaller: { perMin: 1, keyOf: STRANGE } }, 500],
    ['mint throws at once', { mint: THROWING }, 500],
    ['mint returns nothing', { mint: (() => undefined) as never }, 500],
  ];
  it.each(failures)('do not prevent an answer if %s', async (_, rules, status) => {
    const rejections = watchRejections();
    const { handle, reports, minted } = newHandler(rules);
    expect((await handle(fromPage())).status).toBe(status);
    await eventLoopTurn();
    expect(reports).toHaveLength(1);
    expect({ rejections, minted }).toEqual({ rejections: [], minted: [] });
  });

  it('do not prevent an answer if a mint fails after its time limit', async () => {
    const rejections = watchRejections();
    let fail: (reason: unknown) => void = () => undefined;
    const mint = () =>
      new Promise<never>((_resolve, reject) => {
        fail = reject;
      });
    const { handle, clock } = newHandler({ mint });
    const answer = handle(fromPage());
    await expect.poll(() => clock.waiting()).toEqual([10_000]);
    await clock.advance(10_000);
    expect((await answer).status).toBe(502);
    fail(new Error('too late'));
    await eventLoopTurn();
    expect(rejections).toEqual([]);
  });
});

describe('the handler never rejects', () => {
  const request = fromPage();
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('canary-detail');
      },
    },
  );
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'https://app.example.com/token'],
    ['an event of SvelteKit', { request, url: new URL(request.url), locals: {} }],
    ['arguments of Remix', { request, params: {}, context: {} }],
    ['a request of Express', { method: 'GET', url: '/token', headers: { cookie: 'x' } }],
    ['a context of Hono', { req: { raw: request, method: 'GET', url: request.url } }],
    ['an object whose members all throw', hostile],
    ['an invalid URL', { method: 'GET', url: '/token', headers: new Headers() }],
    ['headers that throw', { method: 'GET', url: request.url, headers: { get: THROWING } }],
  ])('even if it is called with %s', async (_, argument) => {
    const { handle, reports, minted } = newHandler();
    const response = await handle(argument as Request);
    expect(await response.clone().text()).not.toContain('canary');
    expect(await refusalOf(response)).toEqual([500, 'internal_error']);
    expect(reports).toHaveLength(1);
    expect(minted).toEqual([]);
  });

  it('and its error says how to call it', async () => {
    const { handle, reports } = newHandler();
    const response = await handle({ request } as unknown as Request);
    expect(await response.text()).toContain('event.request');
    expect(String(reports)).toContain('event.request');
  });
});
