import { toCliError } from '../core/errors';
import { sampleUrl } from '../core/sample-clips';
import { PATHS } from './protocol';
import { type SessionOptions, sessionUrl } from './session';
import { upgradeRefusal } from './upgrade-refusal';

/**
 * Opens a WebSocket as a session would, says nothing over it, and closes it. No credentials are sent, so it costs nothing and tells
 * nothing about a token.
 * @returns how long the upgrade took, in milliseconds
 * @throws CliError `upgrade_refused`, and the network's and service's codes; the signal's reason
 */
export async function tryUpgrade(options: SessionOptions): Promise<number> {
  const { connect, clock, secrets, signal, apiServer, trace } = options;
  const request = { url: sampleUrl(apiServer), language: 'auto', maxDurationS: 1 };
  const url = sessionUrl(apiServer, request);
  const begun = clock.monotonic();
  const report = (outcome: string) => {
    const ms = Math.round(clock.monotonic() - begun);
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
