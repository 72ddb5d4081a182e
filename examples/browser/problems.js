/** Explains each problem and how to fix it. A fix is a sentence, or a sentence and a command. Text between backticks is code. */

import { ENDPOINT, IS_SERVED } from './settings.js';

/** Matches the paths that `vstoken serve` accepts. They contain no characters that a shell would change. */
const PLAIN_PATH = /^(?=.{1,200}$)(\/[\w.~-]+)+$/;
/** Matches hosts without characters that a shell would change. Hosts in brackets still need quotes. */
const PLAIN_HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i;

const urlOf = (text) => (URL.canParse(text) ? new URL(text) : null);

/**
 * Returns the addresses of the page and its servers, safe for sentences and for commands that people copy. Reason: a link can put
 * any text into the fields, and a shell could run parts of the text.
 */
function safeSetting({ origin, endpoint, apiServer }) {
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

/**
 * Returns the origin for a command. If a shell would change the origin, returns the word ORIGIN, which the reader must replace.
 */
function originOf(text) {
  const url = urlOf(text);
  const isPlain = /^https?:$/.test(url?.protocol ?? '') && PLAIN_HOST.test(url.hostname);
  return isPlain ? url.origin : 'ORIGIN';
}

/**
 * Returns the command that starts the endpoint for this page. The command has `--sandbox` if the API server is on this machine,
 * and `--page` if `vstoken serve --page` serves this page.
 */
function startCommand({ origin, apiServer, port, path, isOwn }) {
  const page = origin.includes('[') ? `"${origin}"` : origin;
  const words = [
    'vstoken serve',
    apiServer.startsWith('http:') && '--sandbox',
    isOwn ? '--page' : `--allow-origin ${page}`,
    '--access readwrite',
    // The port and the path are needed only if they are not the defaults.
    port && port !== '8788' && `--port ${port}`,
    path && path !== '/token' && `--path ${path}`,
  ];
  return words.filter(Boolean).join(' ');
}

/**
 * Returns the explanation of a problem: `{ title, text, fixes }`.
 * @param problem the code and the details of a `Problem`
 * @param setting the addresses of the page and its servers: `{ origin, endpoint, apiServer }`
 */
export function explain({ code, details }, setting) {
  const describe = Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : PROBLEMS.unknown;
  return describe(details, safeSetting(setting));
}

const PROBLEMS = {
  endpoint_invalid: () => ({
    title: 'The address of the token endpoint is not valid',
    text: 'It must begin with https://, or with http:// on this machine: others could read a token that is sent over plain http.',
    fixes: ['Correct the field. `vstoken serve` listens at `http://127.0.0.1:8788/token`.'],
  }),

  api_server_invalid: () => ({
    title: 'The address of the API server is not valid',
    text: 'It must begin with https://, or with http:// on this machine: others could read a token that is sent over plain http.',
    fixes: [
      'Correct the field. The sandbox is `http://127.0.0.1:8787`, the service `https://api.vocalstack.com`.',
    ],
  }),

  audio_invalid: () => ({
    title: 'The audio URL is missing or not valid',
    text: 'The API server fetches the audio from this URL. Only the sandbox has a clip of its own.',
    fixes: ['Enter a URL that the API server can reach. It must begin with https:// or http://.'],
  }),

  endpoint_silent: (_, setting) => (setting.isOwn ? ownSilent(setting) : otherSilent(setting)),

  endpoint_error: (details, setting) => endpointError(details, setting),

  endpoint_without_token: (_, { endpoint }) => ({
    title: 'The endpoint answered without a token',
    text: `The answer of ${endpoint} is not JSON with a token.`,
    fixes: [
      'Check the address of the token endpoint. Its path in `vstoken serve` is `/token`, or the path in `--path`.',
      'Your own endpoint must answer with `token`, `access`, `lifetime_s` and `one_time`, as `createTokenHandler` does.',
    ],
  }),

  socket_silent: (_, { apiServer, origin }) => ({
    title: 'No connection to the API server',
    text: `Nothing listens at ${apiServer}, or it does not accept WebSockets from pages of ${origin}. The token was not sent, and is still unused.`,
    fixes: [
      '`vstoken serve --sandbox` starts the endpoint with a sandbox, and prints the address of both.',
      ['Or start only a sandbox:', 'vstoken sandbox'],
      'Is it already running? Compare its address with the field above. It is not the address of the endpoint.',
    ],
  }),

  session_not_confirmed: (_, { apiServer }) => ({
    title: 'The session was not confirmed',
    text: `${apiServer} accepted the connection, but sent nothing for ten seconds. Nothing was started, so nothing is billed.`,
    fixes: [
      'Try again with a new token: Transcribe. The one-time token may be used up.',
      ['If it still fails, test the server without this page:', 'vstoken test --mode connect'],
    ],
  }),

  session_refused: ({ status }) => ({
    title: 'The API server refused the session',
    text: `It accepted the connection, and refused the request${status ? ` (${status})` : ''}. Nothing was started.`,
    fixes: ['Check the audio URL.', 'The server may be busy: try again in a minute.'],
  }),

  closed_unconfirmed: ({ closeCode }) => ({
    title: 'The connection was closed before the session began',
    text: `The server closed the connection without a reason (close code ${closeCode}). Nothing was started.`,
    fixes: [
      'Try again with a new token: Transcribe.',
      ['If it still fails, test the server without this page:', 'vstoken test --mode connect'],
    ],
  }),

  closed_midway: ({ closeCode }) => ({
    title: 'The connection was closed early',
    text: `The transcription was not finished (close code ${closeCode}). The text so far is shown below.`,
    fixes: [
      'The transcription may continue without this page, and is then billed. Check your transcriptions before you start it again.',
      'Then try again with a new token: Transcribe.',
    ],
  }),

  went_silent: () => ({
    title: 'The server stopped sending',
    text: 'No message about the transcription came for a minute. The text so far is shown below.',
    fixes: [
      'The transcription may continue without this page, and is then billed. Check your transcriptions before you start it again.',
    ],
  }),

  answer_unreadable: () => ({
    title: 'The server sent an invalid message',
    text: 'A message over the WebSocket was not a JSON object. It may come from a proxy.',
    fixes: ['Check the address of the API server.', 'Try another network.'],
  }),

  token_expired: () => ({
    title: 'The token has expired',
    text: 'It expired before it was used. Its lifetime counts from the request for the token, not from the answer.',
    fixes: [
      'Request a token when it is needed, and not when the page loads. Transcribe gets a new one.',
      'Is the network slow? Start the endpoint with a longer lifetime, 120 seconds at most: `--lifetime 60s`',
    ],
  }),

  token_spent: () => ({
    title: 'The token was already used',
    text: 'It was a one-time token. The server refuses any second use. This protects a token that was stolen.',
    fixes: [
      'Request a new token for every use. Transcribe does.',
      'Do several requests need the same token? Start the endpoint with `--no-one-time`.',
    ],
  }),

  token_refused: () => ({
    title: 'The API server does not accept the token',
    text: 'It is unknown to this server, expired, or used up.',
    fixes: [
      'Endpoint and page must use the same API server: the service does not accept tokens of the sandbox, and the sandbox none of the service. The endpoint prints at its start which one it uses.',
      'Then get a new token: Transcribe.',
    ],
  }),

  token_scope: (_, setting) => ({
    title: 'The token is readonly',
    text: 'A readonly token cannot transcribe: transcriptions are billed, and need a readwrite token.',
    fixes: [['Stop the endpoint, and start it with `--access readwrite`:', startCommand(setting)]],
  }),

  audio_unreachable: () => ({
    title: 'The API server could not fetch the audio',
    text: 'It fetches the audio itself, from its own network. The service cannot reach an address of this machine.',
    fixes: ['Check the audio URL: open it in a private window, without a login.'],
  }),

  transcription_failed: ({ status }) => ({
    title: 'The transcription failed',
    text: `The server accepted the token and started, and then reported an error${status ? ` (${status})` : ''}.`,
    fixes: ['Try again, or other audio.', ['Test the same in a terminal:', 'vstoken test']],
  }),

  microphone_refused: () => ({
    title: 'The page could not use a microphone',
    text: 'This machine has no microphone, or the browser does not allow this page to use it.',
    fixes: [
      'Allow the microphone for this page in the address bar of the browser, and start again.',
    ],
  }),

  unknown: () => ({
    title: 'Something went wrong in this page',
    text: 'This is a bug in the example.',
    fixes: ['The console of the developer tools has the details.'],
  }),
};

/** The explanation for a page of `vstoken serve --page`, where one command runs both the page and the endpoint. */
function ownSilent(setting) {
  return {
    title: 'No answer from the token endpoint',
    text: `Nothing answers at ${setting.endpoint}. The command that served this page has stopped.`,
    fixes: [
      ['Start it again, and leave it running:', startCommand(setting)],
      'Then open the address that it prints. It may have changed.',
    ],
  };
}

function otherSilent(setting) {
  return {
    title: 'No answer from the token endpoint',
    text: `Nothing listens at ${setting.endpoint}, or the endpoint does not allow the origin ${setting.origin}. A browser does not tell a page which. The terminal of the endpoint shows it:`,
    fixes: [
      ['Is it not running? Start it, and leave it running:', startCommand(setting)],
      'Did it log `403 origin_not_allowed`? It refused this page: stop it, and start it with the command above. Origins must match exactly: `http://localhost:5173` and `http://127.0.0.1:5173` are different.',
      'Is it running without a log line? Compare its address with the field above.',
      'Can you not see the terminal? The console of the developer tools shows `ERR_CONNECTION_REFUSED` if nothing listens, and `CORS` if the page was refused.',
    ],
  };
}

function endpointError({ status, serverCode, retryAfterS }, setting) {
  const named = /^\w{1,64}$/.test(serverCode ?? '') ? ` Its error code is ${serverCode}.` : '';
  const restart = [
    'Stop the endpoint, and start it so that it allows this origin:',
    startCommand(setting),
  ];
  if (status === 401) {
    return {
      title: 'The token endpoint requires authentication (401)',
      text: `It does not allow the origin ${setting.origin} of this page, and the request had no login.${named}`,
      fixes: [
        restart,
        'Is it your own endpoint? Log in first, and send its cookie: see `credentials` in `app.js`.',
      ],
    };
  }
  if (status === 403) {
    return {
      title: 'The token endpoint refuses this request (403)',
      text: `It does not give this token to pages of ${setting.origin}.${named}`,
      fixes: [restart],
    };
  }
  if (status === 429 || status === 503) {
    const wait = retryAfterS === null ? 'a minute' : seconds(retryAfterS);
    return {
      title: `Too many token requests (${status})`,
      text: `The endpoint has reached its limit of tokens.${named}`,
      fixes: [
        `Wait ${wait}, then try again.`,
        'Raise the limit while you test: `vstoken serve --rate 600/min`.',
      ],
    };
  }
  if (status === 502 || status === 504) {
    return {
      title: `The endpoint got no token from the service (${status})`,
      text: `The endpoint accepted the request of this page, but the service did not mint a token.${named}`,
      fixes: [
        'Read the log line in the terminal of the endpoint.',
        ['Check the API key and the service:', 'vstoken test --mode connect'],
      ],
    };
  }
  if (status === 404 || status === 405) {
    return {
      title: `There is no token endpoint at this address (${status})`,
      text: `Something else answers at ${setting.endpoint}.`,
      fixes: [
        'Correct the field. The path in `vstoken serve` is `/token`, or the path in `--path`.',
      ],
    };
  }
  return {
    title: `The token endpoint failed (${status})`,
    text: `It gave no token.${named}`,
    fixes: ['Read the log line in the terminal of the endpoint.', 'Try again.'],
  };
}

export const seconds = (count) => (count === 1 ? '1 second' : `${count} seconds`);
