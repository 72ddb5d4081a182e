import { KEY_STEPS } from '../key-source';
import type { ExplanationsOf } from './explanation';

export const AUTHENTICATION: ExplanationsOf<4> = {
  no_key: {
    causes: [
      'None of VOCALSTACK_API_KEY, VOCALSTACK_API_KEY_FILE and VOCALSTACK_API_KEY_COMMAND is set and exported, and no key is stored.',
      'vstoken reads the settings in another folder, because VOCALSTACK_CONFIG_DIR is set, or because another user runs vstoken, as with sudo. vstoken status shows the folder.',
      'The keychain no longer contains the key of the profile.',
    ],
    fixes: KEY_STEPS,
  },
  unknown_profile: {
    causes: [
      'The name in --profile or VOCALSTACK_PROFILE is misspelt.',
      'The profile was renamed or removed, or was stored on another machine.',
    ],
    fixes: [
      'List the profiles: vstoken profile list',
      'Create the profile: vstoken login --profile NAME',
    ],
  },
  key_empty: {
    causes: [
      'The CI system passed an empty secret, because the pull request comes from a fork, or because the secret does not exist.',
      'The file or pipe with the key is empty.',
    ],
    fixes: [
      'Check that the secret exists in the CI system, and that this job has access to it.',
      'See which sources of a key are set: vstoken status',
    ],
  },
  key_malformed: {
    causes: [
      'The given text is not a key, but for example a placeholder such as $NAME. The error message says what the text is.',
      'The text contains an invisible character, such as a ZERO WIDTH SPACE. The error message names the character.',
      'The text is an auth token, or has more than one word.',
    ],
    fixes: [
      'Copy the key again from your VocalStack account, without other text.',
      'See which source of a key is used: vstoken status',
    ],
  },
  key_command_failed: {
    causes: [
      'The command in VOCALSTACK_API_KEY_COMMAND or in the profile failed, for example because a password manager is locked. The error message shows the output of the command.',
      'The program was not found in PATH (the working directory and node_modules/.bin are skipped), took more than 10 s, or tried to ask a question, although it has no terminal.',
      'The command printed nothing, or a text that is not an API key.',
    ],
    fixes: [
      'Run the command alone. It must print the API key, and nothing else.',
      'Log in to the program that the command uses, or unlock it. Then check the key: vstoken status --check',
      "Store another command: vstoken login --key-command 'op read op://dev/vocalstack/key'",
    ],
  },
  key_refused: {
    causes: [
      'The key was revoked, or is incomplete.',
      'The key belongs to another server, such as a sandbox that has ended.',
      'The text is an auth token. Only an API key can mint tokens.',
    ],
    fixes: [
      'See which key is used, for which server, and whether the service accepts the key: vstoken status --check',
      'Store another key: vstoken login',
    ],
  },
  no_token: {
    causes: [
      '--use-token was given, and VOCALSTACK_AUTH_TOKEN is not set, not exported, or empty.',
      '--token-stdin received nothing from the pipe, because the command before it failed.',
    ],
    fixes: [
      'Pipe a token in: vstoken mint --access readwrite | vstoken test --token-stdin',
      'Or set the variable: export VOCALSTACK_AUTH_TOKEN="$(vstoken mint --access readwrite)"',
    ],
  },
  token_malformed: {
    causes: [
      'The text contains more than the token, such as a whole command or a second line.',
      'The token is cut short, doubled, encoded or damaged by an invisible character. The error message says which of these.',
    ],
    fixes: ['Pass only the token: vstoken mint --access readwrite | vstoken test --token-stdin'],
  },
  token_refused: {
    causes: [
      'The token has expired or was already used. The service does not say which.',
      'Another server minted the token, such as a sandbox that has ended.',
      'More than the token was sent, such as quotes around it, or a whole JSON document.',
    ],
    fixes: [
      'Mint a new token, and use it within its lifetime: vstoken mint',
      'See what vstoken knows about the token in VOCALSTACK_AUTH_TOKEN, and whether the service accepts it: vstoken inspect --use-token --probe',
    ],
  },
  token_expired: {
    causes: [
      'The token was used after its lifetime, which is 10 s unless --lifetime is set.',
      'The token was kept too long. For example, it comes from a cache, from an old web page or from an earlier step of a job.',
    ],
    fixes: [
      'Mint the token just before you use it: vstoken mint',
      'Use a longer lifetime, at most 120 s: vstoken mint --lifetime 60s',
    ],
  },
  token_spent: {
    causes: [
      'A one-time token works for one request only, but was sent with a second request: a retry, a reloaded page, or another call of the client.',
    ],
    fixes: [
      'Mint a new token for each request: vstoken mint',
      'Or mint a token that works until it expires: vstoken mint --no-one-time',
    ],
  },
  token_for_other_server: {
    causes: [
      'The token was minted for another server than the one that refused it, for example for a sandbox, for staging, or for the service itself.',
    ],
    fixes: [
      'See which server the token is for: vstoken inspect --use-token',
      'Use that server with --api-server or VOCALSTACK_API_SERVER, or mint a token for the server that you use now: vstoken mint',
    ],
  },
  not_a_token: {
    causes: [
      'The text is an API key, an error message, a web page, or a placeholder such as $TOKEN.',
      'The variable or file that should contain the token is empty or wrong.',
    ],
    fixes: [
      'Pass the minted token unchanged: vstoken mint | vstoken inspect --token-stdin',
      'Give clients auth tokens, never the API key: vstoken mint',
    ],
  },
};
