import { createHash, timingSafeEqual } from 'node:crypto';
import { parseDuration } from '../../core/duration';
import { CliError } from '../../core/errors';
import { isoTime } from '../../core/iso-time';
import type { Secret } from '../../core/secret';
import { type Answer, jsonAnswer } from '../answers';
import { Refusal } from '../refusal';
import { parseFields } from '../request-body';
import type { Control } from './control';

/** An HTTP call that controls the sandbox. The real service does not have such calls. */
export interface ControlRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** What the call does, for docs/sandbox.md. */
  readonly about: string;
  /** Whether the call works without the API key. */
  readonly isOpen?: boolean;
  /** @throws Refusal 400 or CliError `invalid_value` for an invalid body */
  answer(control: Control, body: string): Answer | Promise<Answer>;
}

const PREFIX = '/sandbox/';
const MAX_SPEC_LENGTH = 200;

const faultsAnswer = (control: Control) => jsonAnswer(200, { faults: control.faults() });

function specsIn(body: string): readonly string[] {
  const { faults } = parseFields(body);
  const isList =
    Array.isArray(faults) &&
    faults.every((spec) => typeof spec === 'string' && spec.length <= MAX_SPEC_LENGTH);
  if (!isList) {
    throw new Refusal(
      400,
      'the body must have the member faults, a list of texts such as mint:503*2',
    );
  }
  return faults;
}

function durationIn(body: string): number {
  const { advance } = parseFields(body);
  const ms = typeof advance === 'string' ? parseDuration(advance) : null;
  if (ms === null) {
    throw new Refusal(
      400,
      'the body must have the member advance, a duration such as 30s, 24h at most',
    );
  }
  return ms;
}

export const CONTROL_ROUTES: readonly ControlRoute[] = [
  {
    method: 'GET',
    path: `${PREFIX}ready`,
    about: 'answers `{"ready":true}` when the sandbox is running',
    isOpen: true,
    answer: () => jsonAnswer(200, { ready: true }),
  },
  {
    method: 'POST',
    path: `${PREFIX}reset`,
    about: 'resets the sandbox to its state at the start, without tokens, sessions and requests',
    answer(control) {
      control.reset();
      return jsonAnswer(200, { reset: true });
    },
  },
  {
    method: 'GET',
    path: `${PREFIX}faults`,
    about: 'lists the active faults, for example `{"faults":["mint:503*2"]}`',
    answer: faultsAnswer,
  },
  {
    method: 'PUT',
    path: `${PREFIX}faults`,
    about: 'replaces the active faults with the faults in the body',
    answer(control, body) {
      control.setFaults(specsIn(body));
      return faultsAnswer(control);
    },
  },
  {
    method: 'DELETE',
    path: `${PREFIX}faults`,
    about: 'removes all faults',
    answer(control) {
      control.setFaults([]);
      return faultsAnswer(control);
    },
  },
  {
    method: 'GET',
    path: `${PREFIX}requests`,
    about: 'lists the latest 1000 requests, the oldest first',
    answer: (control) => jsonAnswer(200, control.requests()),
  },
  {
    method: 'POST',
    path: `${PREFIX}clock`,
    about: 'advances the clock by the time in the body, for example `{"advance":"30s"}`',
    async answer(control, body) {
      await control.advance(durationIn(body));
      return jsonAnswer(200, { now: isoTime(control.now()) });
    },
  },
];

export const isControlPath = (path: string) => CONTROL_ROUTES.some((route) => route.path === path);

const digest = (text: string) => createHash('sha256').update(text).digest();

interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

/** @throws Refusal 401 without the API key; 404 for an unknown call; 400 for an invalid body */
export async function answerControl(
  { method, path, authorization = '', body }: ControlRequest,
  control: Control,
  apiKey: Secret,
): Promise<Answer> {
  const route = CONTROL_ROUTES.find((each) => each.method === method && each.path === path);
  if (!route) throw new Refusal(404, 'there is no such call');
  const isKey = timingSafeEqual(digest(authorization), digest(apiKey.reveal()));
  if (!route.isOpen && !isKey) {
    throw new Refusal(401, 'this call requires the API key of the sandbox');
  }
  try {
    return await route.answer(control, body);
  } catch (error) {
    throw error instanceof CliError ? new Refusal(400, error.message) : error;
  }
}
