import type { TranscriptionSession, TranscriptionUpdate } from '../../api/api';
import { CliError } from '../../core/errors';
import { transcriptText } from '../../core/transcript';
import { counted } from '../../core/words';
import type { TestRun } from './plan';

/**
 * A session that the server has confirmed. `send` sends the audio of a file. It is null for a URL, because the service fetches
 * the URL itself.
 */
export interface Opened {
  readonly session: TranscriptionSession;
  readonly send:
    | ((isOver: () => boolean, onProgress: (fraction: number) => void) => Promise<void>)
    | null;
}

/** Runs the steps `start` and `transcribe`, and returns the transcript. */
export async function transcribe(run: TestRun, opened: Opened): Promise<string> {
  const { session, send } = opened;
  const first = await run.recorder.run('start', async () => {
    await session.start();
    // For a URL, the service sends an update immediately. For live audio, it may send no update before it has received audio.
    return { value: send ? null : await session.next() };
  });
  return run.recorder.run('transcribe', async () => {
    const last = await follow(run, opened, first);
    const transcribedText = transcriptText(last.segments);
    if (transcribedText === '') {
      throw new CliError('nothing_recognised', 'The transcription contains no words.', {
        hint: 'Check that the audio contains speech, and set its language with --language.',
      });
    }
    return { value: transcribedText, detail: counted(last.segments.length, 'segment') };
  });
}

async function follow(
  { context, onUpdate }: TestRun,
  { session, send }: Opened,
  first: TranscriptionUpdate | null,
): Promise<TranscriptionUpdate> {
  const { progress } = context;
  let isOver = false;
  let text = '';
  let sent = 0;
  const receive = async () => {
    try {
      for (let update = first ?? (await session.next()); ; update = await session.next()) {
        text = transcriptText(update.segments);
        progress.update(send ? sent : update.progress, text);
        await onUpdate(update);
        if (update.done) return update;
      }
    } finally {
      isOver = true;
    }
  };
  const sending = send?.(
    () => isOver,
    (fraction) => {
      sent = fraction;
      progress.update(sent, text);
    },
  );
  const [last] = await Promise.all([receive(), sending]);
  return last;
}
