import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CALLS, NOTED, withTables } from '../support/sandbox-calls';
import { call, KEY, openSocket, sandbox } from './support';

const PAGE = join(import.meta.dirname, '../../docs/sandbox.md');

// `npm run readme` sets this variable, and so updates the tables in docs/sandbox.md.
if (process.env['VSTOKEN_CALLS'] === 'write') {
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')));
}

describe('the tables of calls in docs/sandbox.md', () => {
  test('they are current (if not: npm run readme)', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(withTables(page));
  });

  test('every call in them has a note, and every note has a call', () => {
    expect([...NOTED].sort()).toEqual([...CALLS].sort());
  });

  test.each(CALLS)('the sandbox answers the call %s', async (line) => {
    const server = await sandbox();
    const [method = '', pattern = ''] = line.split(' ');
    const path = pattern.replace(':id', 'nothing');
    if (method === 'WS') {
      await expect(openSocket(server, path)).resolves.toBeDefined();
      return;
    }
    const { json } = await call(server.url, path, { method, authorization: KEY });
    expect(json.error).not.toBe('there is no such call');
  });

  test('the sandbox does not answer a call that is missing in the tables', async () => {
    const server = await sandbox();
    const { json } = await call(server.url, '/v1/openapi.json', { authorization: KEY });
    expect(json.error).toBe('there is no such call');
  });
});
