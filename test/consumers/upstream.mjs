import { createServer } from 'node:http';

export const API_KEY = 'consumer-key-canary-5d20';
export const TOKEN = 'consumer-token-canary-93be';

/**
 * Starts a service that mints tokens. The property `next` decides the answers to all later requests:
 * - null: a token
 * - `{ status, headers }`: an answer with this status and these headers
 * - `hang`: no answer
 * - `drop`: no answer; the connection is closed
 * - `slow`: a token, but only after `release()`
 */
export async function startUpstream() {
  const upstream = { next: null, asked: [], url: '', untilAsked, untilLeft, release, close };
  let waiting = [];
  let held = [];
  const tell = (event) => {
    const [matching, others] = [[], []];
    for (const one of waiting) (one.event === event ? matching : others).push(one);
    waiting = others;
    for (const { resolve } of matching) resolve();
  };
  const until = (event) => new Promise((resolve) => waiting.push({ event, resolve }));

  const server = createServer((request, response) => {
    upstream.asked.push(Object.fromEntries(new URL(request.url, 'http://localhost').searchParams));
    response.on('close', () => response.writableFinished || tell('left'));
    const { next } = upstream;
    const isKey = request.headers.authorization?.endsWith(API_KEY) ?? false;
    const headers = { 'content-type': 'application/json', 'x-api-version': '1.1.0' };
    const answer = ({ status = 200, headers: more } = {}) => {
      const body = status === 200 ? { status: 'done', data: TOKEN } : { status: 'error' };
      response.writeHead(status, { ...headers, ...more }).end(JSON.stringify(body));
    };
    if (next === 'slow') held.push(answer);
    else if (next === 'drop') request.socket.destroy();
    else if (next !== 'hang') answer(isKey ? (next ?? {}) : { status: 401 });
    tell('asked');
  });
  /** Resolves at the next request. */
  function untilAsked() {
    return until('asked');
  }
  /** Resolves when a client disconnects before it has an answer. */
  function untilLeft() {
    return until('left');
  }
  function release() {
    for (const answer of held) answer();
    held = [];
  }
  function close() {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  upstream.url = `http://127.0.0.1:${server.address().port}`;
  return upstream;
}
