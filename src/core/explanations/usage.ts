import { UPDATE } from '../distribution';
import type { ExplanationsOf } from './explanation';

export const USAGE: ExplanationsOf<2> = {
  unknown_command: {
    causes: [
      'The word in the place of the command is misspelt, or is not a command.',
      'The installed vstoken is older than the command.',
    ],
    fixes: ['List the commands: vstoken --help', `Update, if it is old: ${UPDATE}`],
  },
  unknown_option: {
    causes: [
      'The option is misspelt, or is one of another command: not every command has --timeout or --sandbox.',
      "An option of the command stands before the command's name, where only global ones may.",
    ],
    fixes: [
      'List the options of a command: vstoken help mint',
      "Put the option behind the command's name: vstoken mint --access readonly",
    ],
  },
  invalid_arguments: {
    causes: [
      'There is a word too many, often a part of a text with spaces that is not in quotes.',
      'The last option lacks its value.',
      'profile or config was not told what to do, or to what.',
    ],
    fixes: [
      'See what a command takes: vstoken help config',
      'Put quotes around a text with spaces: vstoken test --expect "hello world"',
    ],
  },
  invalid_value: {
    causes: [
      'A value is out of its range or has another form: a lifetime is 1 to 120 whole seconds, a duration is a whole number with ms, s, m or h.',
      'A variable holds the value, such as VOCALSTACK_TIMEOUT or VOCALSTACK_TEST_URL: those are checked like options.',
      '--one-time was given a value: its opposite is --no-one-time.',
    ],
    fixes: [
      'The message says what is allowed, and so does the help: vstoken help mint',
      'Unset a variable that is not meant: unset VOCALSTACK_TIMEOUT VOCALSTACK_TEST_URL',
    ],
  },
  conflicting_options: {
    causes: [
      '--sandbox brings a server and a key of its own, so it excludes --api-server and --profile.',
      'With --token-stdin or --use-token nothing is minted, so they exclude --access, --lifetime and --one-time.',
      'Two options ask for different output, such as --json and -o env, or --count and -o env.',
    ],
    fixes: [
      'Leave out one of the two that the message names.',
      'See what each is for: vstoken help test',
    ],
  },
  invalid_server: {
    causes: [
      'The API server has a path, a query or a user in it: it is an origin, such as https://api.vocalstack.com.',
      'Its scheme is missing, or is neither https nor http.',
    ],
    fixes: [
      'Name the origin alone: vstoken status --api-server https://api.vocalstack.com',
      'Unset the variable, where the service itself is meant: unset VOCALSTACK_API_SERVER',
    ],
  },
  insecure_server: {
    causes: [
      'The API server begins with http: and is another machine, so that everyone on the way could read the key.',
      'This machine goes by a name that could be another one: only localhost, 127.0.0.1 and [::1] are taken for it.',
      'A connection to this machine led to another address: something redirects connections, and nothing was sent.',
    ],
    fixes: [
      'Use https: vstoken status --api-server https://api.vocalstack.com',
      'Name this machine so that it is no other: vstoken status --api-server http://localhost:8787',
      'Reach a server without https through a tunnel: ssh -L 8787:127.0.0.1:8787 HOST',
    ],
  },
  prompt_impossible: {
    causes: [
      'Something has to be asked, and standard input or standard error is no terminal.',
      'CI is set, and nothing is ever asked there.',
    ],
    fixes: [
      'Hand the key over in a pipe: vstoken login --with-key < key.txt',
      'For a key that is sealed, set VOCALSTACK_PASSPHRASE or VOCALSTACK_PASSPHRASE_FILE.',
      'Confirm beforehand what would be confirmed: vstoken config set one_time false --yes',
    ],
  },
  not_in_github_actions: {
    causes: [
      '-o github or --report github was used elsewhere than in a step of GitHub Actions.',
      'GITHUB_ACTIONS is not true, or GITHUB_OUTPUT, GITHUB_ENV or GITHUB_STEP_SUMMARY is not set, as in a container that was not handed them.',
    ],
    fixes: [
      'Elsewhere, use another format: vstoken mint -o env',
      'Or another report: vstoken test --report junit=test.xml',
      'In a container of a job, hand the variables and their files on to it.',
    ],
  },
  audio_file_unusable: {
    causes: [
      'The file that --file names does not exist, is empty, or is a folder or a pipe.',
      'This user may not read it.',
      'It has more than 16 MiB.',
    ],
    fixes: [
      'Name a recording of a few seconds: vstoken test --file recording.wav',
      'Let the service fetch a large one: vstoken test https://example.com/hello.mp3',
    ],
  },
  input_file_unusable: {
    causes: [
      'The file that --input names does not exist, is a folder, or cannot be read by this user.',
      'It is not UTF-8, as a file that PowerShell 5 has written with >.',
      'It has more than 1 MiB.',
    ],
    fixes: [
      'Name a file with JSON: vstoken api POST /polyglot --access readwrite --input body.json',
      'Or pipe the JSON in, and write --input with a dash.',
    ],
  },
  stdin_is_terminal: {
    causes: ['--token-stdin or --with-key reads a pipe, and nothing was piped in.'],
    fixes: [
      'Pipe the token in: vstoken mint --access readwrite | vstoken test --token-stdin',
      'Read the key from a file: vstoken login --with-key < key.txt',
      'Type the key, unseen: vstoken login',
    ],
  },
};
