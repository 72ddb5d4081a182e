/** Matches the prefix of a variable that bundlers expose to web pages. */
const PUBLIC = /^(?:next_?public|vite|react_?app|expo_?public|nuxt_?public|public)_/i;

const TOKEN_NAMES: ReadonlySet<string> = new Set(
  'token authtoken accesstoken bearertoken vocalstacktoken vocalstackauthtoken vocalstackaccesstoken vstoken'.split(
    ' ',
  ),
);
const KEY_NAMES: ReadonlySet<string> = new Set(
  'apikey xapikey vocalstackapikey vocalstackkey secretkey'.split(' '),
);

const plain = (name: string) =>
  name.replace(PUBLIC, '').replace(/^-+/, '').replace(/[_-]/g, '').toLowerCase();

/**
 * Whether the name of a variable or member means that its value is an auth token. `GITHUB_TOKEN` is not such a name: its value is
 * a secret of another service.
 */
export function isTokenName(name: string): boolean {
  // A quick check first, because this function runs for each word of a long text.
  return /token/i.test(name) && TOKEN_NAMES.has(plain(name));
}

/** Whether the name of a variable, member or header means that its value is an API key. An API key is never used as a token. */
export function isKeyName(name: string): boolean {
  return /key/i.test(name) && KEY_NAMES.has(plain(name));
}
