/** What is wrong with a token or how it is sent, in words for people who read nothing else. */
export const FAULTS = {
  missing_bearer:
    'The header has the token without "Bearer" before it: it must be "Authorization: Bearer TOKEN".',
  other_scheme:
    'The header has another word than "Bearer" before the token: it must be "Authorization: Bearer TOKEN".',
  json: 'It is a JSON document with the token in it: a client has to take the token out.',
  bearer_colon:
    'There is a colon behind "Bearer": the header must be "Authorization: Bearer TOKEN", with a space.',
  bearer_without_space:
    'There is no space between "Bearer" and the token: the header must be "Authorization: Bearer TOKEN".',
  bearer_twice: 'The word "Bearer" stands before it twice: the client adds its own.',
  api_key: 'An API key stands where an auth token belongs.',
  token_as_key:
    'An auth token stands where the API key belongs: tokens are minted with the API key.',
  percent_encoding: 'It is percent-encoded, as in a URL: a header takes a token as it is.',
  cut_short: 'It ends with dots: what it was copied from had cut it short.',
  doubled: 'The same token stands there twice, one behind the other.',
  line_break: 'There is white space within it, as where a terminal broke a long line.',
  line_goes_on:
    'The line behind it is one word more: a program for mails or a terminal may have broken the token there.',
  other_secret:
    'There is a word in it that begins as secrets of another service do: it is sent only when it is chosen.',
  quotes: 'There are quotes around it: a server takes them for a part of the token.',
  line_feed: 'It ends with a line feed: in a header that is an error.',
  base64: 'It is base64 of a token: a header takes a token as it is.',
} as const;

export type Fault = keyof typeof FAULTS;
