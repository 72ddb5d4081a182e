import { type CommandContext, defineCommand, type Outcome } from '../../cli/define';
import { flag, value } from '../../cli/options';
import type { WriteText } from '../../context/files';
import { type CliError, toCliError } from '../../core/errors';
import { loadWithhold } from '../../core/secret-register';
import { withholdDeep } from '../../core/withhold';
import { type DoctorDocument, errorOf } from './document';
import { openReport, renderReport } from './report';
import { examine } from './run';
import { chooseDoctorTarget } from './target';
import { renderChecks } from './text';

export const doctor = defineCommand({
  name: 'doctor',
  summary: 'find problems, and the commands that fix them',
  description:
    'Checks this program and its environment, the settings, the key, the network and the service. vstoken doctor changes nothing and sends no key. To see whether the service accepts the key: vstoken status --check',
  options: {
    offline: flag('--offline', 'check only this machine, without the network'),
    output: value(
      '--output <path>',
      'also write a report for support, without secrets and without the name of your home folder',
      (path) => path,
    ),
  },
  examples: [
    { about: 'find out why vstoken does not work', line: 'vstoken doctor' },
    { about: 'write a report for support', line: 'vstoken doctor --output doctor.txt' },
    { about: 'check only this machine', line: 'vstoken doctor --offline' },
  ],
  errors: ['doctor_failed', 'invalid_server', 'insecure_server'],
  json: {
    '--json':
      '{ok: boolean, api_server: string | null, sandbox: boolean, offline: boolean, versions: {vstoken: string, node: string, system: string, api: string | null, keychain: string | null, sdk: string | null}, checks: {id: string, group: string, title: string, result: "pass" | "warn" | "fail" | "skipped", observed: string, fix?: string}[]}',
  },
  targetOptions: ['profile', 'server', 'sandbox'],
  timeoutMs: 30_000,
  hasColors: true,

  check: (_options, { json }) => ({ json, opensServer: true }),

  async run(context, { offline, output }): Promise<Outcome<DoctorDocument>> {
    const write = output === undefined ? undefined : await openReport(context, output);
    const target = await chooseDoctorTarget(context);
    try {
      const found = await examine(context, target, offline);
      const document = withholdDeep(found, await loadWithhold(context.secrets));
      if (context.io.stdout.isTerminal) context.progress.dismiss();
      const error = errorOf(document.checks);
      const unwritten = await report(context, document, write);
      if (error && unwritten) context.notes.warn(unwritten.message);
      return { data: document, error: error ?? unwritten };
    } finally {
      await target.close();
    }
  },

  render: (document, _options, page) => renderChecks(document, page),
});

/** Writes the report of --output. Returns an error if the report could not be written. */
async function report(
  context: CommandContext,
  document: DoctorDocument,
  write: WriteText | undefined,
): Promise<CliError | undefined> {
  if (!write) return undefined;
  const { machine } = await context.loadProbes();
  const text = renderReport(document, machine.home, context.clock.now());
  return write(text).then(() => undefined, toCliError);
}
