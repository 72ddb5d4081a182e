import type { Client } from '../../core/recognise/client';
import type { Verdict } from '../../core/verdicts';

/** A correct Authorization header in the code of each client. */
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

/**
 * For each problem (`cause`) of the text that a person sent: the paragraph of the reply that explains this problem. Problems that
 * need no change of the client are absent, for example that the person pasted the whole header instead of only the token.
 */
export const CAUSE_TEXTS: Readonly<Record<string, (client: Client) => string>> = {
  missing_bearer: withHeader(
    'The word "Bearer" and a space are missing before the token in the Authorization header. Send:',
  ),
  other_scheme: withHeader(
    'The Authorization header has another word before the token, such as "Token" or "Basic". It must be "Bearer":',
  ),
  json: plain(
    'Your text is a JSON document that contains the token. Read the token from it, and send only the token.',
  ),
  bearer_twice: withHeader(
    'The Authorization header contains the word "Bearer" twice. Your code or the client adds the word a second time. Send the word once:',
  ),
  bearer_colon: withHeader(
    'There is a colon after "Bearer" in the Authorization header. Replace the colon with a space:',
  ),
  bearer_without_space: withHeader(
    'The space between "Bearer" and the token is missing in the Authorization header:',
  ),
  api_key: plain(
    'The text contains an API key instead of an auth token. Never put an API key into a page or an app: with it, anyone can use your whole account. Please replace the key in your VocalStack account now, keep the new key on your server, and let your server give auth tokens to clients.',
  ),
  token_as_key: plain(
    'An auth token is used instead of the API key. Auth tokens are for clients. To mint tokens, your server needs the API key of your VocalStack account.',
  ),
  percent_encoding: withHeader(
    'The token is percent-encoded (%2B, %3D and so on). Decode it after you read it from a URL, and send the decoded token:',
  ),
  url: withHeader(
    'The token is part of a URL, and logs contain URLs. Send it in the Authorization header instead:',
  ),
  base64: withHeader(
    'The token is encoded in base64. Send it exactly as your token endpoint returns it:',
  ),
  cut_short: plain(
    'The token was cut short, and its end is missing. Check what shortens the token, for example a database column, a log, a field with a maximum length, or a copy from a table.',
  ),
  doubled: plain(
    'Your text contains the token twice, without a space between the two copies. Check where your code adds the token to the header or to a variable, and add it once.',
  ),
  line_break: plain(
    'There is a line break inside the token. Put the whole token on one line, and remove white space from the token before you send it.',
  ),
  line_goes_on: plain(
    'The token seems to continue on the next line of your text. If your code contains the same line break, put the token on one line.',
  ),
  carriage_return: plain(
    'There is a carriage return after the token, as at the end of lines on Windows. Trim the value before you send it, or save the file with Unix line endings.',
  ),
  line_feed: plain('There is a line feed after the token. Trim the value before you send it.'),
  white_space: plain(
    'There is white space around the token. If your code sends this white space too, trim the value first.',
  ),
  odd_spaces: plain(
    'The text contains characters that look like spaces but are other characters. Web pages and word processors use them. Type the spaces again.',
  ),
  invisible_characters: plain(
    'The text contains invisible characters, often because it was copied from a chat or a web page. Type the line with the token again by hand, or copy the token again from the answer of your token endpoint.',
  ),
  byte_order_mark: plain(
    'The file begins with a byte order mark, which becomes part of the token. Save the file as UTF-8 without BOM.',
  ),
  utf16: plain(
    'The file is in UTF-16, the default of Windows PowerShell. Save the file as UTF-8: in PowerShell, Set-Content -Encoding ascii.',
  ),
  quotes: plain(
    'There are quotes around the token, and they are sent with it. Remove the quotes from the value. In an .env file for Docker, write the value without quotes.',
  ),
  punctuation: plain(
    'There is a comma, a semicolon or a bracket next to the token. If your code sends this character too, remove the character.',
  ),
  object_as_text: plain(
    'Your code sends "[object Object]": it uses a whole object instead of the token. Take the token out of the answer first: const { token } = await response.json()',
  ),
  empty_variable: plain(
    'Your request has no token: the variable was empty when the request was sent. Wait for the answer of your token endpoint (await), and check the name of the member or variable that you read.',
  ),
  variable_name: plain(
    'Your request has the name of a variable instead of the token: the name was not replaced with the value of the variable. In a shell, use double quotes, not single quotes. In a template, check that the variable is set.',
  ),
  placeholder: plain(
    'Your request has the placeholder of an example instead of a token. Replace it with the token that your token endpoint returns.',
  ),
  command_not_run: plain(
    'Your request has a command instead of the token. Run the command, and use its output.',
  ),
  nothing_behind_bearer: withHeader(
    'There is no token after "Bearer": the variable was empty when the request was sent. Wait for the answer of your token endpoint before you send the request:',
  ),
  other_secret: plain(
    'Your text contains something that looks like a secret of another service. It is not a VocalStack token. If it is a real secret, replace it at that service.',
  ),
  masked: plain(
    'Your text hides the token, as logs do, so we could not check it. Please check that your code sends the header below, and send us the HTTP status of the answer.\n\n    Authorization: Bearer TOKEN',
  ),
};

/**
 * The text of a reply for each verdict. The text is empty if the sender of the token needs to change nothing, or if `CAUSE_TEXTS`
 * already says what to change, as for `api_key`.
 */
export const VERDICT_TEXTS: Readonly<Record<Verdict, string>> = {
  valid: '',
  not_checked: '',
  not_expired: '',
  minted_here: '',
  not_minted_here: '',
  nothing_noted: '',
  expired:
    'The token expired before it was used. Get a new token from your server right before each request, not when the page loads. If you need more time, your server can mint tokens that expire after up to 120 seconds.',
  spent:
    'The token works once, and was already used. Get a new token from your server for each request and each connection, and for each retry.',
  may_be_spent:
    'The token works once, and a request that got no answer may have used it up. Get a new token from your server for each request, and for each retry.',
  wrong_scope:
    'The access of the token does not allow this request. A transcription requires a token with the access "readwrite". Change this where your server mints the token.',
  wrong_server:
    'The token was minted for another API server. Use the same API server on your server and in your client.',
  unknown:
    'The service does not accept the token: it expired, was already used, or is not a token of this service. Get a new token from your server right before the request, use it once, and tell us whether that works.',
  ambiguous:
    'We could not see which word in your text is the token. Please send us the line of code or of the log with the Authorization header. Replace the middle of the token with three dots.',
  api_key: '',
  not_a_token:
    'We found no auth token in your text. Please send us the request as your code sends it: the method, the URL and the names of the headers, and the status and time of the answer.',
};
