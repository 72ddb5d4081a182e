import type { Page } from '../../cli/define';
import type { Context } from '../../context/context';
import type { WriteText } from '../../context/files';
import { CliError, shortageOf } from '../../core/errors';
import { dateAndTime, isoTime } from '../../core/iso-time';
import { whyUnwritable } from '../../core/why-unwritable';
import { writeInTime } from '../../reports/write-in-time';
import { MARKS } from '../../terminal/marks';
import { escapeDeep } from '../../terminal/text';
import type { DoctorDocument } from './document';
import { renderChecks } from './text';

const plain = (text: string) => text;
const REPORT_LAYOUT: Page = {
  columns: null,
  isNarrow: false,
  wrap: plain,
  style: { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain },
  marks: MARKS,
};

/**
 * Returns the report for support. It is the output of the command, with `~` instead of the home folder, because the path may
 * contain a person's name. The output contains no key or token.
 */
export function renderReport(document: DoctorDocument, home: string, now: number): string {
  const head = `vstoken doctor, ${dateAndTime(isoTime(now))}\n\n`;
  return `${head}${withoutHome(renderChecks(escapeDeep(document), REPORT_LAYOUT), home)}`;
}

/**
 * Replaces the home folder with `~`, also at the start of longer paths. Does not change other paths that begin with the same
 * letters.
 */
function withoutHome(text: string, home: string): string {
  const folder = home.replace(/[/\\]+$/, '');
  // A relative HOME, such as `.`, would match everywhere.
  if (!/^([a-z]:)?[/\\]/i.test(folder)) return text;
  const pattern = new RegExp(`${folder.replace(/[^\w/]/g, '\\$&')}(?![\\w.-])`, 'g');
  return text.replace(pattern, '~');
}

/**
 * Checks that the report can be written. Called before the checks run.
 * @returns a function that writes the report
 * @throws CliError `output_unwritable`
 */
export async function openReport(
  context: Pick<Context, 'files' | 'clock' | 'signal'>,
  path: string,
): Promise<WriteText> {
  const write = await context.files.openText(path).catch(refuse);
  return (text) => writeInTime(context, write(text)).catch(refuse);
}

function refuse(cause: unknown): never {
  if (cause instanceof CliError) throw cause;
  const shortage = shortageOf(cause);
  if (shortage) throw shortage;
  const why = whyUnwritable(cause);
  throw new CliError('output_unwritable', `The report cannot be written${why ? `: ${why}` : ''}.`, {
    hint: 'Check that the folder of the report exists and is writable, and that the disk has space.',
    cause,
  });
}
