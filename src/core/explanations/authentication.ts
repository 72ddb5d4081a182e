import { KEY_STEPS } from '../key-source';
import type { ExplanationsOf } from './explanation';

export const AUTHENTICATION: ExplanationsOf<4> = {
  no_key: {
    causes: [
      'None of VOCALSTACK_API_KEY, VOCALSTACK_API_KEY_FILE and VOCALSTACK_API_KEY_COMMAND is set, or not exported, and nobody is logged in.',
      'Settings are looked for elsewhere, because of VOCALSTACK_CONFIG_DIR or another user, as with sudo; vstoken status shows where.',
      'The keychain no longer has the key of the profile.',
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
      'Store a key under that name: vstoken login --profile NAME',
    ],
  },
  key_empty: {
    causes: [
      'A CI system handed over an empty secret, as for pull requests of forks, or for a secret that does not exist.',
      'The file or the pipe that the key comes from is empty.',
    ],
    fixes: [
      'Check that the secret exists under this name, and that this job is handed it.',
      'See which sources of a key are set: vstoken status',
    ],
  },
  key_malformed: {
    causes: [
      'It is a placeholder, such as $NAME or undefined, or something else that the message names.',
      'It has a character in it that cannot be seen, such as a ZERO WIDTH SPACE. The message names it.',
      'It is an auth token, or a text of more than one word.',
    ],
    fixes: [
      'Copy the key again, and the key alone, from your VocalStack account.',
      'See which source of a key is used: vstoken status',
    ],
  },
  key_command_failed: {
    causes: [
      'The command of VOCALSTACK_API_KEY_COMMAND or of the profile ended with an error, such as that of a vault that is locked. The message repeats what it says.',
      'Its program is not in PATH (the working directory and node_modules/.bin do not count), or took more than 10 s. It has no terminal to ask in.',
      'It printed nothing, or something that is no API key.',
    ],
    fixes: [
      'Run the command by itself. It must print only the API key.',
      'Log in to what the command asks, or unlock it. Then see what the service says of the key: vstoken status --check',
      "Store another command: vstoken login --key-command 'op read op://dev/vocalstack/key'",
    ],
  },
  key_refused: {
    causes: [
      'The key was revoked, or is not complete.',
      'It is a key of another server, such as a sandbox that is gone.',
      'It is an auth token: to mint takes an API key.',
    ],
    fixes: [
      'See which key is used, for which server, and what the service says: vstoken status --check',
      'Store another: vstoken login',
    ],
  },
  no_token: {
    causes: [
      '--use-token was given, and VOCALSTACK_AUTH_TOKEN is not set, not exported, or empty.',
      'Nothing came through the pipe to --token-stdin, because the command before it failed.',
    ],
    fixes: [
      'Pipe a token in: vstoken mint --access readwrite | vstoken test --token-stdin',
      'Or set it: export VOCALSTACK_AUTH_TOKEN="$(vstoken mint --access readwrite)"',
    ],
  },
  token_malformed: {
    causes: [
      'The text has more than the token, such as a whole command or a second line.',
      'The token is damaged: cut short, doubled, encoded, or with a character that cannot be seen. The message says which.',
    ],
    fixes: [
      'Hand over the token alone: vstoken mint --access readwrite | vstoken test --token-stdin',
    ],
  },
  token_refused: {
    causes: [
      'The token has expired or is spent, and the service does not say which.',
      'Another server minted it, such as a sandbox that is gone.',
      'What was sent is not the token alone: it has quotes around it, or is a JSON document.',
    ],
    fixes: [
      'Mint a fresh one, and use it within its lifetime: vstoken mint',
      'See what is known of the one in VOCALSTACK_AUTH_TOKEN, and what the service says: vstoken inspect --use-token --probe',
    ],
  },
  token_expired: {
    causes: [
      'More time passed between minting and use than the token lives: 10 s unless it was minted for longer.',
      'It was kept for later, as in a cache, in a page, or from an earlier step of a job.',
    ],
    fixes: [
      'Mint it at the moment of use: vstoken mint',
      'Let it live longer, 120 s at most: vstoken mint --lifetime 60s',
    ],
  },
  token_spent: {
    causes: [
      'A one-time token is spent by its first request, and this was another: a retry, a page that was loaded again, or the second call of a client.',
    ],
    fixes: [
      'Mint a fresh one for every use: vstoken mint',
      'Or one that is good until it expires: vstoken mint --no-one-time',
    ],
  },
  token_for_other_server: {
    causes: [
      'This machine minted the token at another server than the one that refused it: a sandbox, staging, or the service itself.',
    ],
    fixes: [
      'See which server it is good for: vstoken inspect --use-token',
      'Name that server with --api-server or VOCALSTACK_API_SERVER, or mint a token here: vstoken mint',
    ],
  },
  not_a_token: {
    causes: [
      'What was handed in is an API key, an error message, a web page, or a placeholder such as undefined or $TOKEN.',
      'A variable or a file was empty or wrong where the token should have come from.',
    ],
    fixes: [
      'Hand in what was minted, as it is: vstoken mint | vstoken inspect --token-stdin',
      'In the place of an API key hand out tokens: vstoken mint',
    ],
  },
};
