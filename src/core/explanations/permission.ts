import type { ExplanationsOf } from './explanation';

export const PERMISSION: ExplanationsOf<5> = {
  token_scope: {
    causes: [
      'The token is readonly, as tokens are unless said otherwise, and a transcription is billable work, which takes readwrite.',
    ],
    fixes: [
      'Mint one that may transcribe: vstoken mint --access readwrite',
      'See that a readonly one reads: vstoken test --mode read',
    ],
  },
  forbidden: {
    causes: [
      'The plan of the account does not include this.',
      'The API key itself was given less than this.',
    ],
    fixes: [
      'Check the plan and the permissions of the key in your VocalStack account.',
      'See which key is used: vstoken status --check',
    ],
  },
  key_for_other_server: {
    causes: [
      '--api-server or VOCALSTACK_API_SERVER names another server than the one that the key was stored for, and a stored key is sent nowhere else.',
    ],
    fixes: [
      'Where that server is not meant: unset VOCALSTACK_API_SERVER',
      'Store a key for that server: vstoken login --profile NAME --api-server https://api.example.com',
      'See which server each key is for: vstoken profile list',
    ],
  },
};
