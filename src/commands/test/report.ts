import { version } from '../../../package.json';
import type { TranscriptionUpdate } from '../../api/api';
import type { CliError } from '../../core/errors';
import { transcriptText } from '../../core/transcript';
import { reportError } from '../../reports/error';
import type { Report, ReportCase } from '../../reports/report';
import { failedStart } from '../../reports/start';
import { variantOf } from '../../reports/variant';
import type { TestDocument } from './document';
import { TEST_REPORT } from './options';

/** Builds the report of a test from its JSON document, and adds short texts for people. */
export function buildTestReport(
  document: TestDocument,
  more: {
    readonly startedAt: number;
    readonly totalMs: number;
    readonly planned: readonly string[];
    readonly details: ReadonlyMap<string, string>;
    readonly latest: TranscriptionUpdate | null;
    readonly error: CliError | undefined;
    readonly node: string;
    readonly profile: string | null;
  },
): Report {
  const { latest, error, planned, profile } = more;
  return {
    ...TEST_REPORT,
    command: 'vstoken test',
    variant: variantOf({
      mode: document.mode,
      isSdk: document.client !== undefined,
      server: document.api_server,
      sandbox: document.sandbox,
      profile,
    }),
    ok: document.ok,
    startedAt: new Date(more.startedAt).toISOString(),
    totalMs: Math.round(more.totalMs),
    facts: [...factsOf(document, more), ['vstoken', version], ['Node.js', more.node]],
    cases:
      error && planned.length === 0
        ? [failedStart(error)]
        : planned.map((name) => caseOf(name, document, more.details)),
    transcript: latest && { text: transcriptText(latest.segments), segments: latest.segments },
    error: reportError(error),
  };
}

function factsOf(
  { api_server, sandbox, mode, token, client, audio }: TestDocument,
  { planned, profile }: { readonly planned: readonly string[]; readonly profile: string | null },
): Report['facts'] {
  const facts: [string, string][] = [
    ['Server', sandbox ? `${api_server} (embedded sandbox)` : api_server],
    ...(profile === null ? [] : [['Profile', profile] satisfies [string, string]]),
    ['Mode', mode],
  ];
  const { access, lifetime_s, one_time } = token;
  const kind = `${access}, ${one_time ? 'one-time' : 'reusable'}, ${lifetime_s} s`;
  if (planned.length > 0) facts.push(['Token', access === null ? 'given' : kind]);
  if (client) facts.push(['SDK', `${client.version ?? 'unknown version'}, ${client.path}`]);
  if (audio) {
    facts.push(['Audio', audio.url ?? audio.file ?? '']);
    facts.push(['Language', audio.language]);
    facts.push(['Cut at', audio.max_duration_s === 0 ? 'nothing' : `${audio.max_duration_s} s`]);
  }
  return facts;
}

function caseOf(
  name: string,
  { steps }: TestDocument,
  details: ReadonlyMap<string, string>,
): ReportCase {
  const step = steps.find((one) => one.name === name);
  if (!step) return { name, outcome: 'skipped', ms: 0, detail: null };
  const { ok, ms, error } = step;
  if (error) return { name, outcome: 'failed', ms, detail: null, error };
  return { name, outcome: ok ? 'passed' : 'failed', ms, detail: details.get(name) ?? null };
}
