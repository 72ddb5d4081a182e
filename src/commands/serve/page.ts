import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';

const EXAMPLE = 'examples/browser';

/** What the page server has: the path in its address, and the file of the package. Nothing else is looked up. */
export const PAGE_FILES: Readonly<Record<string, string>> = {
  '/': `${EXAMPLE}/index.html`,
  '/index.html': `${EXAMPLE}/index.html`,
  '/captions.html': `${EXAMPLE}/captions.html`,
  '/style.css': `${EXAMPLE}/style.css`,
  '/icon.svg': `${EXAMPLE}/icon.svg`,
  '/app.js': `${EXAMPLE}/app.js`,
  '/captions.js': `${EXAMPLE}/captions.js`,
  '/live.js': `${EXAMPLE}/live.js`,
  '/problems.js': `${EXAMPLE}/problems.js`,
  '/vocalstack.js': `${EXAMPLE}/vocalstack.js`,
  // `vocalstack-token/browser`, by the import map of the page.
  '/vocalstack-token/browser.js': 'dist/browser/index.mjs',
};

/** In the place of the file that the example has under this name. */
export const SETTINGS_PATH = '/settings.js';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  svg: 'image/svg+xml',
};

const HEADERS = {
  // The page has a policy of its own; only a header can also forbid frames.
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // The next run may have other addresses at the same port.
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** Where its own server is, as a browser writes it. */
const LOOPBACK = /^http:\/\/127\.0\.0\.1(:|$)/;

/** Whom the page asks. */
export interface PageSettings {
  /** The URL of the token endpoint. */
  readonly endpoint: string;
  readonly apiServer: string;
  /** Audio that this API server can fetch. */
  readonly audio: string;
}

export interface PageServer {
  /** Where the page is: the one origin that it may be opened from. */
  readonly origin: string;
  /** Tells the page whom it asks. */
  show(settings: PageSettings): void;
  close(): Promise<void>;
}

interface PageOptions {
  /** On 127.0.0.1; 0 picks a free one. */
  readonly port: number;
  readonly publicOrigins: readonly string[];
  /** Where a forwarded port shows the page. */
  readonly publicOrigin: string | undefined;
  readonly log: (line: string) => void;
}

/** Serves the example page on a port of its own. @throws CliError `cannot_listen`, `page_not_installed` */
export async function startPage(
  context: Pick<CommandContext, 'clock' | 'readPageFile' | 'startEndpoint'>,
  { port, publicOrigins, publicOrigin, log }: PageOptions,
): Promise<PageServer> {
  // All at once, so that a page is whole while the package is replaced.
  const entries = Object.entries(PAGE_FILES).map(
    async ([path, file]) => [path, { file, text: await context.readPageFile(file) }] as const,
  );
  const files = new Map(await Promise.all(entries));
  let origin = publicOrigin;
  const { url, close } = await listen(context, {
    ...{ port, publicOrigins, clock: context.clock, log },
    handle: async (request) => answer(request, files, origin),
  });
  origin ??= new URL(url).origin;
  return {
    origin,
    show(settings) {
      files.set(SETTINGS_PATH, { file: SETTINGS_PATH, text: settingsModule(settings) });
    },
    close,
  };
}

type PageFiles = ReadonlyMap<string, { readonly file: string; readonly text: string }>;

function answer({ method, url }: Request, files: PageFiles, origin: string | undefined): Response {
  const { origin: asked, pathname, search } = new URL(url);
  const found = files.get(pathname);
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead || !found) {
    const headers = { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' };
    return isRead
      ? new Response('There is no such file here.\n', { status: 404, headers })
      : new Response('Files are only read here.\n', {
          status: 405,
          headers: { ...headers, allow: 'GET, HEAD' },
        });
  }
  const isLoopback = origin !== undefined && LOOPBACK.test(origin);
  // `localhost` is another origin, which gets no token. A forwarded port may change Host, so it is not sent elsewhere.
  if (isLoopback && asked !== origin) {
    const location = `${origin}${pathname}${search}`;
    return new Response(null, { status: 307, headers: { ...HEADERS, location } });
  }
  const type = TYPES[found.file.slice(found.file.lastIndexOf('.') + 1)] ?? 'text/plain';
  const headers = { ...HEADERS, 'content-type': `${type}; charset=utf-8` };
  // Node.js leaves the body out for HEAD, and says its length.
  return new Response(found.text, { headers });
}

/** The same names as examples/browser/settings.js has. */
function settingsModule({ endpoint, apiServer, audio }: PageSettings): string {
  const values = { ENDPOINT: endpoint, API_SERVER: apiServer, AUDIO: audio, IS_SERVED: true };
  return Object.entries(values)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
    .join('');
}

type StartEndpoint = CommandContext['startEndpoint'];

/** Names the option of this port where that is the matter. */
async function listen(
  { startEndpoint }: Pick<CommandContext, 'startEndpoint'>,
  options: Parameters<StartEndpoint>[0],
): ReturnType<StartEndpoint> {
  try {
    return await startEndpoint(options);
  } catch (thrown) {
    if (!(thrown instanceof CliError && thrown.code === 'cannot_listen')) throw thrown;
    throw new CliError('cannot_listen', thrown.message, {
      hint: 'Stop the program that uses it, or choose another port for the page with --page-port; 0 picks a free one.',
      cause: thrown,
    });
  }
}

/** Opens the page, and says so where that is not possible. */
export async function openPage(
  { openBrowser, notes }: Pick<CommandContext, 'openBrowser' | 'notes'>,
  origin: string,
): Promise<void> {
  const reason = await reasonOf(() => openBrowser(origin));
  if (reason !== null) notes.note(`No browser was opened. ${reason} Open ${origin} yourself.`);
}

/** Nobody waits for it: what it throws would end the server. */
async function reasonOf(open: () => Promise<string | null>): Promise<string | null> {
  try {
    return await open();
  } catch {
    return 'The program that opens it has failed.';
  }
}
