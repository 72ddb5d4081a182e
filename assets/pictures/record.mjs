/**
 * Runs the built program in a pseudo-terminal, and writes two SVG files for each run in `RUNS`: light and dark. Usage: `node
 * assets/pictures/record.mjs [FOLDER]`. The default is the folder of this file. Requires `script` of Debian's package bsdutils.
 * If nothing has changed, only the times in the pictures differ from the last recording.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const require = createRequire(import.meta.url);
const { Terminal } = require('@xterm/headless');
const { startSandbox } = require('../../dist/sandbox/index.js');

const BINARY = resolve(import.meta.dirname, '../../bin/vstoken.js');
const COLUMNS = 80;
const ROWS = 24;

const RUNS = [
  {
    name: 'mint',
    args: ['mint', '--access', 'readwrite', '--lifetime', '60s'],
    exit: 0,
    title: 'A token is minted in a terminal',
  },
  {
    name: 'test',
    args: ['test', '--sandbox'],
    exit: 0,
    title: 'A token is tested with a transcription',
  },
  {
    name: 'fail',
    args: ['test', '--access', 'readonly'],
    exit: 5,
    title: 'A test fails and says why',
  },
  {
    name: 'verify',
    args: ['verify', '--only', 'one-time-once,one-time-session,no-minting'],
    faults: ['promise:one-time-once'],
    exit: 9,
    title: 'A broken promise is found',
  },
];

/** The address that the pictures show instead of the local server's address. */
const EXAMPLE_SERVER = 'https://api.example.com';

/** The colours of the themes. Every text colour has a contrast of at least 4.5 with both backgrounds, `ground` and `bar`. */
const THEMES = {
  light: {
    ground: '#ffffff',
    bar: '#f3f5f7',
    frame: '#d0d7de',
    text: '#1f2328',
    dim: '#59636e',
    palette: { 1: '#b3241c', 2: '#1a6b34', 3: '#835400', 6: '#0a6579' },
  },
  dark: {
    ground: '#12171e',
    bar: '#1c232c',
    frame: '#3d444d',
    text: '#e6edf3',
    dim: '#9ba5b0',
    palette: { 1: '#ff8179', 2: '#56d37f', 3: '#e3b341', 6: '#5ccfe0' },
  },
};

const FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace";
const FONT_SIZE = 14;
const CELL = 8.4;
const LINE = 21;
const BASELINE = 15;
const BAR = 30;
const RADIUS = 8;
const PADDING = 16;

