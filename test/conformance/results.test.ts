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
  ['for a URL that has a text file', () => ofUrl('speech.wav')],
  ['for a URL that has no text file', () => ofUrl('hum.wav')],
  [
    'for the clip of the sandbox',
    async () => lastData(await transcribe(get().owner, `${get().sandbox.url}/sandbox/clip.wav`)),
  ],
  ['for live audio', async () => lastData(await live())],
  ['over REST', overRest],
])('a finished result %s', (_name, make) => {
  let result: Transcription;
  beforeAll(async () => {
    result = await make();
  });

  it('has a text as its summary', () => {
    expect(result.summary).toEqual(expect.stringMatching(/\S/));
  });

  it('has keywords in one text, separated by commas', () => {
    expect(result.keywords).toEqual(expect.stringMatching(/^[^,]+(,[^,]+)*$/));
  });

  it('has a list of paragraphs that are not empty', () => {
    const lengths = (result.paragraphs ?? []).map((paragraph) => paragraph.length);
    expect(lengths.length).toBeGreaterThan(0);
    expect(Math.min(...lengths)).toBeGreaterThan(0);
  });

  it('has the same summary, keywords and paragraphs when it is read by its ID', async () => {
    const { data } = await call(get().owner, 'GET', `/transcriptions/${result.id}`);
    const { summary, keywords, paragraphs } = result;
    expect(data).toMatchObject({ summary, keywords, paragraphs });
  });

  it('has the same keywords in the list', async () => {
    const { data } = await call(get().owner, 'GET', '/transcriptions');
    const item = (data as readonly Transcription[]).find(({ id }) => id === result.id);
    expect(item?.keywords).toBe(result.keywords);
  });
});

describe('if the text is known', () => {
  it('the paragraphs contain the text', async () => {
    const { paragraphs } = await ofUrl('speech.wav');
    expect((paragraphs ?? []).join(' ')).toBe(SPEECH_TEXT);
  });

  it('the keywords are words of the text', async () => {
    const { keywords } = await ofUrl('speech.wav');
    for (const word of (keywords ?? '-').split(','))
      expect(SPEECH_TEXT.toLowerCase()).toContain(word.trim().toLowerCase());
  });
});
