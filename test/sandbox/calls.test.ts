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
  test('are current (else: npm run readme)', () => {
    const page = readFileSync(PAGE, 'utf8');
    expect(page).toBe(withTables(page));
  });

  test('have a note for every call, and for no other', () => {
    expect([...NOTED].sort()).toEqual([...CALLS].sort());
  });

  test.each(CALLS)('%s is there', async (line) => {
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

  test('and a call that is not in them is not', async () => {
    const server = await sandbox();
    const { json } = await call(server.url, '/v1/openapi.json', { authorization: KEY });
    expect(json.error).toBe('there is no such call');
  });
});
