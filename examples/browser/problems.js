/** What went wrong, in words, and what to do about it. A fix is a sentence, or a sentence and the command that does it; `code` stands in backticks. */

import { ENDPOINT, IS_SERVED } from './settings.js';

/** The paths that `vstoken serve` accepts. No shell reads them in another way. */
const PLAIN_PATH = /^(?=.{1,200}$)(\/[\w.~-]+)+$/;
/** The hosts that a shell reads as they are; those in brackets only within quotes. */
const PLAIN_HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i;

const urlOf = (text) => (URL.canParse(text) ? new URL(text) : null);

/**
 * Where the page is and whom it asked, fit for sentences and for commands that people copy. A link can put anything into the
 * fields, and a shell would run parts of it.
 */
function tidy({ origin, endpoint, apiServer }) {
  const asked = urlOf(endpoint);
  const path = asked !== null && PLAIN_PATH.test(asked.pathname) ? asked.pathname : null;
  return {
    origin: originOf(origin),
    endpoint: `${originOf(endpoint)}${path ?? '/…'}`,
    apiServer: originOf(apiServer),
    port: asked?.port ?? '',
    path,
    isOwn: IS_SERVED && endpoint === ENDPOINT,
  };
}

/** The origin for the command. An origin that a shell would change becomes the word ORIGIN, which the reader replaces. */
function originOf(text) {
  const url = urlOf(text);
  const isPlain = /^https?:$/.test(url?.protocol ?? '') && PLAIN_HOST.test(url.hostname);
  return isPlain ? url.origin : 'ORIGIN';
}

/**
 * The endpoint for this page, with the sandbox beside it where the page uses a server of this machine, and with the page where they
 * are started together.
 */
function startFor({ origin, apiServer, port, path, isOwn }) {
  const page = origin.includes('[') ? `"${origin}"` : origin;
  const words = [
    'vstoken serve',
    apiServer.startsWith('http:') && '--sandbox',
    isOwn ? '--page' : `--allow-origin ${page}`,
    '--access readwrite',
    // Where it is to listen, if that is not its usual place.
    port && port !== '8788' && `--port ${port}`,
    path && path !== '/token' && `--path ${path}`,
  ];
  return words.filter(Boolean).join(' ');
}

/**
 * @param problem the code and the details of a `Problem`
 * @param setting where the page is and whom it asked: `{ origin, endpoint, apiServer }`
 * @returns `{ title, text, fixes }`
 */
export function explain({ code, details }, setting) {
  const describe = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : PROBLEMS.unknown;
  return describe(details, tidy(setting));
}

