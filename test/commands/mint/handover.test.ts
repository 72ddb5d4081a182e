import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CliError } from '../../../src/core/errors';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/index';
import { fakeClock } from '../../../src/system/clock';
import { envFor, run } from '../../support/run';
import { runnerCommands } from '../../support/runner-commands';
import { workflowCommands } from '../../support/workflow-commands';

let sandbox: RunningSandbox;
let env: ReturnType<typeof envFor>;

beforeAll(async () => {
  sandbox = await startSandbox();
  env = envFor(sandbox);
});
afterAll(() => sandbox.close());

/** Starts a server that mints a given token. The server counts its requests and connections. */
async function serveTokens(token: string, answer?: (count: number) => number | null) {
  let requests = 0;
  let connections = 0;
  const server: Server = createServer((_request, response) => {
    requests += 1;
    const status = answer ? answer(requests) : 200;
    // Null means that the server does not answer.
    if (status === null) return;
    response.writeHead(status, { 'x-api-version': '1.1.0' });
    response.end(JSON.stringify({ status: 'done', data: token }));
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { VOCALSTACK_API_SERVER: `http://127.0.0.1:${port}`, VOCALSTACK_API_KEY: 'key' },
    requests: () => requests,
    connections: () => connections,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

describe('vstoken mint, its formats for other shells', () => {
  it.each([
    ['fish', /^set -gx VOCALSTACK_AUTH_TOKEN '[\w-]+'\n$/],
    ['powershell', /^\$env:VOCALSTACK_AUTH_TOKEN = '[\w-]+'\n$/],
    ['cmd', /^set "VOCALSTACK_AUTH_TOKEN=[\w-]+"\n$/],
  ])('prints -o %s as a line, with the name from --name', async (format, form) => {
    expect((await run(`mint -o ${format}`, { env })).out).toMatch(form);
    expect((await run(`mint -o ${format} --name T1`, { env })).out).toContain('T1');
  });

  it('rejects a token that the format cannot represent, and prints nothing', async () => {
    const server = await serveTokens('100%"!');
    const { code, out, err } = await run('mint -o cmd', { env: server.env });
    server.close();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toContain('100%');
  });
});

describe('vstoken mint -o github', () => {
  const actions = { GITHUB_ACTIONS: 'true', GITHUB_OUTPUT: '/out', GITHUB_ENV: '/env' };

  it('masks the token first, then writes it to the output and the environment', async () => {
    const { code, out, err, files } = await run('mint -o github --name TOKEN', {
      env: { ...env, ...actions },
      files: { '/out': 'before=1\n' },
    });
    expect(code).toBe(0);
    const [, token = ''] = /^::add-mask::([\w-]+)\n$/.exec(out) ?? [];
    expect(token.length).toBeGreaterThan(20);
    expect(files['/out']).toBe(
      `before=1\ntoken<<vstoken-unguessable\n${token}\nvstoken-unguessable\n`,
    );
    expect(files['/env']).toBe(`TOKEN<<vstoken-unguessable\n${token}\nvstoken-unguessable\n`);
    expect(err).not.toContain(token);
  });

  it('starts a new line if the file does not end with one', async () => {
    const { files } = await run('mint -o github', {
      env: { ...env, ...actions },
      files: { '/out': 'foo=bar', '/env': 'A=b' },
    });
    expect(files['/out']).toMatch(/^foo=bar\ntoken<</);
    expect(files['/env']).toMatch(/^A=b\nVOCALSTACK_AUTH_TOKEN<</);
  });

  it.each(['', '-o env', '--json', '--count 2'])(
    'is suggested if a step prints a token without a mask: mint %s',
    async (options) => {
      const { code, err } = await run(`mint ${options}`, { env: { ...env, ...actions } });
      expect(code).toBe(0);
      expect(err.match(/^note: The log of this job may show the token.*-o github$/gm)).toHaveLength(
        1,
      );
      const quiet = [
        await run(`mint ${options}`, { env }),
        await run(`mint ${options} --quiet`, { env: { ...env, ...actions } }),
        await run('mint -o github', { env: { ...env, ...actions } }),
        await run(`mint ${options}`, { env: { ...env, ...actions, VOCALSTACK_API_KEY: 'other' } }),
      ];
      for (const result of quiet) expect(result.err).not.toContain('The log of this job');
    },
  );

  it('names the missing variable in a step', async () => {
    const { GITHUB_OUTPUT: _, ...others } = actions;
    const { err } = await run('mint -o github', { env: { ...env, ...others } });
    expect(err).toContain('needs GITHUB_OUTPUT, which is not set');
    expect(err).toContain('not_in_github_actions');
  });

  it('S30 masks a token with a percent sign in the form that the runner reads', async () => {
    const server = await serveTokens('a%25b');
    const { out, files } = await run('mint -o github', { env: { ...server.env, ...actions } });
    server.close();
    expect(out).toBe('::add-mask::a%2525b\n');
    expect(files['/out']).toContain('\na%25b\n');
  });

  it.each([{}, { GITHUB_ACTIONS: 'true' }, { GITHUB_OUTPUT: '/out', GITHUB_ENV: '/env' }])(
    'exits 2 outside of Actions: %j',
    async (variables) => {
      const before = sandbox.stats().mints;
      const { code, out, err } = await run('mint -o github', { env: { ...env, ...variables } });
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('not_in_github_actions');
      expect(sandbox.stats().mints).toBe(before);
    },
  );

  it('exits 3 when the files cannot be written', async () => {
    const { code, err } = await run('mint -o github', {
      env: { ...env, ...actions, GITHUB_ENV: '/read-only/env' },
    });
    expect(code).toBe(3);
    expect(err).toContain('output_unwritable');
  });

  it.each([
    ['::stop-commands::x', 'mint'],
    ['::stop-commands::x', 'mint --count 2'],
    ['x##[error]y', 'mint'],
    ['x##[error]y', 'mint --count 2'],
    ['x##[error]y', 'mint -o env'],
    ['x##[error]y', 'mint -o header'],
    ['x##vso[task.complete]y', 'mint'],
    ['x##vso[task.complete]y', 'mint -o dotenv'],
    ['##teamcity[setParameter]', 'mint -o env'],
  ])(
    'S30 S73 refuses to print a token that a runner would execute as a command: %s, %s',
    async (token, line) => {
      const server = await serveTokens(token);
      // The environment has no variable of a CI system, as in a container that a CI job has started.
      const result = await run(line, { env: server.env });
      const asJson = await run('mint --json', { env: server.env });
      server.close();
      expect(result).toMatchObject({ code: 7, out: '' });
      expect(result.err).toContain('invalid_response');
      expect(asJson.json()).toMatchObject({ token });
      expect([...runnerCommands(asJson.out), ...workflowCommands(asJson.out)]).toEqual([]);
    },
  );
});

describe('vstoken mint --count', () => {
  it('prints one token per line, each only once', async () => {
    const { code, out } = await run('mint --count 25', { env });
    const tokens = out.trimEnd().split('\n');
    expect(code).toBe(0);
    expect(new Set(tokens).size).toBe(25);
    for (const token of tokens) expect(token).toMatch(/^[\w-]{20,}$/);
  });

  it('prints one document per line with --json', async () => {
    const { out } = await run('mint --count 3 --json --lifetime 30', { env });
    const documents = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(documents).toHaveLength(3);
    for (const document of documents)
      expect(document).toMatchObject({ lifetime_s: 30, profile: null });
  });

  it('reuses its connections, and opens no more than --concurrency', async () => {
    const server = await serveTokens('tok');
    expect((await run('mint --count 60 --concurrency 4', { env: server.env })).code).toBe(0);
    server.close();
    expect(server.requests()).toBe(60);
    expect(server.connections()).toBeLessThanOrEqual(4);
  });

  it('mints no more tokens while the reader does not read', async () => {
    const server = await serveTokens('tok');
    let release: () => void = () => undefined;
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const running = run('mint --count 500 --concurrency 4', {
      env: server.env,
      stdoutWaits: blocked,
    });
    await expect.poll(() => server.requests()).toBe(4);
    for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests()).toBe(4);
    release();
    expect((await running).out.trimEnd().split('\n')).toHaveLength(500);
    server.close();
  });

  it('reports how many tokens were printed when it fails midway', async () => {
    const server = await serveTokens('tok', (count) => (count > 10 ? 403 : 200));
    const { code, out, error } = await run('mint --count 100 --concurrency 1 --json', {
      env: server.env,
    });
    server.close();
    expect(code).toBe(5);
    expect(out.trimEnd().split('\n')).toHaveLength(10);
    expect(error()).toMatchObject({ code: 'forbidden' });
    expect(error().message).toMatch(/^10 of 100 tokens were minted\. /);
    expect(server.requests()).toBe(11);
  });

  it('does not wait for running requests after a failure', async () => {
    const server = await serveTokens('tok', (count) => (count === 4 ? 401 : null));
    const { code } = await run('mint --count 4 --concurrency 4', { env: server.env });
    server.close();
    expect(code).toBe(4);
  });

  it('S43 applies the deadline to the second token of --prove', async () => {
    const clock = fakeClock();
    const slow = await startSandbox({ clock, latencyMs: 60_000 });
    const running = run('mint --count 2 --prove --timeout 5s --json', { env: envFor(slow), clock });
    await expect.poll(() => slow.stats().mints).toBe(1);
    await clock.advance(5000);
    expect((await running).error()).toMatchObject({ code: 'timeout' });
    await slow.close();
  });

  it('stops at Ctrl-C, and keeps the printed tokens', async () => {
    const controller = new AbortController();
    let lines = 0;
    const { code, out, err } = await run('mint --count 10000 --concurrency 2', {
      env,
      signal: controller.signal,
      onStdout: () => {
        lines += 1;
        if (lines === 5) controller.abort(new CliError('interrupted', 'Interrupted.'));
      },
    });
    expect(code).toBe(130);
    expect(out.trimEnd().split('\n').length).toBeLessThan(10);
    expect(err).toMatch(/\d+ of 10000 tokens were minted\. Interrupted\./);
  });

  it('ends without an error when the reader closes the pipe', async () => {
    const { code, err } = await run('mint --count 50', { env, stdoutFails: 'reader-gone' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
  });

  it('applies --timeout to each token', async () => {
    const clock = fakeClock();
    const slow = await startSandbox({ clock, latencyMs: 4000 });
    const running = run('mint --count 3 --concurrency 1 --timeout 5s', {
      env: envFor(slow),
      clock,
    });
    for (let count = 1; count <= 3; count += 1) {
      await expect.poll(() => slow.stats().mints).toBe(count);
      await expect.poll(() => clock.waiting()).toContain(4000);
      await clock.advance(4000);
    }
    expect((await running).code).toBe(0);
    await slow.close();
  });

  it.each([
    ['--count 0', 'invalid_value'],
    ['--count 10001', 'invalid_value'],
    ['--count 1.5', 'invalid_value'],
    ['--count 5 --concurrency 65', 'invalid_value'],
    ['--concurrency 5', 'conflicting_options'],
    ['--count 5 -o env', 'conflicting_options'],
    ['--count 5 -o github', 'conflicting_options'],
  ])('rejects %s', async (options, code) => {
    const result = await run(`mint ${options}`, { env });
    expect(result).toMatchObject({ code: 2, out: '' });
    expect(result.err).toContain(code);
  });
});

describe('vstoken mint --prove', () => {
  it.each([
    ['readonly', 'could read', 0],
    ['readwrite', 'could open a session', 1],
  ])(
    'tests a second %s token for free, and prints an unused one',
    async (access, seen, sessions) => {
      const before = sandbox.stats();
      const { code, out, err } = await run(`mint --prove --access ${access}`, { env });
      const after = sandbox.stats();
      expect(code).toBe(0);
      expect(err).toContain(seen);
      expect(err).toContain('unused');
      expect(after.mints - before.mints).toBe(2);
      expect(after.sessions - before.sessions).toBe(sessions);
      expect(after.starts).toBe(before.starts);
      const mode = access === 'readonly' ? 'read' : 'connect';
      const used = await run(`test --token-stdin --mode ${mode}`, { env, stdin: out });
      expect(used.code).toBe(0);
    },
  );

  it('prints nothing if the second token fails', async () => {
    const faulty = await startSandbox({ faults: ['session:close'] });
    const result = await run('mint --prove --access readwrite', { env: envFor(faulty) });
    await faulty.close();
    expect(result).toMatchObject({ code: 6, out: '' });
    expect(result.err).toContain('closed_early');
  });
});

describe('S71 vstoken mint --prove if the WebSocket upgrade is refused', () => {
  it.each([401, 403, 404])('does not blame the token for status %s', async (status) => {
    const faulty = await startSandbox({ faults: [`connect:${status}`] });
    const prove = (access: string) =>
      run(`mint --prove --access ${access} --json`, { env: envFor(faulty) });
    const readwrite = await prove('readwrite');
    const readonly = await prove('readonly');
    await faulty.close();
    expect(readwrite.error()).toMatchObject({ code: 'upgrade_refused', exit: 6 });
    expect(readwrite.out).toBe('');
    expect(readwrite.err).not.toMatch(/needs a|refused the token/);
    expect(readonly.code).toBe(0);
  });
});

describe('vstoken mint --interactive', () => {
  it('asks, mints, and shows the command line that does the same', async () => {
    const { code, out, err } = await run('mint -i -o env --name T --prove --timeout 30s', {
      env,
      terminal: 'all',
      columns: 40,
      answers: ['readwrite', '0', 'soon', '45', false],
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^export T='\S+'\n$/);
    expect(err).toContain(
      '  vstoken mint --access readwrite --lifetime 45s --no-one-time -o env --name T --prove --timeout 30000ms\n',
    );
  });

  it('exits with 130 if the person cancels', async () => {
    const { code, out } = await run('mint -i', {
      env,
      terminal: 'all',
      answers: ['readonly', new CliError('interrupted', 'Cancelled.')],
    });
    expect({ code, out }).toEqual({ code: 130, out: '' });
  });

  it.each([
    [{}, 'none'],
    [{ CI: '1' }, 'all'],
  ] as const)(
    'S25 does not prompt if nobody can answer: %j, terminal: %s',
    async (more, terminal) => {
      const { code, err } = await run('mint -i', { env: { ...env, ...more }, terminal });
      expect(code).toBe(2);
      expect(err).toContain('prompt_impossible');
      expect(err).toContain('--lifetime');
    },
  );

  it('pauses the deadline while it asks', async () => {
    const clock = fakeClock();
    const timed = await startSandbox({ clock });
    const { code } = await run('mint -i --timeout 5s', {
      env: envFor(timed),
      clock,
      terminal: 'all',
      answers: ['readonly', '10', true],
      onQuestion: () => clock.advance(60_000),
    });
    await timed.close();
    expect(code).toBe(0);
  });
});
