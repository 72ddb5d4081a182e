import { defineCommand } from '../../cli/define';
import { list, value } from '../../cli/options';
import {
  allowPrivateAudio,
  parseOrigin,
  parsePort,
  publicUrl,
  SANDBOX_PORT,
} from '../../cli/server-options';
import { requireDuration } from '../../core/duration';
import { quotePosix } from '../../core/quote';
import { untilStopped } from '../../core/race-abort';
import { counted } from '../../core/words';
import { readKeyFile } from '../../credentials/key-file';
import { showSandbox } from '../../credentials/show-sandbox';
import { FAULTS } from '../../sandbox/faults';
import { COMPLETE_FAULTS } from './complete-faults';

/** The JSON of `vstoken sandbox`: the URL of the sandbox, and its API key. */
interface SandboxDocument {
  readonly url: string;
  readonly api_key: string;
}

const SERVER = 'Server';
const PROBLEMS_HEADING = 'Simulated problems';

export const sandbox = defineCommand({
  name: 'sandbox',
  summary: 'run an emulator of the service on this machine',
  description:
    'Runs an emulator of the VocalStack API on this machine. It applies the token rules of the service, and returns the real transcript of its own audio clip.',
  options: {
    port: value('--port <number>', 'the port; 0 picks a free port', parsePort, {
      group: SERVER,
      preset: String(SANDBOX_PORT),
    }),
    apiKeyFile: value('--api-key-file <path>', 'use the API key in this file', (path) => path, {
      group: SERVER,
      preset: 'a new key',
    }),
    allowOrigin: list(
      '--allow-origin <origin...>',
      'allow pages of these origins, not only local pages',
      parseOrigin,
      { group: SERVER },
    ),
    allowPrivateAudio: allowPrivateAudio(SERVER, 'also fetch audio from private addresses'),
    publicUrl: publicUrl(SERVER, 'the public URL, if the port is forwarded'),
    latency: value(
      '--latency <duration>',
      'delay every answer by this duration',
      (text) => requireDuration(text, '--latency'),
      { group: PROBLEMS_HEADING },
    ),
    fail: list('--fail <spec...>', 'simulate a fault: see the list below', (spec) => spec, {
      group: PROBLEMS_HEADING,
      completes: COMPLETE_FAULTS,
    }),
  },
  examples: [
    { about: 'start the sandbox on the default port', line: 'vstoken sandbox' },
    {
      about: 'for a script: use a free port, and print the URL as JSON',
      line: 'vstoken sandbox --port 0 --json',
    },
    {
      about: 'simulate a service that fails twice, then works',
      line: "vstoken sandbox --fail 'mint:503*2'",
    },
  ],
  errors: ['invalid_value', 'cannot_listen', 'key_empty', 'key_malformed', 'key_file_unreadable'],
  json: {
    '--json': '{url: string, api_key: string}',
    '--json, a line for each request on standard error':
      '{at: string, method: string, path: string, status: number, code: string | null, message: string | null}',
  },
  appendix: {
    title: 'Faults (*2 = twice, @0.2 = 20 % chance)',
    items: FAULTS.map(({ spec, summary }) => [spec, summary] as const),
  },
  targetOptions: [],
  timeoutMs: null,
  printsSecret: true,

  async run(context, options, _operands, emit) {
    const running = await context.startSandbox({
      port: options.port ?? SANDBOX_PORT,
      apiKey:
        options.apiKeyFile === undefined
          ? undefined
          : await readKeyFile(context, options.apiKeyFile, 'The file that --api-key-file names'),
      allowOrigins: options.allowOrigin,
      publicOrigins: options.publicUrl,
      allowPrivateAudio: options.allowPrivateAudio,
      latencyMs: options.latency ?? 0,
      faults: options.fail,
      log: showSandbox(context, { json: context.globals.json, only: 'all' }),
    });
    try {
      const url = options.publicUrl[0] ?? running.url;
      await emit({ url, api_key: running.apiKey });
      context.notes.tell('To use the sandbox in another terminal:');
      const path = options.apiKeyFile;
      const key =
        path === undefined
          ? `VOCALSTACK_API_KEY=${quotePosix(running.apiKey)}`
          : `VOCALSTACK_API_KEY_FILE=${quotePosix(path)}`;
      context.notes.showCommand(`export VOCALSTACK_API_SERVER=${url} ${key}`);
      context.notes.tell('Press Ctrl-C to stop.');
      const code = await untilStopped(context.signal);
      const { requests, mints, starts } = running.stats();
      const served = [
        counted(requests, 'request'),
        `${counted(mints, 'token')} minted`,
        `${counted(starts, 'transcription')} started`,
      ];
      context.notes.log(`Stopped: ${served.join(', ')}.`);
      const { exitCodeOf } = await import('../../core/error-codes');
      return { exit: exitCodeOf(code) };
    } finally {
      await running.close();
    }
  },

  // A key from a file may be a real key of the service, so it is not printed.
  render: ({ url, api_key }: SandboxDocument, { apiKeyFile }, page) => {
    const key = apiKeyFile === undefined ? api_key : 'from --api-key-file';
    return `${page.wrap(`Listening on ${url} with the API key ${key}`, 0)}\n`;
  },
});
