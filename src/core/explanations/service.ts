import { UPDATE } from '../distribution';
import type { ExplanationsOf } from './explanation';

export const SERVICE: ExplanationsOf<7> = {
  rate_limited: {
    causes: [
      'Too many requests were made with this key, or from this address, in a short time.',
      'Many tokens were minted at once.',
    ],
    fixes: [
      'Wait as long as the hint says, and try again.',
      'Mint fewer at once: vstoken mint --count 100 --concurrency 2',
    ],
  },
  service_error: {
    causes: [
      'The service, or a gateway in front of it, is overloaded or broken; minting and reading were tried again in vain.',
    ],
    fixes: [
      'Try again in a moment.',
      'See each answer: vstoken test --mode read --verbose',
      'Work without the service: vstoken test --sandbox',
    ],
  },
  redirected: {
    causes: [
      'The API server is a website, or an old address of the API.',
      'A gateway in front of the server sends callers elsewhere, as to a page for logging in.',
    ],
    fixes: [
      'Name the final server: vstoken status --check --api-server https://api.vocalstack.com',
      'See which server is meant: vstoken status',
    ],
  },
  request_rejected: {
    causes: [
      'The service has rules that this version of vstoken does not know.',
      'Something in the request is not to its liking, such as the language or the URL of the audio.',
    ],
    fixes: [
      'Read what the service says, where the message quotes it.',
      `Update, if vstoken is old: ${UPDATE}`,
      'See the request: vstoken test --verbose',
    ],
  },
  minting_unavailable: {
    causes: [
      'The service has moved to a newer generation of its API. The key is not at fault.',
      'The API server is not that of the API.',
    ],
    fixes: [`Update: ${UPDATE}`, 'See which server is meant: vstoken status'],
  },
  invalid_response: {
    causes: [
      'A proxy, or another program at this address, answered in the place of the service.',
      'The service has changed the form of its answers.',
    ],
    fixes: ['See which server is meant: vstoken status', `Update, if vstoken is old: ${UPDATE}`],
  },
  response_too_large: {
    causes: [
      'The API server is not VocalStack, or something on the way answers in its place.',
      'A list has more than 4 MiB, a message of a session more than 8 MiB, or either more than 100 000 values, so that it would take too much memory.',
    ],
    fixes: [
      'See which server is meant: vstoken status',
      'Ask the service itself: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  not_vocalstack: {
    causes: [
      'The API server is another program or website, or has another port.',
      'A proxy on the way answers with a page of its own.',
    ],
    fixes: [
      'See which server is meant: vstoken status',
      'Ask the service itself: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  api_version_missing: {
    causes: [
      'A proxy on the way removed the header that carries the version.',
      'The API server is not VocalStack, or sends a version that is not three numbers.',
    ],
    fixes: [
      'See which server is meant: vstoken status',
      'Ask the service itself, from another network: vstoken status --check --api-server https://api.vocalstack.com',
    ],
  },
  api_version_too_low: {
    causes: [
      'The server is older than this vstoken, as a sandbox that was started long ago may be.',
    ],
    fixes: [
      'Start the sandbox of this version: vstoken sandbox',
      'See which server is meant: vstoken status',
    ],
  },
  api_discontinued: {
    causes: ['This vstoken is too old: the service no longer speaks its version of the API.'],
    fixes: [`Update: ${UPDATE}`],
  },
};
