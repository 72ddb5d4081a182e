import { DEFAULT_API_SERVER, isLoopbackOrigin } from '../../core/origin';
import { SANDBOX_CLIP } from '../../core/sample-clips';
import { SDK_PACKAGE } from '../../core/sdk-package';

/** Time limit for `connect()` of the SDK, in milliseconds. Reason: `connect()` never returns if the session is refused. */
const CONNECT_MS = 10_000;

/**
 * Returns the lines of sample code for a page that uses the endpoint. The code is similar to the sample on the service's page
 * about auth tokens.
 * @param endpoint the URL of the endpoint
 * @param access the maximum access of a token from the endpoint
 */
export function snippet(
  endpoint: string,
  apiServer: string,
  access: 'readonly' | 'readwrite',
): readonly string[] {
  const audio = isLoopbackOrigin(apiServer)
    ? `${apiServer}${SANDBOX_CLIP.path}`
    : 'https://example.com/speech.mp3';
  const server = apiServer === DEFAULT_API_SERVER ? '' : `, apiServer: '${apiServer}'`;
  const need =
    access === 'readonly'
      ? '// A session needs a readwrite token: start vstoken serve with --access readwrite.'
      : '// A session needs a readwrite token, which this endpoint mints.';
  return [
    need,
    `import { UrlTranscription } from '${SDK_PACKAGE}';`,
    `const authToken = await fetch('${endpoint}')`,
    '  .then((response) => response.json())',
    '  .then((data) => data.token);',
    `const sdk = new UrlTranscription({ authToken${server} });`,
    '// connect() does not return when the session is refused.',
    'const timeLimit = new Promise((_, reject) => {',
    `  setTimeout(() => reject(new Error('The session did not open in time.')), ${CONNECT_MS});`,
    '});',
    `const session = sdk.connect({ url: '${audio}' });`,
    'const transcription = await Promise.race([session, timeLimit]);',
    'transcription.onData(({ status, data }) => {',
    "  const text = data?.timeline.map((item) => item.text).join(' ');",
    '  document.body.textContent = text || status;',
    '});',
    'transcription.start();',
  ];
}
