import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';

const EXAMPLE = 'examples/browser';

/** The files that the page server serves: the path in the URL, and the file in the package. Every other path is a 404. */
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
  // `vocalstack-token/browser` in the import map of the page.
  '/vocalstack-token/browser.js': 'dist/browser/index.mjs',
};

/** The path of a file that is generated for this run. It replaces the file of the same name in the example. */
export const SETTINGS_PATH = '/settings.js';

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css',
  html: 'text/html',
  js: 'text/javascript',
  mjs: 'text/javascript',
  svg: 'image/svg+xml',
};

const HEADERS = {
  // The page sets its own policy in a meta element, but only a header can forbid frames.
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // The next run may use other addresses on the same port.
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

/** The origin of a page server on this machine. */
const LOOPBACK = /^http:\/\/127\.0\.0\.1(:|$)/;

/** The servers that the page calls. */
export interface PageSettings {
  /** The URL of the token endpoint. */
  readonly endpoint: string;
  readonly apiServer: string;
  /** The URL of a recording that this API server can fetch. */
  readonly audio: string;
}

export interface PageServer {
  /** The only origin from which the page works. */
  readonly origin: string;
  /** Sends the page the addresses of the servers that it must call. */
  show(settings: PageSettings): void;
  close(): Promise<void>;
}

interface PageOptions {
  /** The port on 127.0.0.1. 0 picks a free one. */
  readonly port: number;
  readonly publicOrigins: readonly string[];
  /** The origin at which a forwarded port shows the page. */
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
  // Read all files now, so that the page stays complete while the package is being updated.
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
  // `localhost` is another origin, which gets no token, so it is redirected. A forwarded port may change Host, so that is not
  // redirected.
  if (isLoopback && asked !== origin) {
    const location = `${origin}${pathname}${search}`;
    return new Response(null, { status: 307, headers: { ...HEADERS, location } });
  }
  const type = TYPES[found.file.slice(found.file.lastIndexOf('.') + 1)] ?? 'text/plain';
  const headers = { ...HEADERS, 'content-type': `${type}; charset=utf-8` };
  // For HEAD, Node.js omits the body and still sends its length.
  return new Response(found.text, { headers });
}

/** Exports the same names as examples/browser/settings.js. */
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

/** Opens the page in a browser, or notes why it could not be opened. */
export async function openPage(
  { openBrowser, notes }: Pick<CommandContext, 'openBrowser' | 'notes'>,
  origin: string,
): Promise<void> {
  const reason = await reasonOf(() => openBrowser(origin));
  if (reason !== null) notes.note(`Could not open a browser. ${reason} Open ${origin} yourself.`);
}

/** No code awaits this function, so an error that it throws would end the server. */
async function reasonOf(open: () => Promise<string | null>): Promise<string | null> {
  try {
    return await open();
  } catch {
    return 'The program that opens it has failed.';
  }
}
