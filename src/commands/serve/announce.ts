import type { CommandContext, Page } from '../../cli/define';
import { describeToken } from '../../core/token';
import { formatLogLine, type LogEntry } from '../../endpoint/log-entry';
import { renderRows } from '../../terminal/rows';
import { snippet } from './snippet';

/** Formats a request for the log. Does not show an unknown path (status 404), because it may be a secret. */
export function lineOf(entry: LogEntry, path: string): string {
  return formatLogLine(entry, entry.status === 404 ? '(unknown path)' : path);
}

/** The JSON of `vstoken serve`: where the endpoint listens, and which tokens it mints. */
export interface ServeDocument {
  readonly url: string;
  readonly path: string;
  /** The secret that a local program sends as `Authorization: Bearer SECRET`. */
  readonly secret: string;
  readonly allow_origins: readonly string[];
  /**
   * A token of this endpoint has at most this access and at most `lifetime_s`. If `one_time` is true, every token is one-time.
   */
  readonly access: 'readonly' | 'readwrite';
  readonly lifetime_s: number;
  readonly one_time: boolean;
  readonly api_server: string;
  /** Whether the API server is the embedded sandbox. */
  readonly sandbox: boolean;
  readonly rate: string;
  /** The URL of the example page. Null without `--page`. */
  readonly page: string | null;
}

export function renderEndpoint(document: ServeDocument, page: Page): string {
  const { url, path, access, lifetime_s: lifetimeS, one_time: oneTime, sandbox } = document;
  const facts: readonly (readonly [string, string])[] = [
    ['Secret', document.secret],
    ['Tokens', `at most ${describeToken({ access, lifetimeS, oneTime })}`],
    ['Pages', document.allow_origins.join(', ') || 'none'],
    ['Server', `${document.api_server}${sandbox ? ' (embedded sandbox)' : ''}`],
    ['Rate', document.rate],
  ];
  const rows = facts.map(([name, text]) => [`${name}:`, text] as const);
  const first = [
    ...(document.page === null ? [] : [`The page is at ${document.page}`]),
    `Listening on ${url}${path}`,
  ];
  return `${first.map((line) => page.wrap(line, 0)).join('\n')}\n${renderRows(rows, page, 9)}`;
}

/**
 * Prints how a page or a program gets a token.
 * @param origins the values of --allow-origin
 */
export function announce(
  { notes, io }: CommandContext,
  document: ServeDocument,
  origins: readonly string[],
): void {
  const { url, path, secret, access, page } = document;
  if (page !== null) announcePage(notes, { ...document, page });
  if (origins.length > 0) {
    // The sample code is printed even in a pipe, because tools such as `concurrently` run vstoken in a pipe. In a pipe, the code
    // has no colours, so that a person can paste it.
    const show = io.stderr.isTerminal ? notes.showCommand : notes.log;
    show('// In your page:');
    const lines = snippet(`${url}${path}`, document.api_server, access);
    for (const line of lines) show(line);
    if (access === 'readonly' && page === null)
      notes.advise('To transcribe with your page (billed): --access readwrite');
  } else if (page === null) {
    notes.note('No page can get tokens. To allow a page: --allow-origin http://localhost:5173');
  }
  notes.tell('To get a token in a shell:');
  notes.showCommand(
    `printf 'header = "Authorization: Bearer %s"\\n' ${secret} | curl --config - ${url}${path}`,
  );
  notes.tell('Press Ctrl-C to stop.');
}

function announcePage(
  notes: CommandContext['notes'],
  { page, access, sandbox }: Pick<ServeDocument, 'access' | 'sandbox'> & { readonly page: string },
): void {
  notes.tell(`Open ${page} in a browser and press Transcribe.`);
  notes.tell(`Live captions from a microphone: ${page}/captions.html`);
  if (access === 'readonly') {
    notes.advise('To transcribe with the page (billed): --access readwrite --lifetime 60s');
  } else if (!sandbox)
    notes.tell(
      'Transcriptions with the page are billed: at most 15 s of audio for a clip, and 60 s for live captions.',
    );
}