function runInTerminal({ args, exit }, variables, home) {
  const line = `stty cols ${COLUMNS} rows ${ROWS} && exec "$RECORDED_NODE" "$RECORDED_BINARY" ${args.join(' ')}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      TMPDIR: home,
      SHELL: '/bin/sh',
      TERM: 'xterm-256color',
      TZ: 'UTC',
      RECORDED_NODE: process.execPath,
      RECORDED_BINARY: BINARY,
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks = [];
  child.stdout.on('data', (chunk) => chunks.push(chunk));
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => {
      const text = Buffer.concat(chunks).toString('utf8');
      if (code === exit) done(text);
      else fail(new Error(`vstoken ${args.join(' ')} ended with ${code}:\n${text}`));
    });
  });
}

/** Replaces the token with a text of the same length that is obviously not a real token. */
function withExampleToken(text) {
  return text.replace(/^[\w-]{43}(?=\r$)/gm, (token) =>
    'EXAMPLE-'.padEnd(token.length, 'wX3kQ9zR'),
  );
}

const prompt = ({ args }) =>
  `\u001b[2m$\u001b[22m \u001b[1mvstoken ${args.join(' ')}\u001b[22m\r\n`;

/**
 * Interprets the output as a terminal does. Returns the lines of the final screen. Each line is a list of parts, and all
 * characters of a part have the same style.
 */
async function interpret(text) {
  const terminal = new Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  await new Promise((done) => terminal.write(text, done));
  const buffer = terminal.buffer.active;
  const lines = [];
  for (let y = 0; y < buffer.length; y += 1) lines.push(runsOf(buffer.getLine(y)));
  terminal.dispose();
  while (lines.at(-1)?.length === 0) lines.pop();
  return lines;
}

function runsOf(line) {
  const runs = [];
  for (let x = 0; x < COLUMNS; x += 1) {
    const cell = line.getCell(x);
    const text = cell.getChars() || ' ';
    const style = styleOf(cell);
    const last = runs.at(-1);
    // Every non-ASCII symbol is a separate part with its own position. Reason: its font may have another width, and the text
    // after it must not move.
    const isPlain = /^[ -~]$/.test(text);
    if (last?.isPlain && isPlain && last.color === style.color && last.isBold === style.isBold) {
      last.text += text;
    } else {
      runs.push({ x, text, isPlain, ...style });
    }
  }
  return runs.map((run) => ({ ...run, text: run.text.trimEnd() })).filter((run) => run.text !== '');
}

function styleOf(cell) {
  const isDrawn =
    cell.isBgDefault() &&
    (cell.isFgDefault() || (cell.isFgPalette() && !cell.isDim())) &&
    !cell.isInverse() &&
    !cell.isItalic() &&
    !cell.isUnderline() &&
    cell.getWidth() === 1;
  if (!isDrawn) throw new Error(`This style cannot be drawn yet: ${JSON.stringify(cell)}`);
  const plain = cell.isDim() ? 'dim' : 'text';
  return {
    color: cell.isFgDefault() ? plain : cell.getFgColor(),
    isBold: Boolean(cell.isBold()),
  };
}

const plainText = (lines) =>
  lines.map((runs) => runs.reduce((text, run) => text.padEnd(run.x) + run.text, '')).join('\n');

function colorOf(theme, color) {
  const found = theme.palette[color] ?? theme[color];
  if (!found) throw new Error(`The theme has no colour ${color}.`);
  return found;
}

const escapeXml = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const round = (value) => String(Math.round(value * 10) / 10);

function drawRun(theme, run, y) {
  const place = `x="${round(PADDING + run.x * CELL)}" y="${y}"`;
  const length = `textLength="${round(run.text.length * CELL)}"`;
  const weight = run.isBold ? ' font-weight="bold"' : '';
  const fill = `fill="${colorOf(theme, run.color)}"`;
  // Each `text` element has its own xml:space, because Chromium ignores xml:space on parent elements.
  return `<text xml:space="preserve" ${place} ${length} ${fill}${weight}>${escapeXml(run.text)}</text>`;
}

function draw(run, lines, theme) {
  const width = Math.ceil(COLUMNS * CELL + 2 * PADDING);
  const height = BAR + 2 * PADDING + lines.length * LINE;
  const right = width - 0.5;
  const corner = `${RADIUS} ${RADIUS} 0 0 1`;
  const bar = `M0.5 ${BAR}V${RADIUS + 0.5}A${corner} ${RADIUS + 0.5} 0.5H${right - RADIUS}A${corner} ${right} ${RADIUS + 0.5}V${BAR}Z`;
  const texts = lines.flatMap((runs, index) =>
    runs.map((part) => drawRun(theme, part, BAR + PADDING + index * LINE + BASELINE)),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${run.name}-title ${run.name}-desc">
<title id="${run.name}-title">${escapeXml(run.title)}</title>
<desc id="${run.name}-desc">${escapeXml(plainText(lines))}</desc>
<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="${RADIUS}" fill="${theme.ground}" stroke="${theme.frame}"/>
<path d="${bar}" fill="${theme.bar}" stroke="${theme.frame}"/>
<text x="${width / 2}" y="${BAR / 2 + 4.5}" text-anchor="middle" font-family="system-ui, sans-serif" font-size="12.5" fill="${theme.dim}">Terminal</text>
<g font-family="${FONT}" font-size="${FONT_SIZE}">
${texts.join('\n')}
</g>
</svg>
`;
}

const folder = resolve(process.argv[2] ?? import.meta.dirname);
const home = mkdtempSync(join(tmpdir(), 'vstoken-pictures-'));
try {
  for (const run of RUNS) {
    const sandbox = await startSandbox({ faults: run.faults ?? [] });
    const server = { VOCALSTACK_API_SERVER: sandbox.url, VOCALSTACK_API_KEY: sandbox.apiKey };
    const sent = await runInTerminal(run, server, home).finally(() => sandbox.close());
    const shown = withExampleToken(sent).replaceAll(sandbox.url, EXAMPLE_SERVER);
    const lines = await interpret(prompt(run) + shown);
    for (const [name, theme] of Object.entries(THEMES)) {
      writeFileSync(join(folder, `${run.name}-${name}.svg`), draw(run, lines, theme));
    }
  }
} finally {
  rmSync(home, { recursive: true });
}
