import type { CallAnswer } from '../../api/call';
import type { CommandContext } from '../../cli/define';
import { loadWithhold } from '../../core/secret-register';
import { counted } from '../../core/words';
import { escapeBracketedCommands, escapeText, escapeWorkflowCommands } from '../../terminal/text';
import { indentJson } from './indent';
import { type BodyText, safeBody, safeHeaders, textOf } from './safe-answer';

/**
 * Formats an answer for standard output. Replaces texts that contain a secret, and escapes text that a CI runner would read as
 * a command. In a pipe, the rest of the body stays unchanged. In a terminal, the body is indented and escaped.
 */
export async function printAnswer(
  context: Pick<CommandContext, 'io' | 'notes' | 'secrets'>,
  answer: CallAnswer,
  { include }: { readonly include: boolean },
): Promise<string | Uint8Array> {
  const { io, notes, secrets } = context;
  const withhold = await loadWithhold(secrets);
  const given = textOf(answer.body);
  const body = safeBody(given, withhold);
  if (body !== given) notes.note('The body contains a secret, which vstoken does not print.');
  const head = include
    ? [withhold(answer.statusLine), ...safeHeaders(answer, withhold).map(([n, v]) => `${n}: ${v}`)]
    : [];
  if (!io.stdout.isTerminal) {
    const lines = head.map((line) => `${escapeBracketedCommands(line)}\r\n`);
    const before = Buffer.from(include ? `${lines.join('')}\r\n` : '', 'latin1');
    return Buffer.concat([before, bodyForPipe(body, given, answer.body, notes)]);
  }
  const before = include ? `${head.map(escapeText).join('\n')}\n\n` : '';
  const shown = bodyForTerminal(body, answer.body.length, notes);
  return escapeWorkflowCommands(
    before + (shown === '' || shown.endsWith('\n') ? shown : `${shown}\n`),
  );
}

function bodyForPipe(
  body: BodyText,
  given: BodyText,
  bytes: Uint8Array,
  { note }: CommandContext['notes'],
): Uint8Array {
  // `escapeWorkflowCommands` inserts escapes such as `\u0023`, which are also valid in JSON. So a JSON body keeps its meaning.
  const harmless = escapeWorkflowCommands(body.text);
  if (harmless !== body.text) {
    note(
      'A CI runner would execute a part of the body as a command, so vstoken escapes this part.',
    );
  } else if (body === given) return bytes;
  return Buffer.from(harmless, body.isText || body.json ? 'utf8' : 'latin1');
}

function bodyForTerminal(
  body: BodyText,
  length: number,
  { note }: CommandContext['notes'],
): string {
  if (!body.isText) {
    note(
      `The body is not text (${counted(length, 'byte')}). To save the body in a file, add: > FILE`,
    );
    return '';
  }
  const text = body.json ? indentJson(body.text) : body.text.replaceAll('\r\n', '\n');
  return text
    .split('\n')
    .map((line) => line.split('\t').map(escapeText).join('\t'))
    .join('\n');
}
