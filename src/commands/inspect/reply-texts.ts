import type { Client } from '../../core/recognise/client';
import type { Verdict } from '../../core/verdicts';

/** The right header as each client writes it. */
const HEADERS: Readonly<Record<Client, string>> = {
  curl: 'curl -H "Authorization: Bearer $TOKEN" ...',
  powershell: '-Headers @{ Authorization = "Bearer $token" }',
  swift: 'request.setValue("Bearer \\(token)", forHTTPHeaderField: "Authorization")',
  csharp: 'request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);',
  python: 'headers = {"Authorization": f"Bearer {token}"}',
  go: 'request.Header.Set("Authorization", "Bearer "+token)',
  java: '.header("Authorization", "Bearer " + token)',
  ruby: 'request["Authorization"] = "Bearer #{token}"',
  php: "'Authorization: Bearer ' . $token",
  httpie: 'http URL "Authorization: Bearer $TOKEN"',
  javascript: `headers: { Authorization: \`Bearer \${token}\` }`,
  http: 'Authorization: Bearer TOKEN',
};

const EXAMPLE_INDENT = '    ';

const withHeader = (text: string) => (client: Client) =>
  `${text}\n\n${EXAMPLE_INDENT}${HEADERS[client]}`;
const plain = (text: string) => () => text;

/** What a reply says of each cause. What is only around the token, as a whole header is, needs no change. */
export const CAUSE_TEXTS: Readonly<Record<string, (client: Client) => string>> = {
  missing_bearer: withHeader(
    'The Authorization header has the token alone. The word "Bearer" and a space must stand before it:',
  ),
  other_scheme: withHeader(
    'The Authorization header has another word before the token, such as "Token" or "Basic". The scheme must be "Bearer":',
  ),
  json: plain(
    'Your text is a JSON document that holds the token. If your code sends the document as it is, take the token out of it first, and send the token alone.',
  ),
  bearer_twice: withHeader(
    'The Authorization header has the word "Bearer" twice: your code adds it, and the value has it already, or the client adds it as well. Send it once:',
  ),
  bearer_colon: withHeader(
    'There is a colon behind "Bearer" in the Authorization header. Only a space must stand there:',
  ),
  bearer_without_space: withHeader(
    'The space between "Bearer" and the token is missing in the Authorization header:',
  ),
  api_key: plain(
    'The text has an API key where an auth token belongs. An API key must never be in a page or in an app: anybody who has it can do everything with the account. Please replace it in your VocalStack account now, keep the new one on your server, and let your server hand out auth tokens instead.',
  ),
  token_as_key: plain(
    'An auth token stands where the API key belongs. Auth tokens are for clients. To make tokens, your server needs the API key of your VocalStack account.',
  ),
  percent_encoding: withHeader(
    'The token is percent-encoded (%2B, %3D and the like). Decode it when it comes out of a URL, and send it as it was:',
  ),
  url: withHeader(
    'The token is part of a URL, where logs keep it. Send it in the Authorization header instead:',
  ),
  base64: withHeader(
    'The token is encoded in base64. Send it as your token endpoint returns it, without another encoding:',
  ),
  cut_short: plain(
    'The token was cut short, so that its end is missing. Check what shortens it: the column of a database, a log, a field with a maximum length, or a copy from a table.',
  ),
  doubled: plain(
    'The token stands there twice, one directly behind the other. Check where your code adds it to the header or appends it to a variable, and do that once.',
  ),
  line_break: plain(
    'There is a line break within the token. Copy it as one line, and remove white space before you send it.',
  ),
  line_goes_on: plain(
    'The token seems to go on in the next line of your text. If your code has the line break as well, put the token on one line.',
  ),
  carriage_return: plain(
    'A carriage return stands behind the token, as at the end of lines of Windows. Trim the value before you send it, or save the file with the line breaks of Unix.',
  ),
  line_feed: plain('A line feed stands behind the token. Trim the value before you send it.'),
  white_space: plain(
    'There is white space around the token. If your code has it as well, trim the value before you send it.',
  ),
  odd_spaces: plain(
    'The text has characters that look like a space and are none, as web pages and text processors write them. Type the spaces again.',
  ),
  invisible_characters: plain(
    'The text has characters that cannot be seen, as they come with copies from chats and web pages. Type the line again, or copy the token from your token endpoint.',
  ),
  byte_order_mark: plain(
    'The file begins with a byte order mark, which becomes a part of the token. Save it as UTF-8 without BOM.',
  ),
  utf16: plain(
    'The file is in UTF-16, as Windows PowerShell writes it. Save it as UTF-8: in PowerShell, Set-Content -Encoding ascii.',
  ),
  quotes: plain(
    'There are quotes around the token that are sent with it. Remove them from the value. In an .env file that Docker reads, write the value without quotes.',
  ),
  punctuation: plain(
    'There is a comma, a semicolon or a bracket directly at the token. If your code has it as well, remove it.',
  ),
  object_as_text: plain(
    'Your code sends "[object Object]": it puts a whole object where the token belongs. Take the token out of the answer first, as in: const { token } = await response.json()',
  ),
  empty_variable: plain(
    'Where the token belongs, your request has nothing: the variable was empty when the request was sent. Wait for the answer of your token endpoint (await), and check the name of the member or variable that you read.',
  ),
  variable_name: plain(
    'Where the token belongs stands the name of a variable, and nothing has put its value there. In a shell, use double quotes and not single ones. In a template, check that the variable is set there.',
  ),
  placeholder: plain(
    'Where the token belongs stands the placeholder of an example. Put the token there that your token endpoint returns.',
  ),
  command_not_run: plain(
    'Where the token belongs stands a command that no shell has run. Run it, and use what it prints.',
  ),
  nothing_behind_bearer: withHeader(
    'Behind "Bearer" stands no token: the variable was empty when the request was sent. Wait for the answer of your token endpoint before you send it:',
  ),
  other_secret: plain(
    'Your text has a secret of another service in it, by its beginning. That is no token of ours. If it is a real one, replace it at that service.',
  ),
  masked: plain(
    'The token is hidden in your text, as logs do, so that we could not check it. Please check in your code that the header is as follows, and send us the status of the answer:\n\n    Authorization: Bearer TOKEN',
  ),
};

/** What a reply says of each verdict; an empty text for one that asks for no change. */
export const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  valid: '',
  not_checked: '',
  not_expired: '',
  minted_here: '',
  not_minted_here: '',
  nothing_noted: '',
  expired:
    'The token expired before it was used. Get a new one from your server right before each request, and not when the page loads. If that is too tight, your server can make tokens that live longer, up to 120 seconds.',
  spent:
    'The token works once, and was used before. Get a new one from your server for each request and each connection, also when your code tries again.',
  may_be_spent:
    'The token works once, and may have been used up by a request that got no answer. Get a new one from your server for each request, also when your code tries again.',
  wrong_scope:
    'The access of the token does not allow this request. A transcription needs a token with the access "readwrite": change that where your server makes it.',
  wrong_server:
    'The token was made for another API server than the one that it is sent to. Use the same one on your server and in your client.',
  unknown:
    'The service does not accept the token: it expired, was used before, or was never one of its tokens. Get a new one from your server right before the request, use it once, and tell us whether that works.',
  ambiguous:
    'We could not tell which word in your text is the token. Please send us the line of code or of the log with the Authorization header. Replace the middle of the token by three dots.',
  api_key: '',
  not_a_token:
    'We found no auth token in your text. Please send us the request as your code sends it: the method, the URL and the names of the headers, with the status and the time of the answer.',
};
