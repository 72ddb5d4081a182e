import {
  absent,
  either,
  exactly,
  flag,
  fraction,
  list,
  type Members,
  moment,
  nothing,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  seconds,
  someText,
  text,
  tuple,
} from './shape';

// The declared types of the service's answers and messages. The functions of shape.ts, such as `oneOf` and `object`, return a
// function that checks a value. A declared type is such a function, or an object with such a function for each member.

const PRERECORDED = oneOf('transcription-prerecorded');
const LIVE = oneOf('transcription-live');
const UNFINISHED = oneOf('waiting', 'processing', 'stopping');
const FLAGS = either(absent, nothing, object({ started: flag }));
const NOT_YET = either(absent, nothing);

export const TIMELINE_ITEM: Members = {
  start: seconds,
  end: seconds,
  text,
  latest: optional(flag),
  pending: optional(flag),
  language: optional(text),
  language_probability: optional(fraction),
  translations: optional(record(text)),
  words: optional(list(tuple(seconds, seconds, text, fraction))),
};

const TIMELINE = list(object(TIMELINE_ITEM));

/** A transcription in the answer to `GET /transcriptions`, after it has ended. */
export const LISTED: Members = {
  id: someText,
  operation: oneOf('transcription-prerecorded', 'transcription-live'),
  status: oneOf('waiting', 'processing', 'stopping', 'done', 'error'),
  duration: optional(seconds),
  start: moment,
  end: moment,
  polyglot_id: nullable(text),
  url: optional(someText),
  keywords: nullable(text),
};

/** The answer to `GET /transcriptions/:id`, after the transcription has ended. */
export const FINISHED: Members = {
  ...LISTED,
  duration: seconds,
  keywords: someText,
  summary: someText,
  paragraphs: list(someText),
  timeline: TIMELINE,
};

/** The answer to `GET /transcriptions/:id`, before the transcription has ended. */
export const UNDER_WAY: Members = {
  ...LISTED,
  status: UNFINISHED,
  duration: optional(seconds),
  end: absent,
  keywords: NOT_YET,
  summary: NOT_YET,
  paragraphs: NOT_YET,
  timeline: TIMELINE,
};

/** A message of a session. The shape of `data` is checked separately. */
export const MESSAGE: Members = {
  status: oneOf('waiting', 'processing', 'stopping', 'done', 'error'),
  data: () => [],
  http_code: optional(number),
};

const DATA: Members = { id: someText, start: moment, flags: FLAGS, timeline: TIMELINE };
const PENDING_DATA: Members = {
  ...DATA,
  status: UNFINISHED,
  end: nothing,
  keywords: NOT_YET,
  summary: NOT_YET,
  paragraphs: NOT_YET,
};
const DONE_DATA: Members = {
  ...DATA,
  status: oneOf('done'),
  end: moment,
  keywords: someText,
  summary: someText,
  paragraphs: list(someText),
};

export const URL_PENDING: Members = {
  ...PENDING_DATA,
  operation: PRERECORDED,
  progress: fraction,
};
export const URL_DONE: Members = { ...DONE_DATA, operation: PRERECORDED, progress: exactly(1) };

const OF_POLYGLOT = { operation: LIVE, polyglot_id: nullable(text) };
export const LIVE_PENDING: Members = { ...PENDING_DATA, ...OF_POLYGLOT };
export const LIVE_DONE: Members = { ...DONE_DATA, ...OF_POLYGLOT };

export const PLAN: Members = {
  uuid: someText,
  start_date: text,
  stop_date: text,
  price: number,
  billing_frequency: either(text, number),
  free_hours: number,
  overage_rate_prerecorded: number,
  overage_rate_live: number,
  meta_name: text,
};

const MONTHS = record(number);
const ANYTHING: Shape = () => [];

export const BILLING: Members = {
  balance: number,
  prerecorded_hours_available: number,
  live_hours_available: number,
  free_hours_used: number,
  free_hours_left: number,
  total_per_month: MONTHS,
  savings_per_month: MONTHS,
  paid_per_month: MONTHS,
  owed_per_month: MONTHS,
  plans: either(list(object(PLAN)), record(object(PLAN))),
  active_plan: object(PLAN),
  hobby_plan: object(PLAN),
  month_plans: record(ANYTHING),
  billing: record(ANYTHING),
  invoices: either(list(ANYTHING), record(ANYTHING)),
};

const IN_SESSION: Members = {
  id: someText,
  name: someText,
  link: someText,
  fullUrl: someText,
  is_public: flag,
  requests: number,
};

export const POLYGLOT: Members = {
  ...IN_SESSION,
  language: nullable(text),
  max_duration_s: nullable(number),
  timeout_period_s: nullable(number),
  livestream_url: nullable(text),
};

export const CREATED: Members = { id: someText, link: someText };

export const PRESENTED_MESSAGE: Members = { ...MESSAGE, error: optional(text) };

export const PRESENTED_SESSION: Members = IN_SESSION;

export const ACTIVE: Members = {
  id: someText,
  polyglot_id: someText,
  start: moment,
  end: nullable(moment),
  status: oneOf('waiting', 'processing', 'stopping', 'done', 'error'),
  operation: LIVE,
  flags: FLAGS,
  timeline: optional(TIMELINE),
  keywords: optional(nullable(text)),
};
