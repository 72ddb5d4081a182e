/**
 * Explains each problem: its title, its text, and fixes. A fix is a sentence, or a sentence and a command. Text between backticks
 * is code.
 */

import { ENDPOINT, IS_SERVED } from './settings.js';

/** Matches the paths that `vstoken serve` accepts. They contain no characters with a special meaning in a shell. */
const PLAIN_PATH = /^(?=.{1,200}$)(\/[\w.~-]+)+$/;
/**
 * Matches hosts without characters that have a special meaning in a shell. Also matches IPv6 hosts, although their brackets have
 * such a meaning. Commands with an IPv6 host therefore put it between quotation marks.
 */
const PLAIN_HOST = /^([\w.-]+|\[[\da-f:.]+\])$/i;

const urlOf = (text) => (URL.canParse(text) ? new URL(text) : null);

/**
 * Returns the addresses of the page and its servers, in a form that is safe in sentences and commands. Reason: a link can put any
 * text into the fields. If someone copies a command with such a text, a shell could run a part of the text.
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
 * Returns the origin of a URL, for sentences and commands. If the URL is not valid, or its origin could be unsafe in a shell,
 * returns the word ORIGIN, which the reader must replace.
 */
function originOf(text) {
  const url = urlOf(text);
  const isPlain = /^https?:$/.test(url?.protocol ?? '') && PLAIN_HOST.test(url.hostname);
  return isPlain ? url.origin : 'ORIGIN';
}

