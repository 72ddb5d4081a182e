import { tryUpgrade } from '../../api/try-upgrade';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { proxyFor } from '../../network/proxy';
import { attempt, type Check, fail, failed, pass, warn } from './checks';

const ID = 'websocket';

/** Tries whether a WebSocket can be opened, without credentials: whatever comes of it says nothing about a token. */
export async function checkUpgrade(
  context: CommandContext,
  apiServer: string,
  signal: AbortSignal,
): Promise<Check> {
  const { connect, clock, secrets, notes, env } = context;
  const options = { connect, clock, secrets, signal, apiServer, trace: notes.trace };
  const tried = await attempt(() => tryUpgrade(options));
  if (!(tried instanceof CliError)) {
    return pass(ID, `the upgrade was accepted in ${tried} ms, without a token`);
  }
  if (tried.code === 'upgrade_refused') {
    return fail(ID, tried.message.replace(/\.$/, ''), fixOf(apiServer, env));
  }
  if (tried.code === 'timeout') {
    return warn(ID, 'the upgrade got no answer', fixOf(apiServer, env));
  }
  const found = failed(ID, tried);
  return tried.code === 'rate_limited' ? { ...found, result: 'warn' } : found;
}

/** The server has answered over HTTP, so what is in the way lets that pass, and WebSockets not. */
function fixOf(apiServer: string, env: CommandContext['env']): string {
  const url = new URL(apiServer);
  const proxy = proxyFor(url, env);
  if (proxy) {
    const { host, variable } = proxy;
    return `Ask who runs the proxy ${host} (${variable}) to let WebSockets through, or go past it: export NO_PROXY=${url.hostname}`;
  }
  return `Ask who runs the proxy, firewall or gateway on the way to let WebSockets to ${url.host} through (the headers Connection and Upgrade). What takes none works without: vstoken test --mode read`;
}
