import assert from 'node:assert/strict';
import { TOKEN } from './upstream.mjs';

/**
 * The checks of a token endpoint, which are the same for each framework. The endpoint is at `/token` and uses the handler of
 * `shared/token-handler.mjs`. Each check gets `{ ask, upstream, output, stop, untilClosed }` and throws an error if something is
 * wrong. The checks run in this order, because the last check stops the server.
 */
export const CHECKS = {
  async '200 for a session, with all that the page needs'({ ask }) {
    const answer = await ask();
    assert.equal(answer.status, 200);
    const { expires_at: expiresAt, ...rest } = answer.json;
    const token = { token: TOKEN, access: 'readwrite', lifetime_s: 60, one_time: true };
    assert.deepEqual(rest, token);
    assert.ok(Date.parse(expiresAt) > 0);
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  },

  async '200 for less than the maximum, in JSON that a body parser has read'({ ask, upstream }) {
    const answer = await ask({ json: { access: 'readonly', lifetime_s: 5, one_time: true } });
    assert.equal(answer.status, 200);
    assert.equal(answer.json.access, 'readonly');
    assert.equal(answer.json.lifetime_s, 5);
    assert.deepEqual(upstream.asked.at(-1), {
      access: 'readonly',
      lifetime_s: '5',
      one_time: 'true',
    });
  },

  async '200 for a GET with a query'({ ask }) {
    const answer = await ask({ method: 'GET', path: '/token?access=readonly&lifetime_s=7' });
    assert.equal(answer.status, 200);
    assert.equal(answer.json.lifetime_s, 7);
  },

  async '200 for ten requests at once'({ ask }) {
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask()));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  },

  async '204 for the preflight of another allowed origin'({ ask }) {
    const answer = await ask({
      method: 'OPTIONS',
      session: null,
      origin: 'https://admin.example.com',
      headers: {
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,x-csrf-token',
      },
    });
    assert.equal(answer.status, 204);
    assert.equal(answer.text, '');
    assertCors(answer, 'https://admin.example.com');
    assert.match(answer.headers.get('access-control-allow-methods'), /POST/);
    const allowed = answer.headers.get('access-control-allow-headers').toLowerCase();
    assert.deepEqual(allowed.split(/, */).sort(), [
      'authorization',
      'content-type',
      'x-csrf-token',
    ]);
  },

  async 'CORS headers for another allowed origin with cookies, for every answer'({ ask }) {
    const origin = 'https://admin.example.com';
    const answer = await ask({ origin });
    assert.equal(answer.status, 200);
    assertCors(answer, origin);
    assert.match(answer.headers.get('access-control-expose-headers'), /retry-after/i);
    const refused = await ask({ origin, session: null });
    assert.equal(refused.status, 401);
    assertCors(refused, origin);
  },

  async '400 for unknown options, and for invalid JSON'({ ask }) {
    const answer = await ask({ json: { access: 'admin' } });
    assert.equal(answer.status, 400);
    assert.equal(answer.json.error.code, 'invalid_options');
    const unknown = await ask({ json: { role: 'admin' } });
    assert.equal(unknown.status, 400);
    // Only the status is checked, because a body parser that runs before the handler may answer with its own error.
    const broken = await ask({ body: '{"access":', type: 'application/json' });
    assert.equal(broken.status, 400);
  },

  async '401 without a session, and with an unknown session'({ ask }) {
    for (const session of [null, 'session-of-mallory', '__proto__']) {
      const answer = await ask({ session });
      assert.equal(answer.status, 401);
      assert.equal(answer.json.error.code, 'unauthenticated');
      assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
    }
  },

  async '403 for a page of an origin that is not allowed, without CORS headers'({ ask, upstream }) {
    const before = upstream.asked.length;
    for (const origin of ['https://evil.example', 'null', 'https://app.example.com.evil.example']) {
      const answer = await ask({ origin });
      assert.equal(answer.status, 403);
      assert.equal(answer.json.error.code, 'origin_not_allowed');
      assert.equal(answer.headers.get('access-control-allow-origin'), null);
    }
    assert.equal(upstream.asked.length, before);
  },

  async '403 for more than the handler allows'({ ask }) {
    for (const json of [{ lifetime_s: 61 }, { one_time: false }]) {
      const answer = await ask({ json });
      assert.equal(answer.status, 403);
      assert.equal(answer.json.error.code, 'above_ceiling');
    }
  },

  async '403 for more than this caller may have; by default the token is readonly'({ ask }) {
    const session = 'session-of-bob';
    const above = await ask({ session, json: { access: 'readwrite' } });
    assert.equal(above.status, 403);
    assert.equal(above.json.error.code, 'above_ceiling');
    const within = await ask({ session });
    assert.equal(within.status, 200);
    assert.equal(within.json.access, 'readonly');
  },

  async '405 for other methods'({ ask, upstream }) {
    const before = upstream.asked.length;
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const answer = await ask({ method });
      assert.equal(answer.status, 405);
    }
    assert.equal(upstream.asked.length, before);
  },

  async '413 for a body that is too large'({ ask }) {
    const answer = await ask({ json: { access: 'a'.repeat(70 * 1024) } });
    assert.equal(answer.status, 413);
  },

  async '415 for a body that a page can send without a preflight'({ ask }) {
    for (const type of ['text/plain', 'text/plain;charset=application/json']) {
      const answer = await ask({ body: '{"access":"readonly"}', type });
      assert.equal(answer.status, 415);
    }
  },

  async '429 for one caller, and tokens for the others'({ ask }) {
    const session = 'session-of-carol';
    const answers = await Promise.all(Array.from({ length: 31 }, () => ask({ session })));
    const refused = answers.filter(({ status }) => status !== 200);
    assert.ok(refused.length > 0, 'no request was refused');
    for (const answer of refused) {
      assert.equal(answer.status, 429);
      assert.equal(answer.json.error.code, 'too_many_requests');
      assert.match(answer.headers.get('retry-after'), /^[1-9]\d?$/);
    }
    assert.equal((await ask()).status, 200);
  },

  async '502 when the service rejects the request'({ ask, upstream }) {
    upstream.next = { status: 422 };
    const answer = await ask();
    assert.equal(answer.status, 502);
    assert.equal(answer.json.error.code, 'request_rejected');
  },

  async '503 with Retry-After when the service asks to wait'({ ask, upstream }) {
    for (const status of [429, 503]) {
      upstream.next = { status, headers: { 'retry-after': '120' } };
      const answer = await ask();
      assert.equal(answer.status, 503);
      assert.equal(answer.headers.get('retry-after'), '120');
    }
  },

  async '503 when authentication fails with an error'({ ask }) {
    const answer = await ask({ session: 'session-of-an-outage' });
    assert.equal(answer.status, 503);
    assert.equal(answer.json.error.code, 'authentication_unavailable');
  },

  async 'a client that disconnects cancels the request to the service, and frees its slot'({
    ask,
    upstream,
  }) {
    // After these two requests, the handler has idle connections to the service. If a request on an idle connection fails, some
    // runtimes send this request again. The last line checks that the canceled request was sent only once.
    await Promise.all([ask(), ask()]);
    const before = upstream.asked.length;
    upstream.next = 'hang';
    const leaver = new AbortController();
    const [asked, left] = [upstream.untilAsked(), upstream.untilLeft()];
    const gone = assert.rejects(ask({ signal: leaver.signal }), { name: 'AbortError' });
    await Promise.race([asked, gone]);
    leaver.abort();
    await gone;
    await left;
    upstream.next = null;
    assert.equal((await ask()).status, 200);
    assert.equal(upstream.asked.length, before + 2);
  },

  async '502 when the service drops each connection, after three requests'({ ask, upstream }) {
    await Promise.all([ask(), ask()]);
    const before = upstream.asked.length;
    upstream.next = 'drop';
    const answer = await ask();
    assert.equal(answer.status, 502);
    assert.equal(answer.json.error.code, 'connection_reset');
    assert.equal(upstream.asked.length, before + 3);
  },

  async 'the log has a line for each request, with the caller, and no secret'({ output }) {
    assert.match(output(), /POST .*\b200\b.*\balice\b/);
    assert.match(output(), /\b403\b.*\babove_ceiling\b/);
  },

  async 'on shutdown: a running request gets its answer, and new ones are rejected'({
    ask,
    upstream,
    stop,
    untilClosed,
  }) {
    upstream.next = 'slow';
    const asked = upstream.untilAsked();
    const answer = ask();
    await Promise.race([asked, answer]);
    const stopped = stop();
    await untilClosed();
    upstream.release();
    assert.equal((await answer).status, 200);
    const { code, signal } = await stopped;
    // After SIGTERM, some frameworks close the server, and then let the signal end the process.
    assert.ok(code === 0 || code === 143 || signal === 'SIGTERM', `ended with ${code} ${signal}`);
  },
};

function assertCors({ headers }, origin) {
  assert.equal(headers.get('access-control-allow-origin'), origin);
  assert.equal(headers.get('access-control-allow-credentials'), 'true');
  assert.match(headers.get('vary'), /\borigin\b/i);
}

/** Creates a client that sends requests like a page of the application. By default, a request contains a session. */
export function createClient(url) {
  return async (request = {}) => {
    const { method = 'POST', path = '/token', session = 'session-of-alice', signal } = request;
    const { origin = 'https://app.example.com', json, type = 'application/json' } = request;
    const body = json === undefined ? request.body : JSON.stringify(json);
    const response = await fetch(`${url}${path}`, {
      method,
      signal,
      redirect: 'manual',
      headers: {
        origin,
        ...(session !== null && { cookie: `theme=dark; session=${session}` }),
        ...(body !== undefined && { 'content-type': type }),
        ...request.headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    const { status, headers } = response;
    return { status, headers, text, json: isJson ? JSON.parse(text) : null };
  };
}
