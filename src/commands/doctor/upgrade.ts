import { tryUpgrade } from '../../api/try-upgrade';
import type { CommandContext } from '../../cli/define';
import { CliError } from '../../core/errors';
import { proxyFor } from '../../network/proxy';
import { attempt, type Check, fail, failed, pass, warn } from './checks';

const ID = 'websocket';

/** Tries to open a WebSocket without a token, so that the result does not depend on a token. */
export async function checkUpgrade(
  context: CommandContext,
  apiServer: string,
  signal: AbortSignal,
): Promise<Check> {
  const { connect, clock, secrets, notes, env } = context;
  const options = { connect, clock, secrets, signal, apiServer, trace: notes.trace };
  const tried = await attempt(() => tryUpgrade(options));
  if (!(tried instanceof CliError)) {
    return pass(ID, `a WebSocket opened in ${tried} ms, without a token`);
  }
  if (tried.code === 'upgrade_refused') {
    return fail(ID, tried.message.replace(/\.$/, ''), fixOf(apiServer, env));
  }
  if (tried.code === 'timeout') {
    return warn(ID, 'the request to open a WebSocket got no answer', fixOf(apiServer, env));
  }
  const found = failed(ID, tried);
  return tried.code === 'rate_limited' ? { ...found, result: 'warn' } : found;
}

/**
 * Returns how to allow WebSockets. Called only after the server has answered over HTTP. Because HTTP works, the cause is most
 * likely a proxy, firewall or gateway that blocks only WebSockets.
 */
function fixOf(apiServer: string, env: CommandContext['env']): string {
  const url = new URL(apiServer);
  const proxy = proxyFor(url, env);
  if (proxy) {
    const { host, variable } = proxy;
    return `Ask the operator of the proxy ${host} (${variable}) to allow WebSockets, or connect without the proxy: export NO_PROXY=${url.hostname}`;
  }
  return `Ask the operator of the proxy, firewall or gateway to allow WebSockets to ${url.host} and to keep the headers Connection and Upgrade. This test works without WebSockets: vstoken test --mode read`;
}
