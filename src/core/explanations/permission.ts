import type { ExplanationsOf } from './explanation';

export const PERMISSION: ExplanationsOf<5> = {
  token_scope: {
    causes: [
      'The token is readonly, which is the default. A transcription is billed, and needs readwrite.',
    ],
    fixes: [
      'Mint a readwrite token: vstoken mint --access readwrite',
      'Check that a readonly token can read: vstoken test --mode read',
    ],
  },
  forbidden: {
    causes: [
      'The plan of the account does not include this request.',
      'The API key does not have the permission for this request.',
    ],
    fixes: [
      'Check the plan and the permissions of the key in your VocalStack account.',
      'See which key is used: vstoken status --check',
    ],
  },
  key_for_other_server: {
    causes: [
      '--api-server or VOCALSTACK_API_SERVER names another server than the one the key was stored for. A stored key is sent only to its own server.',
    ],
    fixes: [
      'To use the server of the key: unset VOCALSTACK_API_SERVER',
      'Store a key for the other server: vstoken login --profile NAME --api-server https://api.example.com',
      'See the server of each key: vstoken profile list',
    ],
  },
};
