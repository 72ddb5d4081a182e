import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Answer } from './answers';
import type { Fault } from './faults';

const HUGE_CHUNK = 'x'.repeat(64 * 1024);
const HUGE_CHUNKS = 256;
const GARBAGE = '<!doctype html><title>Welcome</title><p>Sign in to use this network.</p>\n';

function* hugeBody() {
  yield '{"status":"done","data":"';
  for (let count = 0; count < HUGE_CHUNKS; count += 1) yield HUGE_CHUNK;
  yield '"}';
}

function sendWhole(response: ServerResponse, { status, headers, body }: Answer): void {
  const length = status !== 204 && { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length }).end(body);
}

/** Announces the size of the whole body in content-length, but sends only half of the body. */
function sendHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2));
}

/** Sends an answer. A `body` fault changes the answer. Never throws. */
export function sendAnswer(response: ServerResponse, answer: Answer, fault: Fault | null): void {
  switch (fault?.action) {
    case 'truncate':
      sendHalf(response, answer);
      response.socket?.destroySoon();
      break;
    case 'stall':
      sendHalf(response, answer);
      break;
    case 'garbage': {
      const headers = { ...answer.headers, 'content-type': 'text/html; charset=utf-8' };
      sendWhole(response, { status: 200, headers, body: GARBAGE });
      break;
    }
    case 'huge':
      response.writeHead(answer.status, answer.headers);
      pipeline(hugeBody, response).catch(() => {});
      break;
    default:
      sendWhole(response, answer);
  }
}
