import { type Caller, call } from './client';
import type { TimelineItem } from './connection';
import { connect } from './session';

/**
 * The `data` of each message to a client that shows a polyglot session to an audience: the polyglot session, and the
 * transcription that currently belongs to it, if there is one.
 */
export interface PresentationData {
  readonly session: { readonly id: string; readonly name: string; readonly link: string };
  readonly activeTranscription?: {
    readonly id: string;
    readonly polyglot_id: string;
    readonly status: string;
    readonly operation: string;
    readonly timeline?: readonly TimelineItem[];
  } | null;
}

let count = 0;

/** Creates a polyglot session with a unique link. */
export async function createPolyglot(caller: Caller, options: Record<string, unknown> = {}) {
  count += 1;
  const json = { name: `Talk ${count}`, link: `presented-${count}`, ...options };
  const { data } = await call(caller, 'POST', '/polyglot', { json });
  return { ...json, ...(data as { readonly id: string; readonly link: string }) };
}

export const present = (caller: Caller, link: string, password = '') =>
  connect<PresentationData>(caller, `/async/polyglot/${link}`, { headers: { password } });
