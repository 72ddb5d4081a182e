import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/index';
import { writeNamesFile } from '../e2e/support/names';
import { OTHER_ADDRESS, startRecordingServer } from '../support/other-address';
import { run } from '../support/run';
import { sdkProject } from '../support/sdk-project';

const KEY = 'sdk-localhost-key-canary-71c0';
const LINES = ['mint --client sdk --json', 'test --client sdk --mode connect --json'] as const;

/**
 * Starts a sandbox on 127.0.0.1, and a second server at the same port of OTHER_ADDRESS. Also creates a script that runs Node.js
 * and makes Node.js resolve localhost to OTHER_ADDRESS.
 */
async function startBoth() {
  const sandbox = await startSandbox({ apiKey: KEY });
  const { port } = new URL(sandbox.url);
  const trap = await startRecordingServer(Number(port));
  const names = writeNamesFile();
  const folder = mkdtempSync(join(tmpdir(), 'vstoken-node-'));
  const node = join(folder, 'node');
  writeFileSync(node, `#!/bin/sh\nexec '${process.execPath}' --require '${names.path}' "$@"\n`);
  chmodSync(node, 0o755);
  onTestFinished(async () => {
    await sandbox.close();
    names.close();
    rmSync(folder, { recursive: true });
  });
  const env = {
    VOCALSTACK_API_SERVER: `http://localhost:${port}`,
    VOCALSTACK_API_KEY: KEY,
    ...names.envFor({ localhost: [OTHER_ADDRESS] }),
  };
  return { sandbox, trap, env, node };
}

describe('S65 with the SDK', () => {
  it('localhost is this machine, even if a lookup returns another address', async () => {
    const { sandbox, trap, env, node } = await startBoth();
    const { folder } = sdkProject();
    for (const line of LINES) {
      expect(await run(line, { cwd: folder, env, node })).toMatchObject({ code: 0 });
    }
    expect(sandbox.stats()).toMatchObject({ mints: 2, sessions: 1 });
    expect(await trap.seen()).toEqual({ connections: 0, text: '' });
  });

  it('localhost leads to no other machine, even if the SDK does the lookup', async () => {
    const { trap, env } = await startBoth();
    const { folder } = sdkProject({ looksUp: OTHER_ADDRESS });
    const { error } = await run('mint --client sdk --json', { cwd: folder, env });
    expect(error().code).toBe('connection_failed');
    expect(await trap.seen()).toEqual({ connections: 0, text: '' });
  });
});
