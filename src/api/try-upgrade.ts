import { toCliError } from '../core/errors';
import { sampleUrl } from '../core/sample-clips';
import { PATHS } from './protocol';
import { type SessionOptions, sessionUrl } from './session';
import { upgradeRefusal } from './upgrade-refusal';

/**
 * Opens a WebSocket with the URL of a session, and closes it without sending a message. Sends no credentials, so it costs nothing
 * and does not test a token.
 * @returns how long the upgrade took, in milliseconds
 * @throws CliError `upgrade_refused`, and network and service errors; the signal's reason
 */
export async function tryUpgrade(options: SessionOptions): Promise<number> {
  const { connect, clock, secrets, signal, apiServer, trace } = options;
  const request = { url: sampleUrl(apiServer), language: 'auto', maxDurationS: 1 };
  const url = sessionUrl(apiServer, request);
  const startedAt = clock.monotonic();
  const report = (outcome: string) => {
    const ms = Math.round(clock.monotonic() - startedAt);
    trace?.(`WebSocket ${PATHS.transcribeUrl} -> ${outcome} in ${ms} ms`);
    return ms;
  };
  const withhold = await secrets.load();
  const socket = await connect(url, {
    ...{ signal, clock, withhold },
    refusalOf: (status, headers) => upgradeRefusal(url.host, status, headers),
  }).catch((error: unknown) => {
    report(toCliError(error).code);
    throw error;
  });
  const ms = report('upgraded');
  await socket.close();
  return ms;
}
