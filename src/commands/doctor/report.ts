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
const ON_PAPER: Page = {
  columns: null,
  isNarrow: false,
  wrap: plain,
  style: { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, cyan: plain },
  marks: MARKS,
};

/** The same for support, without the name of the person: the home is `~`. There is no key and no token in it to begin with. */
export function renderReport(document: DoctorDocument, home: string, now: number): string {
  const head = `vstoken doctor, ${dateAndTime(isoTime(now))}\n\n`;
  return `${head}${withoutHome(renderChecks(escapeDeep(document), ON_PAPER), home)}`;
}

/** The folder and what is below it, and nothing that only begins with its name. */
function withoutHome(text: string, home: string): string {
  const folder = home.replace(/[/\\]+$/, '');
  // A HOME that is not absolute, such as `.`, would be found everywhere.
  if (!/^([a-z]:)?[/\\]/i.test(folder)) return text;
  const pattern = new RegExp(`${folder.replace(/[^\w/]/g, '\\$&')}(?![\\w.-])`, 'g');
  return text.replace(pattern, '~');
}

/**
 * Finds out before any work is done whether the report could be written.
 * @returns writes it
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
    hint: 'Check that its folder exists and may be written to, and that the disk has space.',
    cause,
  });
}
