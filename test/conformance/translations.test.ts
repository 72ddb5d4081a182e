import { beforeAll, describe, expect, it } from 'vitest';
import { type Caller, call, refusalOf } from './client';
import type { Message, Transcription } from './connection';
import { useService } from './service';
import { connect, isEnd, lastData, SessionRefused, transcribe } from './session';

const get = useService();
let made: Transcription;

beforeAll(async () => {
  made = lastData(await transcribe(get().owner, `${get().sandbox.url}/sandbox/clip.wav`));
});

const make = async () => lastData(await transcribe(get().owner, get().audio.url('speech.wav')));
const restPath = (id: string) => `/transcription/${id}/translate`;
const socketPath = (id: string) => `/async/transcription/${id}/translate`;

const languagesOf = ({ timeline }: Transcription) =>
  timeline.map(({ translations = {} }) => Object.keys(translations).sort());

const hasAll =
  (languages: readonly string[]) =>
  ({ data }: Message) =>
    data?.timeline.every(({ translations = {} }) =>
      languages.every((language) => translations[language] !== undefined),
    ) ?? false;

async function translate(caller: Caller, id: string, languages: readonly string[]) {
  const session = await connect(caller, socketPath(id), { query: { languages } });
  return session.until((message) => hasAll(languages)(message) || message.status === 'error');
}

/** Reads a transcription again and again, until it is translated into all the languages. */
async function translated(id: string, languages: readonly string[]): Promise<Transcription> {
  for (let count = 0; count < 2000; count += 1) {
    const { data } = await call(get().owner, 'GET', `/transcriptions/${id}`);
    if (hasAll(languages)({ data: data as Transcription })) return data as Transcription;
  }
  throw new Error('the translations do not come');
}

describe('POST /transcription/:id/translate', () => {
  it('translates into several languages if their parameter is repeated', async () => {
    const { id } = await make();
    await call(get().owner, 'POST', restPath(id), { query: { languages: ['de', 'fr'] } });
    const result = await translated(id, ['de', 'fr']);
    expect(languagesOf(result)).toEqual(result.timeline.map(() => ['de', 'fr']));
  });

  it('translates into one language', async () => {
    const { id } = await make();
    await call(get().owner, 'POST', restPath(id), { query: { languages: ['es'] } });
    const result = await translated(id, ['es']);
    expect(languagesOf(result)).toEqual(result.timeline.map(() => ['es']));
  });

  it('does not change the text, the times and the existing translations', async () => {
    const { id, timeline } = await make();
    await call(get().owner, 'POST', restPath(id), { query: { languages: ['de'] } });
    await translated(id, ['de']);
    await call(get().owner, 'POST', restPath(id), { query: { languages: ['fr'] } });
    const result = await translated(id, ['de', 'fr']);
    expect(result.timeline.map(({ start, end, text }) => ({ start, end, text }))).toEqual(
      timeline.map(({ start, end, text }) => ({ start, end, text })),
    );
  });

  it('accepts a readwrite token', async () => {
    const { id } = await make();
    const caller = await get().visitor();
    await call(caller, 'POST', restPath(id), { query: { languages: ['de'] } });
    expect((await translated(id, ['de'])).id).toBe(id);
  });

  it('is rejected without a language', async () => {
    expect([400, 422]).toContain(await refusalOf(get().owner, 'POST', restPath(made.id)));
  });

  it('returns 404 for an unknown transcription', async () => {
    const query = { languages: ['de'] };
    expect(await refusalOf(get().owner, 'POST', restPath('unknown'), { query })).toBe(404);
  });

  it('is refused without a credential', async () => {
    const stranger = { server: get().sandbox.url };
    const query = { languages: ['de'] };
    expect(await refusalOf(stranger, 'POST', restPath(made.id), { query })).toBe(401);
  });
});

describe('a translation over WebSocket', () => {
  it('is confirmed like every session, and needs no start', async () => {
    const { id } = await make();
    const session = await connect(get().owner, socketPath(id), { query: { languages: ['de'] } });
    expect(session.id).not.toBe('');
    expect((await session.next()).data?.id).toBe(id);
    session.close();
  });

  it('continues until all languages are complete', async () => {
    const { id } = await make();
    const messages = await translate(get().owner, id, ['de', 'fr', 'es']);
    const { timeline } = lastData(messages);
    expect(languagesOf(lastData(messages))).toEqual(timeline.map(() => ['de', 'es', 'fr']));
    expect(timeline.length).toBeGreaterThan(0);
  });

  it('sends one timeline after the other, and none loses a language', async () => {
    const { id } = await make();
    const messages = await translate(get().owner, id, ['de', 'fr', 'es']);
    const counts = messages.flatMap(({ data }) => (data ? [languagesOf(data).flat().length] : []));
    expect(counts.length).toBeGreaterThan(1);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });

  it('sends no done before all languages are complete, because the client closes after done', async () => {
    const { id } = await make();
    const messages = await translate(get().owner, id, ['de', 'fr', 'es']);
    const early = messages.slice(0, -1).map(({ status }) => status);
    expect(early).not.toContain('done');
  });

  it('has texts in every language, and an unchanged transcription', async () => {
    const { id, timeline } = await make();
    const result = lastData(await translate(get().owner, id, ['de']));
    expect(result).toMatchObject({ id, operation: 'transcription-prerecorded' });
    expect(result.timeline.map(({ text }) => text)).toEqual(timeline.map(({ text }) => text));
    for (const { translations } of result.timeline) expect(translations?.['de']).toMatch(/\S/);
  });

  it('can be read by the ID of the transcription afterwards', async () => {
    const { id } = await make();
    const result = lastData(await translate(get().owner, id, ['de', 'fr']));
    const { data } = await call(get().owner, 'GET', `/transcriptions/${id}`);
    expect((data as Transcription).timeline).toEqual(result.timeline);
  });

  it('accepts a readwrite token', async () => {
    const { id } = await make();
    const messages = await translate(await get().visitor(), id, ['de']);
    expect(lastData(messages).id).toBe(id);
  });

  it('ends with done', async () => {
    const { id } = await make();
    const session = await connect(get().owner, socketPath(id), { query: { languages: ['de'] } });
    expect((await session.until(isEnd)).at(-1)?.status).toBe('done');
  });

  it.each([
    ['a transcription that does not exist', 404, (): string => 'unknown', ['de'], 'readwrite'],
    ['no language', 400, (): string => made.id, [], 'readwrite'],
    ['a readonly token', 403, (): string => made.id, ['de'], 'readonly'],
  ] as const)(
    'is refused by a message on the WebSocket for %s',
    async (_name, code, id, languages, access) => {
      const caller = await get().visitor({ access });
      const query = { languages };
      const session = connect(caller, socketPath(id()), { query });
      const error = await session.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SessionRefused);
      expect((error as SessionRefused).reply).toMatchObject({ status: 'error', http_code: code });
    },
  );
});