/**
 * Returns the command that starts the token endpoint for this page. The command has `--sandbox` if the API server uses plain
 * http, and `--page` if `vstoken serve --page` serves this page.
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
    text: 'The address must begin with https://. Only an address on this machine may begin with http://, since others can read a token that is sent over plain http.',
    fixes: [
      'Correct the field “Token endpoint”. The endpoint of `vstoken serve` is `http://127.0.0.1:8788/token`.',
    ],
  }),

  api_server_invalid: () => ({
    title: 'The address of the API server is not valid',
    text: 'The address must begin with https://. Only an address on this machine may begin with http://, since others can read a token that is sent over plain http.',
    fixes: [
      'Correct the field “API server”. The address of the sandbox is `http://127.0.0.1:8787`. The address of the service is `https://api.vocalstack.com`.',
    ],
  }),

  audio_invalid: () => ({
    title: 'The audio URL is missing or not valid',
    text: 'The API server fetches the audio from this URL.',
    fixes: [
      'Enter a URL that the API server can reach. The URL must begin with https:// or http://.',
    ],
  }),

  endpoint_silent: (_, setting) => (setting.isOwn ? ownSilent(setting) : otherSilent(setting)),

  endpoint_error: (details, setting) => endpointError(details, setting),

  endpoint_without_token: (_, { endpoint }) => ({
    title: 'The endpoint answered without a token',
    text: `The answer of ${endpoint} is not JSON with a token.`,
    fixes: [
      'Check the address of the token endpoint. The path of the endpoint of `vstoken serve` is `/token`, or the value of `--path`.',
      'The JSON of your own endpoint must contain `token`, `access`, `lifetime_s` and `one_time`, as the JSON of `createTokenHandler` does.',
    ],
  }),

  socket_silent: (_, { apiServer, origin }) => ({
    title: 'No connection to the API server',
    text: `No program listens at ${apiServer}, or the server does not accept WebSockets from pages of ${origin}. The token was not sent, and is still unused.`,
    fixes: [
      'To start an endpoint with a sandbox, run `vstoken serve --sandbox`. The command prints the addresses of the endpoint and of the sandbox.',
      ['To start only a sandbox, run:', 'vstoken sandbox'],
      'If the API server is already running, compare its address with the field “API server”. The API server and the endpoint have different addresses.',
    ],
  }),

  session_not_confirmed: (_, { apiServer }) => ({
    title: 'The session was not confirmed',
    text: `${apiServer} accepted the connection, but sent nothing for ten seconds. The transcription was not started, so nothing is billed.`,
    fixes: [
      'Press Transcribe to try again with a new token. If the old token was one-time, it may already be used up.',
      [
        'If the session still fails, test the server without this page:',
        'vstoken test --mode connect',
      ],
    ],
  }),

  session_refused: ({ status }) => ({
    title: 'The API server refused the session',
    text: `The API server accepted the connection, but refused the session${status ? ` (${status})` : ''}. The transcription was not started.`,
    fixes: ['Check the audio URL.', 'The API server may be busy: try again in a minute.'],
  }),

  closed_unconfirmed: ({ closeCode }) => ({
    title: 'The connection was closed before the session began',
    text: `The API server closed the connection and gave no reason (close code ${closeCode}). The transcription was not started.`,
    fixes: [
      'Press Transcribe to try again with a new token.',
      [
        'If the session still fails, test the server without this page:',
        'vstoken test --mode connect',
      ],
    ],
  }),

  closed_midway: ({ closeCode }) => ({
    title: 'The connection was closed early',
    text: `The transcription was not finished (close code ${closeCode}). The text so far is shown below.`,
    fixes: [
      'The transcription may continue without this page, and is then billed. To see whether it continues, run `vstoken api /transcriptions`, which lists your transcriptions.',
      'Then press Transcribe to try again with a new token.',
    ],
  }),

  went_silent: () => ({
    title: 'The server stopped sending',
    text: 'No message about the transcription came for a minute. The text so far is shown below.',
    fixes: [
      'The transcription may continue without this page, and is then billed. To see whether it continues, run `vstoken api /transcriptions`, which lists your transcriptions.',
    ],
  }),

  answer_unreadable: () => ({
    title: 'The server sent an invalid message',
    text: 'A message over the WebSocket was not a JSON object. A proxy may have sent this message.',
    fixes: ['Check the address of the API server.', 'Try another network.'],
  }),

  token_expired: () => ({
    title: 'The token has expired',
    text: 'The token expired before the page used it. The lifetime of a token starts when the page requests the token, not when the token arrives.',
    fixes: [
      'In your own page, request a token when the page needs the token, not when the page loads. In this page, press Transcribe to get a new token.',
      'If the network is slow, start the endpoint with a longer lifetime, for example `--lifetime 60s`. The maximum is 120 seconds.',
    ],
  }),

  token_spent: () => ({
    title: 'The token was already used',
    text: 'The token was a one-time token. The API server accepts a one-time token only once, so that nobody can use a stolen token again.',
    fixes: [
      'Request a new token for every use. In this page, press Transcribe to get a new token.',
      'If several requests need the same token, start the endpoint with `--no-one-time`.',
    ],
  }),

  token_refused: () => ({
    title: 'The API server does not accept the token',
    text: 'The token has expired, was already used, or was minted for another server.',
    fixes: [
      'The endpoint and this page must use the same API server. The service does not accept tokens of the sandbox, and the sandbox does not accept tokens of the service. `vstoken serve` prints the address of its API server when it starts.',
      'Then press Transcribe to get a new token.',
    ],
  }),

  token_scope: (_, setting) => ({
    title: 'The token is readonly',
    text: 'A readonly token cannot transcribe. Transcriptions are billed, so they need a readwrite token.',
    fixes: [
      [
        'Stop the endpoint. Then start the endpoint with `--access readwrite`:',
        startCommand(setting),
      ],
    ],
  }),

  audio_unreachable: () => ({
    title: 'The API server could not fetch the audio',
    text: 'The API server fetches the audio from its own network. The service cannot reach an address of this machine.',
    fixes: [
      'Open the audio URL in a private window of the browser. The audio must be available without a login.',
    ],
  }),

  transcription_failed: ({ status }) => ({
    title: 'The transcription failed',
    text: `The API server accepted the token and started the transcription. Then the API server reported an error${status ? ` (${status})` : ''}.`,
    fixes: [
      'Try again, or use other audio.',
      ['Test a transcription in a terminal:', 'vstoken test'],
    ],
  }),

  microphone_refused: () => ({
    title: 'The page could not use a microphone',
    text: 'This machine has no microphone, or the browser does not allow this page to use the microphone.',
    fixes: [
      'Allow the microphone for this page in the address bar of the browser. Then press Start again.',
    ],
  }),

  unknown: () => ({
    title: 'Unexpected error in this page',
    text: 'The example page has a bug.',
    fixes: ['Read the details in the console of the developer tools.'],
  }),
};

/**
 * Explains that the token endpoint does not answer, on a page of `vstoken serve --page`, where one command runs both the page and
 * the endpoint.
 */
