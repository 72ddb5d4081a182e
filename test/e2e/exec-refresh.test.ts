import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { envFor, startBinary } from './support/run-binary';
import { type Hooks, type Service, sendJson, startService } from './support/service';

const NODE = process.execPath;
const LINE = ['exec', '--file', '--refresh', '--no-one-time', '--lifetime', '1s', '--'];
const KEY = 'CanaryKey/5d2+8x&%41=z"Qw\\5(end';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vstoken-refresh-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts a service that mints a different token each time, unless the test makes it fail. */
async function startMinting(
  onMint: (count: number) => 'fail' | 'wait' | undefined = () => undefined,
): Promise<Service> {
  let count = 0;
  const hooks: Hooks = {
    onMint(response) {
      count += 1;
      const told = onMint(count);
      if (told === 'wait') return;
      if (told === 'fail') sendJson(response, 403, { status: 'error', http_code: 403 });
      else sendJson(response, 200, { status: 'done', data: `token-number-${count}` });
    },
  };
  return startService(hooks);
}

function program(name: string, code: string): string {
  const path = join(folder, `${name}.cjs`);
  writeFileSync(path, code);
  return path;
}

/**
 * Source of a program that reads the token file again and again until it has seen three tokens. Then it prints the tokens and the
 * file's modes.
 */
const READ = `
  const { fstatSync, openSync, readFileSync, closeSync } = require('node:fs');
  const path = process.env.VOCALSTACK_AUTH_TOKEN_FILE;
  const seen = new Set(); const modes = new Set();
  const look = () => {
    const file = openSync(path, 'r');
    modes.add((fstatSync(file).mode & 0o777).toString(8));
    seen.add(readFileSync(file, 'utf8'));
    closeSync(file);
    if (seen.size < 3) setImmediate(look);
    else console.log(JSON.stringify({ seen: [...seen], modes: [...modes], env: process.env }));
  };
  look();`;

describe('S77 vstoken exec --refresh', () => {
  it('replaces the file so that the command never reads an incomplete token, and removes it at the end', async () => {
    const service = await startMinting();
    const env = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: KEY };
    // `startBinary` checks after the run that no file is left in TMPDIR.
    const { code, out, err } = await startBinary([...LINE, NODE, program('read', READ)], { env })
      .done;
    await service.close();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const { seen, modes } = JSON.parse(out) as { seen: readonly string[]; modes: unknown };
    const numbers = seen.map((token) => Number(/^token-number-(\d+)$/.exec(token)?.[1]));
    // On a slow machine, the program may start after the first token was replaced.
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(numbers).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
    expect(numbers).not.toContain(Number.NaN);
    expect(modes).toEqual(['600']);
    expect(out).not.toContain('CanaryKey');
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'removes the file at %s, also while a token is requested',
    async (signal) => {
      const service = await startMinting((count) => (count > 1 ? 'wait' : undefined));
      const line = [...LINE, 'sh', '-c', 'echo ready; exec sleep 1000'];
      const running = startBinary(line, { env: envFor(service) });
      await running.meanwhile(service.until(() => service.counts.mints === 2));
      running.child.kill(signal);
      const { code, err } = await running.done;
      await service.close();
      expect({ code, err }).toEqual({
        code: { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 }[signal],
        err: '',
      });
    },
  );

  it('S51 keeps standard error blocking for the command, also with a slow reader', async () => {
    const service = await startMinting((count) => (count > 1 ? 'fail' : undefined));
    const [size, go] = [1_000_000, join(folder, 'go')];
    expect(spawnSync('mkfifo', [go]).status).toBe(0);
    const script = 'cat "$1"; head -c "$2" /dev/zero >&2 && echo whole';
    const line = [...LINE, 'sh', '-c', script, '-', go, String(size)];
    const running = startBinary(line, { env: envFor(service), isErrUnread: true });
    // The first mint succeeds. The second mint, a refresh, fails. vstoken prints a warning about this failure before the third
    // mint, which is another attempt.
    await running.meanwhile(service.until(() => service.counts.mints === 3));
    await writeFile(go, '');
    running.readOn();
    const { code, out, err } = await running.done;
    await service.close();
    expect({ code, out }).toEqual({ code: 0, out: 'whole\n' });
    expect(err.split('\0').length - 1).toBe(size);
    expect(err).toContain('warning: Could not refresh the token:');
  });
});
