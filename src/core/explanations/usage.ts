import { UPDATE } from '../distribution';
import type { ExplanationsOf } from './explanation';

export const USAGE: ExplanationsOf<2> = {
  unknown_command: {
    causes: [
      'The command is misspelt, or does not exist.',
      'The installed vstoken is older than the command.',
    ],
    fixes: ['List the commands: vstoken --help', `Update vstoken, if it is old: ${UPDATE}`],
  },
  unknown_option: {
    causes: [
      'The option is misspelt, or belongs to another command: not every command has --timeout or --sandbox.',
      'An option of a command was written before the name of the command. Only global options may be before the command.',
    ],
    fixes: [
      'List the options of a command: vstoken help mint',
      'Write the option after the command: vstoken mint --access readonly',
    ],
  },
  invalid_arguments: {
    causes: [
      'There are too many arguments, often because a text with spaces has no quotes.',
      'The last option has no value.',
      'vstoken profile or vstoken config was called without an action, such as list, or without the name that the action needs.',
    ],
    fixes: [
      'See the arguments of a command: vstoken help config',
      'Put quotes around text with spaces: vstoken test --expect "hello world"',
    ],
  },
  invalid_value: {
    causes: [
      'A value is out of range or has the wrong form. A lifetime is 1 to 120 whole seconds. A duration is a whole number with ms, s, m or h.',
      'The value comes from a variable, such as VOCALSTACK_TIMEOUT or VOCALSTACK_TEST_URL. vstoken checks the values of variables, too.',
      '--one-time was given a value. To turn it off, use --no-one-time.',
    ],
    fixes: [
      'See the allowed values in the message, or in the help: vstoken help mint',
      'Unset the variables that you do not need: unset VOCALSTACK_TIMEOUT VOCALSTACK_TEST_URL',
    ],
  },
  conflicting_options: {
    causes: [
      '--sandbox uses its own server and key, so it cannot be used with --api-server or --profile.',
      '--token-stdin and --use-token mint no token, so they cannot be used with --access, --lifetime or --one-time.',
      'Two options ask for different output, such as --json and -o env, or --count and -o env.',
    ],
    fixes: [
      'Remove one of the two options that the message names.',
      'See what each option does: vstoken help test',
    ],
  },
  invalid_server: {
    causes: [
      'The API server has a path, a query or a user. It must be an origin, such as https://api.vocalstack.com.',
      'The scheme is missing, or is neither https nor http.',
    ],
    fixes: [
      'Give only the origin: vstoken status --api-server https://api.vocalstack.com',
      'Use the API server of VocalStack: unset VOCALSTACK_API_SERVER',
    ],
  },
  insecure_server: {
    causes: [
      'The address of the API server begins with http:, but the server is another machine, so others on the network could read the key.',
      'The address contains the host name of this machine. This name could lead to another machine, so only localhost, 127.0.0.1 and [::1] are accepted.',
      'A connection to this machine was redirected to another address. Nothing was sent.',
    ],
    fixes: [
      'Use https: vstoken status --api-server https://api.vocalstack.com',
      'Use a loopback name for this machine: vstoken status --api-server http://localhost:8787',
      'Use a tunnel to a server without https: ssh -L 8787:127.0.0.1:8787 HOST',
    ],
  },
  prompt_impossible: {
    causes: [
      'vstoken has a question, and standard input or standard error is not a terminal.',
      'CI is set, and vstoken asks no questions in CI.',
    ],
    fixes: [
      'Pass the key through a pipe: vstoken login --with-key < key.txt',
      'For a key with a passphrase, set VOCALSTACK_PASSPHRASE or VOCALSTACK_PASSPHRASE_FILE.',
      'Answer yes in advance: vstoken config set one_time false --yes',
    ],
  },
  not_in_github_actions: {
    causes: [
      '-o github or --report github was used, but vstoken does not run in a step of GitHub Actions.',
      'GITHUB_ACTIONS is not true, or GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STEP_SUMMARY is not set, for example in a container that does not receive these variables.',
    ],
    fixes: [
      'Use another format: vstoken mint -o env',
      'Or use another report: vstoken test --report junit=test.xml',
      'In a container, pass the variables of GitHub Actions on, and mount the files whose paths are in these variables.',
    ],
  },
  audio_file_unusable: {
    causes: [
      'The file that --file names does not exist, is empty, or is a folder or a pipe.',
      'This user may not read the file.',
      'The file is larger than 16 MiB.',
    ],
    fixes: [
      'Use a recording of a few seconds: vstoken test --file recording.wav',
      'For a large file, give its URL instead: vstoken test https://example.com/hello.mp3',
    ],
  },
  input_file_unusable: {
    causes: [
      'The file that --input names does not exist, is a folder, or cannot be read by this user.',
      'The file is not UTF-8. Windows PowerShell 5 writes UTF-16 with >.',
      'The file is larger than 1 MiB.',
    ],
    fixes: [
      'Use a file with JSON: vstoken api POST /polyglot --access readwrite --input body.json',
      'Or pipe the JSON, and write a dash after --input.',
    ],
  },
  stdin_is_terminal: {
    causes: [
      '--token-stdin and --with-key read from a pipe or a file, but standard input is a terminal.',
    ],
    fixes: [
      'Pipe the token in: vstoken mint --access readwrite | vstoken test --token-stdin',
      'Read the key from a file: vstoken login --with-key < key.txt',
      'Type the key, which is not shown: vstoken login',
    ],
  },
};
