import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';

const EXAMPLE = 'examples/browser';

/** The files of the page server: the path in the URL, and the path in the package. Any other path is answered with 404. */
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
  // The import map of the page maps `vocalstack-token/browser` to this path.
  '/vocalstack-token/browser.js': 'dist/browser/index.mjs',
};

/** The path of the settings file. The file is generated for each run, and replaces the file of the same name in the example. */
export const SETTINGS_PATH = '/settings.js';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  svg: 'image/svg+xml',
};

const HEADERS = {
  // The page has its own Content-Security-Policy in a `meta` element. But only a header can prevent other pages from showing the
  // page in a frame.
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Nothing is cached, because the next run may use the same port for the page, but other addresses for the endpoint and the API
  // server.
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** An origin on 127.0.0.1, with any port. */
const LOOPBACK = /^http:\/\/127\.0\.0\.1(:|$)/;

export interface PageSettings {
  readonly endpoint: string;
  readonly apiServer: string;
  /** The URL of a recording that the API server can fetch. */
  readonly audio: string;
}

export interface PageServer {
  /** The origin of the page. If the page is opened from another origin, the endpoint gives it no token. */
  readonly origin: string;
  /** Sets the content of `/settings.js`, from which the page reads the addresses. */
  show(settings: PageSettings): void;
  close(): Promise<void>;
}

interface PageOptions {
  /** The port on 127.0.0.1. With 0, the system picks a free port. */
  readonly port: number;
  readonly publicOrigins: readonly string[];
  /** The public origin of the page, if browsers open the page through a forwarded port. */
  readonly publicOrigin: string | undefined;
  readonly log: (line: string) => void;
}

/**
 * Serves the example page on its own port.
 * @throws CliError `cannot_listen`, `page_not_installed`
 */
export async function startPage(
  context: Pick<CommandContext, 'clock' | 'readPageFile' | 'startEndpoint'>,
  { port, publicOrigins, publicOrigin, log }: PageOptions,
): Promise<PageServer> {
  // Read all files now, so that an update of the package cannot change the page while it is served.
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
      ? new Response('Not found.\n', { status: 404, headers })
      : new Response('Only GET and HEAD are allowed.\n', {
          status: 405,
          headers: { ...headers, allow: 'GET, HEAD' },
        });
  }
  const isLoopback = origin !== undefined && LOOPBACK.test(origin);
  // Redirect `localhost` to 127.0.0.1, because `localhost` is another origin and gets no token. Do not redirect a request through
  // a forwarded port, because the forwarding may change the Host header.
  if (isLoopback && asked !== origin) {
    const location = `${origin}${pathname}${search}`;
    return new Response(null, { status: 307, headers: { ...HEADERS, location } });
  }
  const type = TYPES[found.file.slice(found.file.lastIndexOf('.') + 1)] ?? 'text/plain';
  const headers = { ...HEADERS, 'content-type': `${type}; charset=utf-8` };
  // For HEAD, Node.js omits the body, but sends its length.
  return new Response(found.text, { headers });
}

/** Returns the settings module of the page. It exports the same names as examples/browser/settings.js. */
function settingsModule({ endpoint, apiServer, audio }: PageSettings): string {
  const values = { ENDPOINT: endpoint, API_SERVER: apiServer, AUDIO: audio, IS_SERVED: true };
  return Object.entries(values)
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
    .join('');
}

type StartEndpoint = CommandContext['startEndpoint'];

/** Starts the page server. If the port is in use, the hint names --page-port. */
async function listen(
  { startEndpoint }: Pick<CommandContext, 'startEndpoint'>,
  options: Parameters<StartEndpoint>[0],
): ReturnType<StartEndpoint> {
  try {
    return await startEndpoint(options);
  } catch (thrown) {
    if (!(thrown instanceof CliError && thrown.code === 'cannot_listen')) throw thrown;
    throw new CliError('cannot_listen', thrown.message, {
      hint: 'Stop the program that uses the port, or choose another port for the page with --page-port; 0 picks a free port.',
      cause: thrown,
    });
  }
}

/** Opens the page in a browser. If that fails, prints a note with the reason. */
export async function openPage(
  { openBrowser, notes }: Pick<CommandContext, 'openBrowser' | 'notes'>,
  origin: string,
): Promise<void> {
  const reason = await reasonOf(() => openBrowser(origin));
  if (reason !== null) notes.note(`Could not open a browser. ${reason} Open ${origin} yourself.`);
}

/**
 * Returns why the browser could not be opened, or null. Never throws, because no code awaits `openPage`, and an error would end
 * the server.
 */
async function reasonOf(open: () => Promise<string | null>): Promise<string | null> {
  try {
    return await open();
  } catch {
    return 'The program that opens the browser has failed.';
  }
}
