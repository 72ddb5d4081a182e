import { version } from '../../package.json';
import type { Context } from '../context/context';
import type { CliError } from '../core/errors';
import { SERVER_VARIABLE } from '../core/key-source';
import { reportFailure } from '../reports/files';
import type { ReportContext, ReportFile } from '../reports/report';
import { startReport } from '../reports/start';
import { variantOf } from '../reports/variant';
import type { RunRequest } from './command-line';
import { openReporter } from './open-reporter';
import type { OptionSpec } from './options';
import { REPORT_OPTION } from './report-option';

/** A command, and the options that could be read from its command line. */
type CommandAndOptions = Pick<RunRequest, 'command' | 'raw'>;

/**
 * Writes the reports of a command that failed before it started, if its options could be read. If a report cannot be written,
 * prints a warning.
 */
export async function reportEarly(
  context: ReportContext & Pick<Context, 'nodeVersion'>,
  wanted: CommandAndOptions,
  error: CliError,
): Promise<void> {
  const { command, raw } = wanted;
  const files = reportsIn(wanted);
  if (!command.report || files.length === 0) return;
  const wordOf = (name: string) => {
    const spec = command.options[name];
    const value = spec && readOr(spec, raw[name]);
    return typeof value === 'string' ? value : spec?.preset;
  };
  const mode = wordOf('mode');
  const sandbox = raw['sandbox'] === true;
  const server = sandbox ? null : originOf(raw['apiServer'] ?? context.env[SERVER_VARIABLE]);
  const isSdk = wordOf('client') === 'sdk';
  const about = {
    ...command.report,
    command: `vstoken ${command.name}`,
    variant: variantOf({ mode, isSdk, server, sandbox, profile: null }),
    facts: [
      ...(sandbox ? [['Server', 'embedded sandbox'] as const] : []),
      ...(server === null ? [] : [['Server', server] as const]),
      ...(mode === undefined ? [] : [['Mode', mode] as const]),
      ['vstoken', version] as const,
      ['Node.js', context.nodeVersion] as const,
    ],
  };
  await reportFailure(context, files, startReport(about, context.clock.now(), error), error);
}

/** Writes the reports of a command whose command line has an error. */
export async function reportRefusal(
  context: Context,
  wanted: CommandAndOptions,
  error: CliError,
): Promise<void> {
  const { raw } = wanted;
  const outputOptions = {
    color: raw['color'] !== false,
    quiet: raw['quiet'] === true,
    verbose: false,
  };
  const notes = await openReporter(context, outputOptions);
  await reportEarly({ ...context, notes }, wanted, error);
  notes.finish();
  await notes.written().catch(() => undefined);
}

/**
 * Returns the reports that --report requests. Ignores invalid values. If several reports have the same path, returns only
 * the first. Also returns only the first report of the kind `github`.
 */
function reportsIn({ command, raw }: CommandAndOptions): readonly ReportFile[] {
  const texts = command.report && Array.isArray(raw['report']) ? raw['report'] : [];
  const files = texts.flatMap((text) => readOr(REPORT_OPTION, [text]) ?? []);
  const placeOf = (file: ReportFile) => (file.kind === 'github' ? null : file.path);
  const places = files.map(placeOf);
  return files.filter((file, index) => places.indexOf(placeOf(file)) === index);
}

function readOr<Value>(
  spec: OptionSpec<Value>,
  raw: Parameters<OptionSpec<Value>['read']>[0],
): Value | undefined {
  try {
    return spec.read(raw);
  } catch {
    return undefined;
  }
}

/** Returns the origin of a URL, without user, password, path and query. Returns null if the text is not an http or https URL. */
function originOf(text: unknown): string | null {
  if (typeof text !== 'string' || !/^https?:/i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).origin;
}
