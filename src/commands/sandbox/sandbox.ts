import { defineCommand } from '../../cli/define';
import { list, value } from '../../cli/options';
import { parseOrigin, parsePort, SANDBOX_PORT } from '../../cli/server-options';
import { requireDuration } from '../../core/duration';
import { orStop } from '../../core/or-stop';
import { quotePosix } from '../../core/quote';
import { readKeyFile } from '../../credentials/key-file';
import { FAULTS } from '../../sandbox/faults';

/** Where the sandbox listens and which key it takes, as `--json` prints it. */
interface SandboxDocument {
  readonly url: string;
  readonly api_key: string;
}

/** The faults whose specifications are words as they stand, without a value in capitals. */
const PLAIN_FAULTS = FAULTS.filter(({ spec }) => !/[A-Z]/.test(spec)).map(
  ({ spec, summary }) => [spec, summary] as const,
);

export const sandbox = defineCommand({
  name: 'sandbox',
  summary: 'run an emulator of the service on this machine',
  description:
    'Serves the API of VocalStack on loopback: tokens with their true rules, and transcriptions of the bundled clip. It prints where it listens and which key it takes, and runs until it is stopped.',
  options: {
    port: value('--port <number>', `0 picks a free one (default: ${SANDBOX_PORT})`, parsePort),
    apiKeyFile: value(
      '--api-key-file <path>',
      'take the key in this file (default: a new one)',
      (path) => path,
    ),
    allowOrigin: list(
      '--allow-origin <origin...>',
      'pages that may call it, besides those on loopback',
      parseOrigin,
    ),
    latency: value('--latency <duration>', 'delay every answer', (text) =>
      requireDuration(text, '--latency'),
    ),
    fail: list(
      '--fail <spec...>',
      'what is to go wrong: see the list of faults below',
      (spec) => spec,
      { words: PLAIN_FAULTS },
    ),
  },
  examples: [
    { about: 'on its usual port', line: 'vstoken sandbox' },
    {
      about: 'for a script: a free port, and the address as JSON',
      line: 'vstoken sandbox --port 0 --json',
    },
    {
      about: 'a service that fails twice, then works',
      line: "vstoken sandbox --fail 'mint:503*2'",
    },
    {
      about: 'a slow one with a key of yours, for a page of yours',
      line: 'vstoken sandbox --latency 300ms --api-key-file key.txt --allow-origin https://app.example.com',
    },
    {
      about: 'in a log, in plain letters',
      line: 'vstoken sandbox --verbose --no-color',
    },
    {
      about: 'without a line for each request',
      line: 'vstoken sandbox --quiet',
    },
  ],
  errors: ['invalid_value', 'cannot_listen', 'key_empty', 'key_malformed', 'key_file_unreadable'],
  json: '{"url", "api_key"}',
  appendix: {
    title: 'Faults (*2: twice; @0.2: by chance)',
    items: FAULTS.map(({ spec, summary }) => [spec, summary] as const),
  },
  reach: [],
  timeoutMs: null,

  async run(context, options, _operands, emit) {
    const running = await context.startSandbox({
      port: options.port ?? SANDBOX_PORT,
      apiKey:
        options.apiKeyFile === undefined
          ? undefined
          : await readKeyFile(context, options.apiKeyFile, 'The file that --api-key-file names'),
      allowOrigins: options.allowOrigin,
      latencyMs: options.latency ?? 0,
      faults: options.fail,
      log: (line) => context.notes.log(line),
    });
    try {
      await emit({ url: running.url, api_key: running.apiKey });
      context.notes.tell('To use it in another terminal:');
      context.notes.showCommand(
        `export VOCALSTACK_API_SERVER=${running.url} VOCALSTACK_API_KEY=${quotePosix(running.apiKey)}`,
      );
      return await orStop(new Promise<never>(() => undefined), context.signal);
    } finally {
      await running.close();
    }
  },

  render: ({ url, api_key }: SandboxDocument) =>
    `Listening on ${url} with the API key ${api_key}\n`,
});
