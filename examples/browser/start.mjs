/** Serves the example to browsers on this machine: `node start.mjs [PORT]`. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const HOST = '127.0.0.1';
const DEFAULT_PORT = 5173;

const FILES = {
  '/': ['index.html', 'text/html'],
  '/index.html': ['index.html', 'text/html'],
  '/style.css': ['style.css', 'text/css'],
  '/app.js': ['app.js', 'text/javascript'],
  '/captions.html': ['captions.html', 'text/html'],
  '/captions.js': ['captions.js', 'text/javascript'],
  '/live.js': ['live.js', 'text/javascript'],
  '/vocalstack.js': ['vocalstack.js', 'text/javascript'],
  '/problems.js': ['problems.js', 'text/javascript'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
  // `vocalstack-token/browser` in the import map of the page.
  '/vocalstack-token/browser.js': ['../../dist/browser/index.mjs', 'text/javascript'],
};

const HEADERS = {
  // The page has its own policy, but only a header can forbid frames.
  'content-security-policy': "frame-ancestors 'none'",
  'cache-control': 'no-cache',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

const fileOf = (name) => new URL(name, import.meta.url);

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? '';
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (!isRead || !Object.hasOwn(FILES, path)) {
    response.writeHead(isRead ? 404 : 405, { ...HEADERS, 'content-type': 'text/plain' });
    response.end(isRead ? 'File not found.\n' : 'The method must be GET or HEAD.\n');
    return;
  }
  const [name, type] = FILES[path];
  response.writeHead(200, { ...HEADERS, 'content-type': `${type}; charset=utf-8` });
  response.end(request.method === 'HEAD' ? '' : readFileSync(fileOf(name)));
});

server.on('error', ({ code }) => {
  const port = process.argv[2] ?? DEFAULT_PORT;
  const reason = code === 'EADDRINUSE' ? 'is taken' : 'cannot be used';
  process.stderr.write(`Port ${port} ${reason}. Choose another: node start.mjs 5174\n`);
  process.exitCode = 1;
});

const requestedPort = process.argv[2] ?? String(DEFAULT_PORT);
const missing = Object.values(FILES).some(([name]) => !existsSync(fileOf(name)));
if (missing) {
  process.stderr.write('The package is not built. To build it: npm run build\n');
  process.exitCode = 1;
} else if (/^\d{1,5}$/.test(requestedPort) && Number(requestedPort) <= 65_535) {
  server.listen(Number(requestedPort), HOST, () => {
    const origin = `http://localhost:${server.address().port}`;
    process.stdout.write(`The example is at ${origin}
Live captions are at ${origin}/captions.html
The pages need a token endpoint. Start it in another terminal:
  vstoken serve --sandbox --allow-origin ${origin}
`);
  });
} else {
  process.stderr.write('The port must be a number from 0 to 65535. 0 chooses a free port.\n');
  process.exitCode = 2;
}