function ownSilent(setting) {
  return {
    title: 'No answer from the token endpoint',
    text: `No program answers at ${setting.endpoint}. The command that served this page has stopped.`,
    fixes: [
      ['Start the command again, and keep the command running:', startCommand(setting)],
      'Then open the address that the command prints. The address may be a new address.',
    ],
  };
}

function otherSilent(setting) {
  return {
    title: 'No answer from the token endpoint',
    text: `No program listens at ${setting.endpoint}, or the endpoint does not allow the origin ${setting.origin}. A browser does not tell the page which of the two happened. The terminal in which the endpoint runs shows whether the endpoint refused this page.`,
    fixes: [
      [
        'If the endpoint is not running, start the endpoint, and keep it running:',
        startCommand(setting),
      ],
      'If the endpoint logged `403 origin_not_allowed`, the endpoint refused this page. Stop the endpoint, and start it with the command above. Origins must match exactly: `http://localhost:5173` and `http://127.0.0.1:5173` are different.',
      'If the endpoint is running and logged nothing, compare its address with the field “Token endpoint”.',
      'If you cannot see this terminal, open the console of the developer tools. `ERR_CONNECTION_REFUSED` means that no program listens at this address. `CORS` means that the endpoint refused this page.',
    ],
  };
}

function endpointError({ status, serverCode, retryAfterS }, setting) {
  const named = /^\w{1,64}$/.test(serverCode ?? '') ? ` Its error code is ${serverCode}.` : '';
  const restart = [
    'Stop the endpoint. Then start the endpoint so that it allows this page:',
    startCommand(setting),
  ];
  if (status === 401) {
    return {
      title: 'The token endpoint requires authentication (401)',
      text: `The endpoint does not allow the origin ${setting.origin} of this page, and the request contained no login.${named}`,
      fixes: [
        restart,
        'If the endpoint is your own, log in first, and send the cookie of the login: see `credentials` in `app.js`.',
      ],
    };
  }
  if (status === 403) {
    return {
      title: 'The token endpoint refuses this request (403)',
      text: `The endpoint refused to give a token to this page of ${setting.origin}.${named}`,
      fixes: [restart],
    };
  }
  if (status === 429 || status === 503) {
    const wait = retryAfterS === null ? 'a minute' : seconds(retryAfterS);
    return {
      title: `Too many token requests (${status})`,
      text: `The endpoint or the service gets too many requests for tokens.${named}`,
      fixes: [
        `Wait ${wait}, then try again.`,
        'While you test, raise the limit: `vstoken serve --rate 600/min`.',
      ],
    };
  }
  if (status === 502 || status === 504) {
    return {
      title: `The endpoint got no token from the service (${status})`,
      text: `The endpoint accepted the request of this page, but the service did not mint a token.${named}`,
      fixes: [
        'Read the log line in the terminal in which the endpoint runs.',
        ['Check the API key and the service:', 'vstoken test --mode connect'],
      ],
    };
  }
  if (status === 404 || status === 405) {
    return {
      title: `There is no token endpoint at this address (${status})`,
      text: `Another program or page answers at ${setting.endpoint}.`,
      fixes: [
        'Correct the field “Token endpoint”. The path of the endpoint of `vstoken serve` is `/token`, or the value of `--path`.',
      ],
    };
  }
  return {
    title: `The token endpoint failed (${status})`,
    text: `The endpoint returned no token.${named}`,
    fixes: ['Read the log line in the terminal in which the endpoint runs.', 'Try again.'],
  };
}

export const seconds = (count) => (count === 1 ? '1 second' : `${count} seconds`);
