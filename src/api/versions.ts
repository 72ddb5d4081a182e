import { UPDATE } from '../core/distribution';
import { CliError } from '../core/errors';
import { EXPECTED_API_VERSION } from './protocol';
import { parseVersion, type Version } from './version-number';

export const UPDATE_HINT = `Look for a newer version: ${UPDATE}`;

const EXPECTED = parseVersion(EXPECTED_API_VERSION) ?? [0, 0, 0];

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export function apiDiscontinued(host: string, httpStatus: number): CliError {
  return new CliError(
    'api_discontinued',
    `${host} has switched off the version of its API that this program speaks (${EXPECTED_API_VERSION}).`,
    { hint: UPDATE_HINT, httpStatus },
  );
}

/**
 * Judges X-API-Version as the official SDK does: a missing, malformed or lower one is refused, a newer one is warned about,
 * once, and used.
 * @throws CliError `api_version_missing` for an unreadable one, `api_version_too_low`
 */
export function createVersionCheck(host: string, warn: (text: string) => void) {
  const warned = new Set<string>();
  const warnOnce = (kind: string, text: string) => {
    if (!warned.has(kind)) warn(text);
    warned.add(kind);
  };
  return (header: string, httpStatus: number): void => {
    const version = parseVersion(header);
    if (!version) {
      throw new CliError(
        'api_version_missing',
        `The API version in the answer of ${host} is unreadable: it has to be three numbers.`,
        { hint: 'Check that the API server is VocalStack.', httpStatus },
      );
    }
    const text = version.join('.');
    if (compare(version, EXPECTED) < 0) {
      throw new CliError(
        'api_version_too_low',
        `${host} speaks API version ${text}; this program needs ${EXPECTED_API_VERSION} or newer.`,
        { hint: 'Check the API server, and update the sandbox if it is one.', httpStatus },
      );
    }
    if (version[0] > EXPECTED[0]) {
      warnOnce(
        'major',
        `${host} speaks API version ${text}, a newer generation than the ${EXPECTED_API_VERSION} that this program knows. Results may be wrong or missing. ${UPDATE_HINT}`,
      );
    } else if (version[0] === EXPECTED[0] && version[1] > EXPECTED[1]) {
      warnOnce(
        'minor',
        `${host} speaks API version ${text}, a little newer than the ${EXPECTED_API_VERSION} that this program knows. That should work.`,
      );
    }
  };
}

export function apiVersionMissing(host: string, httpStatus: number): CliError {
  return new CliError('api_version_missing', `The answer of ${host} names no API version.`, {
    hint: 'A proxy on the way may have removed the header X-API-Version.',
    httpStatus,
  });
}
