import { beforeAll, describe, expect, it } from 'vitest';
import { recording } from './audio';
import { type Caller, call, urlQuery } from './client';
import type { Message } from './connection';
import {
  ACTIVE,
  BILLING,
  CREATED,
  FINISHED,
  LISTED,
  LIVE_DONE,
  LIVE_PENDING,
  MESSAGE,
  PLAN,
  POLYGLOT,
  PRESENTED_MESSAGE,
  PRESENTED_SESSION,
  TIMELINE_ITEM,
  UNDER_WAY,
  URL_DONE,
  URL_PENDING,
} from './declared';
import { createPolyglot, present } from './presented';
import { useService } from './service';
import { connectLive, isDone, isEnd, transcribe, URL_PATH } from './session';
import { type Members, misfitsOf, unknownMembers } from './shape';
import { speak } from './speaking';

const get = useService();

const partsOf = (messages: readonly Message[]) => {
  const data = messages.map((message) => message.data);
  return { pending: data.slice(0, -1), done: data.slice(-1) };
};
const dataOf = async (caller: Caller, path: string) => (await call(caller, 'GET', path)).data;
const timelinesOf = (all: readonly unknown[]) =>
  all.flatMap((each) => (each as { readonly timeline: readonly unknown[] }).timeline);

/** For each declared type: the values of this type that the service has sent. */
const samples: Record<string, readonly unknown[]> = {};

async function gatherUrl(): Promise<void> {
  const { owner, audio, sandbox } = get();
  const url = await transcribe(owner, audio.url('speech.wav'));
  const clip = await transcribe(owner, `${sandbox.url}/sandbox/clip.wav`);
  samples['messages'] = [...url, ...clip];
  samples['URL pending'] = [...partsOf(url).pending, ...partsOf(clip).pending];
  samples['URL done'] = [...partsOf(url).done, ...partsOf(clip).done];
}

async function gatherPosted(): Promise<void> {
  const { owner, audio } = get();
  samples['posted'] = [
    (await call(owner, 'POST', URL_PATH, { query: urlQuery(audio.url('hum.wav')) })).data,
  ];
}

async function gatherBilling(): Promise<void> {
  const { owner } = get();
  const billing = (await dataOf(owner, '/billing/details')) as Record<string, unknown>;
  samples['billing'] = [billing];
  samples['plan'] = [
    ...Object.values(billing['plans'] ?? {}),
    billing['active_plan'],
    billing['hobby_plan'],
  ];
}

async function gatherPolyglot(): Promise<void> {
  const { owner } = get();
  const json = { name: 'Declared', link: 'declared' };
  const created = (await call(owner, 'POST', '/polyglot', { json })).data;
  const { id } = created as { readonly id: string };
  samples['polyglot created'] = [created];
  samples['polyglot'] = [
    await dataOf(owner, `/polyglot/${id}`),
    ...((await dataOf(owner, '/polyglot')) as unknown[]),
  ];
}

async function gatherLive(): Promise<void> {
  const { owner } = get();
  const session = await connectLive(owner, { translations: ['de'] });
  session.start();
  const spoken = await speak(session, recording(5));
  samples['under way'] = [await dataOf(owner, `/transcriptions/${spoken.at(-1)?.data?.id}`)];
  session.stop();
  const live = [...spoken, ...(await session.until(isEnd))];
  samples['live messages'] = live;
  samples['live pending'] = partsOf(live).pending;
  samples['live done'] = partsOf(live).done;
}

async function gatherPresented(): Promise<void> {
  const { owner } = get();
  const { id, link } = await createPolyglot(owner);
  const presenter = await present(owner, link);
  const speaker = await connectLive(owner, { polyglot_id: id });
  speaker.start();
  await speak(speaker, recording(2));
  const shown = await presenter.until(
    ({ data }) => (data?.activeTranscription?.timeline?.length ?? 0) > 0,
  );
  speaker.stop();
  await speaker.until(isEnd);
  presenter.close();
  samples['presented messages'] = shown;
  samples['presented session'] = shown.map(({ data }) => data?.session);
  samples['active transcription'] = shown.flatMap(({ data }) => data?.activeTranscription ?? []);
}

async function gatherRead(): Promise<void> {
  const { owner } = get();
  const listed = (await dataOf(owner, '/transcriptions')) as readonly Record<string, unknown>[];
  const done = listed.filter(({ status }) => status === 'done');
  samples['listed'] = done;
  samples['read'] = await Promise.all(
    done.map((item) => dataOf(owner, `/transcriptions/${item['id']}`)),
  );
  samples['timeline item'] = timelinesOf([
    ...(samples['read'] ?? []),
    ...(samples['live pending'] ?? []),
    ...(samples['URL done'] ?? []),
  ]);
}

const GATHER = [
  gatherUrl,
  gatherPosted,
  gatherBilling,
  gatherLive,
  gatherPolyglot,
  gatherPresented,
  gatherRead,
];

/** Errors of the functions in GATHER. Each function runs separately, so an error hides only the samples of its own function. */
const problems: unknown[] = [];
beforeAll(async () => {
  for (const part of GATHER) await part().catch((error: unknown) => problems.push(error));
});

const DECLARED: readonly (readonly [call: string, name: string, members: Members])[] = [
  ['GET /transcriptions', 'listed', LISTED],
  ['GET /transcriptions/:id', 'read', FINISHED],
  ['GET /transcriptions/:id while work goes on', 'under way', UNDER_WAY],
  ['a message of a URL session', 'messages', MESSAGE],
  ['data of a URL session before done', 'URL pending', URL_PENDING],
  ['data of a URL session with done', 'URL done', URL_DONE],
  ['a message of a live session', 'live messages', MESSAGE],
  ['data of a live session before done', 'live pending', LIVE_PENDING],
  ['data of a live session with done', 'live done', LIVE_DONE],
  ['an item of a timeline', 'timeline item', TIMELINE_ITEM],
  ['GET /billing/details', 'billing', BILLING],
  ['a plan', 'plan', PLAN],
  ['GET /polyglot', 'polyglot', POLYGLOT],
  ['POST /polyglot', 'polyglot created', CREATED],
  ['a message to who presents', 'presented messages', PRESENTED_MESSAGE],
  ['the session that is presented', 'presented session', PRESENTED_SESSION],
  ['its active transcription', 'active transcription', ACTIVE],
];

describe('the samples', () => {
  it('are collected without an error', () => {
    expect(problems).toEqual([]);
  });

  it('of a URL session end with done', () => {
    expect((samples['messages'] as readonly Message[]).filter(isDone)).toHaveLength(2);
  });

  it('of an answer to POST have an ID, a status and at most a code', () => {
    expect(samples['posted']?.flatMap((each) => Object.keys(each as object).sort())).toEqual(
      expect.toBeOneOf([
        ['id', 'status'],
        ['http_code', 'id', 'status'],
      ]),
    );
  });
});

describe.each(DECLARED)('%s', (_call, name, members) => {
  it.each(Object.keys(members))('has %s as declared', (member) => {
    expect(misfitsOf(samples[name] ?? [], members, member)).toEqual([]);
  });

  it('has no undeclared member', () => {
    const unknown = (samples[name] ?? []).flatMap((sample) => unknownMembers(sample, members));
    expect([...new Set(unknown)]).toEqual([]);
  });
});
