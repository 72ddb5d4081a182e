/** What is wrong with a token or with how it is sent, for who reads nothing else. */
export const FAULTS = {
  missing_bearer:
    'The header has the token without "Bearer" before it: it must be "Authorization: Bearer TOKEN".',
  bearer_twice: 'The word "Bearer" stands before it twice: the client adds its own.',
  api_key: 'An API key stands where an auth token belongs.',
  percent_encoding: 'It is percent-encoded, as in a URL: a header takes a token as it is.',
  cut_short: 'It ends with dots: what it was copied from had cut it short.',
  doubled: 'The same token stands there twice, one behind the other.',
  line_break: 'There is white space within it, as where a terminal broke a long line.',
  base64: 'It is base64 of a token: a header takes a token as it is.',
} as const;

export type Fault = keyof typeof FAULTS;
