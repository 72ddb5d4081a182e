/**
 * The program or language that a text was written for. `inspect --reply` shows the Authorization header in the form for this
 * client.
 */
export type Client =
  | 'curl'
  | 'powershell'
  | 'swift'
  | 'csharp'
  | 'python'
  | 'go'
  | 'java'
  | 'ruby'
  | 'php'
  | 'httpie'
  | 'javascript'
  | 'http';

/** A pattern for each client. The first pattern that matches is used. */
const SIGNS: readonly (readonly [Client, RegExp])[] = [
  ['powershell', /\bInvoke-(?:RestMethod|WebRequest)\b|\$env:\w|\s-Headers\b|@\{/i],
  ['swift', /\bforHTTPHeaderField\b|\bURLRequest\b/],
  ['csharp', /\bAuthenticationHeaderValue\b|\bDefaultRequestHeaders\b/],
  ['python', /\brequests\.\w|\bsession\.headers\b|\baiohttp\b|\bhttpx\b|\burllib\b|\badd_header\b/],
  ['go', /\bhttp\.NewRequest|\.Header\.(?:Set|Add)\(/],
  ['php', /\bCURLOPT_|\bcurl_setopt\b|\$\w{1,40}\s?=>/],
  ['java', /\b(?:OkHttp|HttpRequest|HttpURLConnection|bearerAuth)\b|\.(?:addHeader|header)\(/],
  ['ruby', /\bNet::HTTP\b|\brequest\[["']/],
  ['curl', /\bcurl(?:\.exe)?\s/],
  ['httpie', /\bhttps?\s+(?:GET|POST|PUT|DELETE|-A|--auth)\b/],
  [
    'javascript',
    /\b(?:fetch|axios|superagent)\b|\bXMLHttpRequest\b|\bWebSocket\(|\bsetRequestHeader\b|\bheaders\s?:\s?[{[]|\bnew Headers\b|\bprocess\.env\b/,
  ],
];

export function clientOf(text: string): Client {
  return SIGNS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'http';
}
