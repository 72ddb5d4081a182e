import { CliError } from '../../src/core/errors';
import { type RunOptions, type RunResult, run } from './run';

/** Runs a command that does not end by itself. Calls `use` with the command's first output, and then stops the command. */
export async function runUntilStopped(
  line: string,
  use: (first: string) => Promise<void>,
  options: RunOptions = {},
): Promise<RunResult> {
  const controller = new AbortController();
  let announce: (first: string) => void = () => undefined;
  const announced = new Promise<string>((resolve) => {
    announce = resolve;
  });
  const running = run(line, { ...options, signal: controller.signal, onStdout: announce });
  try {
    await use(
      await Promise.race([announced, running.then(({ err }) => Promise.reject(new Error(err)))]),
    );
  } finally {
    controller.abort(new CliError('interrupted', 'Interrupted.'));
  }
  return running;
}

/** Runs `serve`, requests a token from it, and returns the answer. With --page, also returns the page's file settings.js. */
export async function askServe(
  line: string,
  options: RunOptions,
): Promise<RunResult & { readonly body: string; readonly page: string }> {
  let body = '';
  let page = '';
  const result = await runUntilStopped(
    line,
    async (first) => {
      const [, address = ''] = /(?:Listening on |"url":")(http:[^\s"]+)/.exec(first) ?? [];
      const [, secret] = /(?:Secret: +|"secret":")([^\s"]+)/.exec(first) ?? [];
      const url = address.endsWith('/token') ? address : `${address}/token`;
      body = await (await fetch(url, { headers: { authorization: `Bearer ${secret}` } })).text();
      const [, place] = /(?:The page is at |"page":")(http:[^\s"]+)/.exec(first) ?? [];
      if (place !== undefined) page = await (await fetch(`${place}/settings.js`)).text();
    },
    options,
  );
  return { ...result, body, page };
}
