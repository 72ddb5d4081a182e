import { describe, expect, it } from 'vitest';
import { CliError } from '../../src/core/errors';
import { type RunOptions, run } from '../support/run';

const TOKEN = 'vt7Q_x2LkPz9aRb-4HcW8sYdE3mNfU6jGoT1iBvKq0M';
const HEADER = `GET / HTTP/1.1\nAuthorization: Bearer ${TOKEN}\n`;
const ANSWERED: RunOptions = { terminal: 'all', answers: [HEADER] };

describe('vstoken inspect in a terminal without input', () => {
  it('prompts for a text, and reads all of its lines', async () => {
    const { code, out, err } = await run('inspect', ANSWERED);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Source +pasted text$/m);
    expect(out).toMatch(/^Length +43 characters$/m);
    const { json } = await run('inspect --json', ANSWERED);
    expect(json()).toMatchObject({ source: 'prompt', length: 43 });
  });

  it('reports an empty text, and a cancelled prompt', async () => {
    const nothing = await run('inspect --json', { ...ANSWERED, answers: [' \n'] });
    expect(nothing.error()).toMatchObject({ code: 'no_token', message: 'Nothing was pasted.' });
    const answers = [new CliError('interrupted', 'The question was cancelled.')];
    expect(await run('inspect', { ...ANSWERED, answers })).toMatchObject({ code: 130, out: '' });
  });

  it.each<[string, string, RunOptions, string]>([
    ['in CI', '', { env: { CI: 'true' } }, 'no_token'],
    ['if standard error is not a terminal', '', { terminal: 'none' }, 'no_token'],
    ['with --use-token', '--use-token', {}, 'no_token'],
    ['with --token-stdin', '--token-stdin', {}, 'stdin_is_terminal'],
  ])('does not prompt %s', async (_where, line, more, code) => {
    const result = await run(`inspect --json ${line}`, { terminal: 'all', ...more });
    expect(result.error().code).toBe(code);
  });

  it('does not prompt if the variable has a token', async () => {
    const env = { VOCALSTACK_AUTH_TOKEN: TOKEN };
    const { json } = await run('inspect --json', { terminal: 'all', env });
    expect(json()).toMatchObject({ source: 'environment' });
  });
});
