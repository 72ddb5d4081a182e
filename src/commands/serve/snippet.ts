import { DEFAULT_API_SERVER, isLoopbackOrigin } from '../../core/origin';
import { SANDBOX_CLIP } from '../../core/sample-clips';
import { SDK_PACKAGE } from '../../core/sdk-package';

/**
 * What a page does with the endpoint, line by line, in the shape of the service's page on auth tokens.
 * @param endpoint the URL of the endpoint
 */
export function snippet(endpoint: string, apiServer: string): readonly string[] {
  const audio = isLoopbackOrigin(apiServer)
    ? `${apiServer}${SANDBOX_CLIP.path}`
    : 'https://example.com/speech.mp3';
  const server = apiServer === DEFAULT_API_SERVER ? '' : `, apiServer: '${apiServer}'`;
  return [
    `import { UrlTranscription } from '${SDK_PACKAGE}';`,
    `const authToken = await fetch('${endpoint}')`,
    '  .then((response) => response.json())',
    '  .then((data) => data.token);',
    `const sdk = new UrlTranscription({ authToken${server} });`,
    `const transcription = await sdk.connect({ url: '${audio}' });`,
    'transcription.start();',
  ];
}
