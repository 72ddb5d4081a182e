/** Faults of a token, or of how a client sends it. Each text must be clear on its own. */
export const FAULTS = {
  missing_bearer:
    'The word "Bearer" is missing before the token. The header must be "Authorization: Bearer TOKEN".',
  other_scheme:
    'Another word than "Bearer" is before the token. The header must be "Authorization: Bearer TOKEN".',
  json: 'The text is a JSON document that contains the token. The client must send only the token.',
  bearer_colon:
    'There is a colon after "Bearer". The header must be "Authorization: Bearer TOKEN", with a space.',
  bearer_without_space:
    'The space between "Bearer" and the token is missing. The header must be "Authorization: Bearer TOKEN".',
  bearer_twice:
    'The word "Bearer" is before the token twice. Probably the client adds "Bearer" to a token that already begins with "Bearer".',
  api_key: 'The text is an API key, but an auth token is required.',
  token_as_key:
    'The text is an auth token, but the API key is required. Only the API key can mint tokens.',
  percent_encoding:
    'The token is percent-encoded, as in a URL. A header must contain the token without encoding.',
  cut_short: 'The token ends with dots: it was cut short before it was copied.',
  doubled: 'The text contains the same token twice, without a space between.',
  line_break:
    'There is white space inside the token, for example because a terminal broke a long line.',
  line_goes_on:
    'The next line is a single word. A mail program or terminal may have split the token into two lines.',
  other_secret:
    'A word in the text begins like a secret of another service. This word is sent only if you choose it.',
  quotes: 'There are quotes around the token. The server reads them as part of the token.',
  line_feed: 'The text ends with a line feed, which is not allowed in a header.',
  base64: 'The token is encoded in base64. A header must contain the token without encoding.',
} as const;

export type Fault = keyof typeof FAULTS;
