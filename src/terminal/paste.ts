import type { Clock } from '../context/clock';
import { CliError } from '../core/errors';
import { wrapWords } from '../core/wrap-words';
import type { QuestionStreams } from './keyboard';
import { createPasteReader } from './paste-reader';
import { MARK_NO_PASTES } from './screen';

/** Maximum size of the text, in bytes. It is larger than any text that people paste. */
const MAX_BYTES = 1024 * 1024;
/**
 * How long to wait for more input after an Enter, in milliseconds. If no input follows in this time, a person pressed the Enter.
 * If input follows, the Enter was a line break of the paste. Used for terminals that do not mark pastes.
 */
const SETTLE_MS = 80;
const MARK_PASTES = '\u001b[?2004h';

/**
 * Asks for a pasted text without showing it. The text can have any number of lines: line breaks in the paste do not end the
 * question. Enter or Ctrl-D after the paste ends the question.
 * @throws CliError `interrupted` at Ctrl-C, or at Ctrl-D before any text; the reason of the signal if it aborts
 */
export function askForPaste(
  message: string,
  { input, output, signal }: QuestionStreams,
  clock: Clock,
): Promise<string> {
  const reader = createPasteReader(MAX_BYTES);
  const say = (text: string) => {
    const columns = (output as { readonly columns?: number }).columns ?? 80;
    output.write(`${MARK_PASTES}${wrapWords(text, columns - 1).join('\n')} `);
  };
  return new Promise<string>((resolve, reject) => {
    let cancel = () => {};
    const end = (settle: () => void) => {
      cancel();
      input.removeAllListeners('data');
      signal.removeEventListener('abort', abort);
      output.write(`${MARK_NO_PASTES}\n`);
      settle();
    };
    const finish = () => end(() => resolve(reader.text()));
    const abort = () => end(() => reject(signal.reason));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    say(`? ${message}`);
    input.on('data', (chunk: Buffer) => {
      cancel();
      const before = reader.pasted();
      const state = reader.take(chunk);
      if (state === 'cancelled') {
        end(() => reject(new CliError('interrupted', 'The question was cancelled.')));
      } else if (state === 'ended') finish();
      else if (state === 'line') cancel = clock.timer(SETTLE_MS, finish);
      else if (reader.pasted() > before) {
        const lines = reader.text().trimEnd().split('\n').length;
        output.write('\n');
        say(`Pasted ${lines === 1 ? 'one line' : `${lines} lines`}, not shown. Press Enter.`);
      }
    });
  });
}
