import { UPDATE } from '../distribution';
import type { ExplanationsOf } from './explanation';

export const SERVICE: ExplanationsOf<7> = {
  rate_limited: {
    causes: [
      'Too many requests were made with this key, or from this IP address, in a short time.',
      'Many tokens were minted at the same time.',
    ],
    fixes: [
      'Wait as long as the hint says, then try again.',
      'Mint fewer tokens at the same time: vstoken mint --count 100 --concurrency 2',
    ],
  },
  service_error: {
    causes: [
      'The service, or a gateway in front of it, is overloaded or broken. Minting and reading were retried without success.',
    ],
    fixes: [
      'Try again in a moment.',
      'See each answer of the service: vstoken test --mode read --verbose',
      'Work without the service: vstoken test --sandbox',
    ],
  },
  redirected: {
    causes: [
      'The API server is a website, or an old address of the API.',
      'A gateway in front of the server redirects, for example to a login page.',
    ],
    fixes: [
      'Use the API server of VocalStack: vstoken status --check --api-server https://api.vocalstack.com',
      'See which API server is used: vstoken status',
    ],
  },
  request_rejected: {
    causes: [
      'The service has a rule that this version of vstoken does not know.',
      'The service does not accept a value in the request, such as the language or the URL of the audio.',
    ],
    fixes: [
      'Read the answer of the service in the error message.',
      `Update vstoken, if it is old: ${UPDATE}`,
      'See the request: vstoken test --verbose',
    ],
  },
  minting_unavailable: {
    causes: [
      'The service uses a newer version of its API. The key is not the cause.',
      'The API server in use is not a server of VocalStack.',
    ],
    fixes: [`Update: ${UPDATE}`, 'See which API server is used: vstoken status'],
  },
  invalid_response: {
    causes: [
      'A proxy, or another program at this address, answered instead of the service.',
      'The service has changed the format of its answers.',
    ],
    fixes: [
      'See which API server is used: vstoken status',
      `Update vstoken, if it is old: ${UPDATE}`,
    ],
  },
  response_too_large: {
    causes: [
      'The API server is not VocalStack, or another program answers instead of it.',
      'A list of transcriptions is larger than 4 MiB, a message of a session is larger than 8 MiB, or the list or message has more than 100 000 values.',
    ],
    fixes: [
      'See which API server is used: vstoken status',
      'Use the API server of VocalStack: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  not_vocalstack: {
    causes: [
      'The API server is another program or website, or uses another port.',
      'A proxy answers with its own page.',
    ],
    fixes: [
      'See which API server is used: vstoken status',
      'Use the API server of VocalStack: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  api_version_missing: {
    causes: [
      'A proxy removed the header with the API version.',
      'The API server is not VocalStack, or the API version in its answer is not three numbers.',
    ],
    fixes: [
      'See which API server is used: vstoken status',
      'Use the API server of VocalStack, from another network: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  api_version_too_low: {
    causes: [
      'The server is older than this vstoken. It may be a sandbox that was started long ago.',
    ],
    fixes: [
      'Start a sandbox with this version: vstoken sandbox',
      'See which API server is used: vstoken status',
    ],
  },
  api_discontinued: {
    causes: [
      'The service no longer supports the API version that vstoken uses, because this vstoken is too old.',
    ],
    fixes: [`Update: ${UPDATE}`],
  },
};
