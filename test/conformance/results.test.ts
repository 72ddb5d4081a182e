import { beforeAll, describe, expect, it } from 'vitest';
import { recording, SPEECH_TEXT } from './audio';
import { call, urlQuery } from './client';
import type { Message, Transcription } from './connection';
import { settled, useService } from './service';
import { connectLive, isEnd, lastData, transcribe, URL_PATH } from './session';

const get = useService();

async function live(): Promise<readonly Message[]> {
  const session = await connectLive(get().owner);
  session.start();
  for (const piece of recording(2)) session.sendBuffer(piece);
  session.stop();
  return session.until(isEnd);
}

async function overRest(): Promise<Transcription> {
  const { owner, audio } = get();
  const query = urlQuery(audio.url('speech.wav'));
  const { data } = await call(owner, 'POST', URL_PATH, { query });
  return settled(owner, (data as Transcription).id);
}

const ofUrl = async (name: string) =>
  lastData(await transcribe(get().owner, get().audio.url(name)));

describe.each([
  ['of a URL whose text lies beside it', () => ofUrl('speech.wav')],
  ['of a URL that nobody knows', () => ofUrl('hum.wav')],
  [
    'of the clip',
    async () => lastData(await transcribe(get().owner, `${get().sandbox.url}/sandbox/clip.wav`)),
  ],
  ['of live audio', async () => lastData(await live())],
  ['over REST', overRest],
])('once it is done, a result %s', (_name, make) => {
  let result: Transcription;
  beforeAll(async () => {
    result = await make();
  });

  it('has a summary, which is a text', () => {
    expect(result.summary).toEqual(expect.stringMatching(/\S/));
  });

  it('has keywords, which are one text of a few words between commas', () => {
    expect(result.keywords).toEqual(expect.stringMatching(/^[^,]+(,[^,]+)*$/));
  });

  it('has paragraphs, over which a page can map', () => {
    const lengths = (result.paragraphs ?? []).map((paragraph) => paragraph.length);
    expect(lengths.length).toBeGreaterThan(0);
    expect(Math.min(...lengths)).toBeGreaterThan(0);
  });

  it('has the same three when it is read by its id', async () => {
    const { data } = await call(get().owner, 'GET', `/transcriptions/${result.id}`);
    const { summary, keywords, paragraphs } = result;
    expect(data).toMatchObject({ summary, keywords, paragraphs });
  });

  it('has its keywords in the list as well', async () => {
    const { data } = await call(get().owner, 'GET', '/transcriptions');
    const item = (data as readonly Transcription[]).find(({ id }) => id === result.id);
    expect(item?.keywords).toBe(result.keywords);
  });
});

describe('where the text is known', () => {
  it('the paragraphs have it', async () => {
    const { paragraphs } = await ofUrl('speech.wav');
    expect((paragraphs ?? []).join(' ')).toBe(SPEECH_TEXT);
  });

  it('the keywords are words of it', async () => {
    const { keywords } = await ofUrl('speech.wav');
    for (const word of (keywords ?? '-').split(','))
      expect(SPEECH_TEXT.toLowerCase()).toContain(word.trim().toLowerCase());
  });
});