const PROBLEMS = {
  endpoint_invalid: () => ({
    title: 'The token endpoint is not a usable address',
    text: 'It has to begin with https://, or with http:// on this machine: over plain http a token could be read on its way.',
    fixes: ['Correct the field. `vstoken serve` listens at `http://127.0.0.1:8788/token`.'],
  }),

  api_server_invalid: () => ({
    title: 'The API server is not a usable address',
    text: 'It has to begin with https://, or with http:// on this machine: over plain http a token could be read on its way.',
    fixes: [
      'Correct the field. The sandbox is `http://127.0.0.1:8787`, the service `https://api.vocalstack.com`.',
    ],
  }),

  audio_invalid: () => ({
    title: 'There is no audio to transcribe',
    text: 'The API server fetches the audio itself. Only the sandbox has a clip of its own.',
    fixes: [
      'Name audio that the API server can reach, by a URL that begins with https:// or http://.',
    ],
  }),

  endpoint_silent: (_, setting) => (setting.isOwn ? ownSilent(setting) : otherSilent(setting)),

  endpoint_error: (details, setting) => endpointError(details, setting),

  endpoint_without_token: (_, { endpoint }) => ({
    title: 'The endpoint answered without a token',
    text: `What ${endpoint} sent is not JSON with a token in it.`,
    fixes: [
      'Check that the address is that of the token endpoint. `vstoken serve` has it at `/token` unless `--path` says otherwise.',
      'An endpoint of your own has to answer with `token`, `access`, `lifetime_s` and `one_time`, as that of `createTokenHandler` does.',
    ],
  }),

  socket_silent: (_, { apiServer, origin }) => ({
    title: 'No connection to the API server',
    text: `Either nothing listens at ${apiServer}, or it opened no WebSocket for pages of ${origin}. The token did not get there, and is still unused.`,
    fixes: [
      'The endpoint can start a sandbox beside it, and prints its address: `vstoken serve --sandbox`.',
      ['Or start one by itself:', 'vstoken sandbox'],
      'It runs already? Compare its address with the field above: it is not that of the endpoint.',
    ],
  }),

  session_not_confirmed: (_, { apiServer }) => ({
    title: 'The session was never confirmed',
    text: `${apiServer} took the connection, and then said nothing for ten seconds. Nothing was started, so nothing is billed.`,
    fixes: [
      'Try again. A one-time token may be spent, so this needs a fresh one: Transcribe.',
      [
        'If it stays like this, see whether it is the server or the page:',
        'vstoken test --mode connect',
      ],
    ],
  }),

  session_refused: ({ status }) => ({
    title: 'The API server refused the session',
    text: `It took the connection, and refused what was asked for${status ? ` (${status})` : ''}. Nothing was started.`,
    fixes: ['Check the audio URL.', 'A server that is busy may take it in a minute: try again.'],
  }),

  closed_unconfirmed: ({ closeCode }) => ({
    title: 'The connection was closed before the session began',
    text: `The server hung up without saying why (close code ${closeCode}). Nothing was started.`,
    fixes: [
      'Try again with a fresh token: Transcribe.',
      [
        'If it stays like this, see whether it is the server or the page:',
        'vstoken test --mode connect',
      ],
    ],
  }),

  closed_midway: ({ closeCode }) => ({
    title: 'The connection was closed early',
    text: `The transcription was under way and not finished (close code ${closeCode}). What came until then stands below.`,
    fixes: [
      'The work may go on without this page, and is billed if it does: look it up before you start it again.',
      'Then try again with a fresh token: Transcribe.',
    ],
  }),

  went_silent: () => ({
    title: 'The server went silent',
    text: 'Nothing was heard of the transcription for a minute. What came until then stands below.',
    fixes: [
      'The work may go on without this page, and is billed if it does: look it up before you start it again.',
    ],
  }),

  answer_unreadable: () => ({
    title: 'The server sent something that is not of this protocol',
    text: 'A message over the WebSocket was not a JSON object. A proxy on the way may have put it there.',
    fixes: ['Check the address of the API server.', 'Try another network.'],
  }),

  token_expired: () => ({
    title: 'The token has expired',
    text: 'It had outlived its lifetime before it was used. The time counts from the request for the token, not from its arrival.',
    fixes: [
      'Ask for a token when it is needed, and not when the page loads. Transcribe gets a fresh one.',
      'Is the network slow? Start the endpoint with a longer lifetime, 120 seconds at most: `--lifetime 60s`',
    ],
  }),

  token_spent: () => ({
    title: 'The token was already used',
    text: 'It was good for one use, and has had it. The server refuses it from then on, whoever brings it: that is what protects a token that got out.',
    fixes: [
      'Ask for a fresh token for every use. Transcribe does.',
      'Do several requests have to share one? Start the endpoint with `--no-one-time`.',
    ],
  }),

  token_refused: () => ({
    title: 'The API server does not accept the token',
    text: 'It is unknown to this server, expired, or used up.',
    fixes: [
      'Endpoint and page have to use the same API server: a token of the sandbox is worth nothing at the service, and the other way round. The endpoint says at its start which one it uses.',
      'Then get a fresh token: Transcribe.',
    ],
  }),

  token_scope: (_, setting) => ({
    title: 'The token is readonly',
    text: 'It may read, but not transcribe: transcriptions are billed, and need a readwrite token.',
    fixes: [['Stop the endpoint, and start it with `--access readwrite`:', startFor(setting)]],
  }),

  audio_unreachable: () => ({
    title: 'The API server could not fetch the audio',
    text: 'It fetches the audio itself, from where it runs. What only this machine can reach is of no use to the service.',
    fixes: ['Check the audio URL: open it in a private window, where nobody is logged in.'],
  }),

  transcription_failed: ({ status }) => ({
    title: 'The transcription failed',
    text: `The server took the token and began, and then reported an error${status ? ` (${status})` : ''}.`,
    fixes: ['Try again, or other audio.', ['See the same from a terminal:', 'vstoken test']],
  }),

  microphone_refused: () => ({
    title: 'The page got no microphone',
    text: 'This machine has no microphone, or the browser does not let this page use it.',
    fixes: [
      'Allow the microphone for this page in the address bar of the browser, and start again.',
    ],
  }),

  unknown: () => ({
    title: 'Something went wrong in this page',
    text: 'That is a bug in the example.',
    fixes: ['The console of the developer tools has the details.'],
  }),
};

/** What serves the page serves its tokens, too: one does not run without the other. */
function ownSilent(setting) {
  return {
    title: 'No answer from the token endpoint',
    text: `Nothing answers at ${setting.endpoint}. The command that served this page has ended.`,
    fixes: [
      ['Start it again, and leave it running:', startFor(setting)],
      'Then open the address that it prints, which may be another one.',
    ],
  };
}

function otherSilent(setting) {
  return {
    title: 'No answer from the token endpoint',
    text: `Either nothing listens at ${setting.endpoint}, or what listens there refuses pages of ${setting.origin}. A browser tells a page no more than that its request failed. The terminal of the endpoint tells the two apart:`,
    fixes: [
      ['It does not run? Start it, and leave it running:', startFor(setting)],
      'It logged `403 origin_not_allowed`? It refused this page: stop it, and start it by the line above. Origins have to match to the letter; `http://localhost:5173` and `http://127.0.0.1:5173` are two.',
      'It runs, and logged nothing? Compare its address with the field above.',
      'No terminal at hand? The console of the developer tools says `ERR_CONNECTION_REFUSED` where nothing listens, and `CORS` where the page was refused.',
    ],
  };
}

function endpointError({ status, serverCode, retryAfterS }, setting) {
  const named = /^\w{1,64}$/.test(serverCode ?? '') ? ` It gives the code ${serverCode}.` : '';
  const restart = [
    'Stop the endpoint, and start it so that it allows this origin:',
    startFor(setting),
  ];
  if (status === 401) {
    return {
      title: 'The token endpoint wants to know who asks (401)',
      text: `It neither knows this page by its origin, ${setting.origin}, nor was it shown a login.${named}`,
      fixes: [
        restart,
        'Is it an endpoint of your own? Log in there first, and send the cookie along: `credentials` in `app.js`.',
      ],
    };
  }
  if (status === 403) {
    return {
      title: 'The token endpoint refuses this request (403)',
      text: `It does not hand such a token to pages of ${setting.origin}.${named}`,
      fixes: [restart],
    };
  }
  if (status === 429 || status === 503) {
    const wait = retryAfterS === null ? 'a minute' : seconds(retryAfterS);
    return {
      title: `Too many tokens were asked for (${status})`,
      text: `The endpoint hands out a limited number in a time. It gave no token now.${named}`,
      fixes: [
        `Wait ${wait}, then try again.`,
        'Raise the limit while you test: `vstoken serve --rate 600/min`.',
      ],
    };
  }
  if (status === 502 || status === 504) {
    return {
      title: `The endpoint got no token from the service (${status})`,
      text: `This page was let in; what lies behind the endpoint failed.${named}`,
      fixes: [
        'Read the line that the endpoint logged in its terminal.',
        ['Check the API key and the service:', 'vstoken test --mode connect'],
      ],
    };
  }
  if (status === 404 || status === 405) {
    return {
      title: `There is no token endpoint at this address (${status})`,
      text: `Something else answers at ${setting.endpoint}.`,
      fixes: [
        'Correct the field. `vstoken serve` has it at `/token` unless `--path` says otherwise.',
      ],
    };
  }
  return {
    title: `The token endpoint failed (${status})`,
    text: `It gave no token.${named}`,
    fixes: ['Read the line that the endpoint logged in its terminal.', 'Try again.'],
  };
}

export const seconds = (count) => (count === 1 ? '1 second' : `${count} seconds`);
