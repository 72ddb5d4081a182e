import { UPDATE } from '../core/distribution';
import { CliError } from '../core/errors';
import { EXPECTED_API_VERSION } from './protocol';
import { parseVersion, type Version } from './version-number';

export const UPDATE_HINT = `Update vstoken: ${UPDATE}`;

const EXPECTED = parseVersion(EXPECTED_API_VERSION) ?? [0, 0, 0];

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export function apiDiscontinued(host: string, httpStatus: number): CliError {
  return new CliError(
    'api_discontinued',
    `${host} has switched off the API version that vstoken uses (${EXPECTED_API_VERSION}).`,
    { hint: UPDATE_HINT, httpStatus },
  );
}

/**
 * Creates the check of the header X-API-Version. The official SDK has the same rules: a malformed version is rejected, and so is
 * any version lower than expected. The check warns once about a newer version.
 * @throws CliError `api_version_missing` for a malformed version, `api_version_too_low`
 */
export function versionCheck(host: string, warn: (text: string) => void) {
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
        `The API version in the answer of ${host} is not valid: it must be three numbers, such as ${EXPECTED_API_VERSION}.`,
        { hint: 'Check that the API server belongs to VocalStack.', httpStatus },
      );
    }
    const text = version.join('.');
    if (compare(version, EXPECTED) < 0) {
      throw new CliError(
        'api_version_too_low',
        `${host} uses API version ${text}; vstoken needs ${EXPECTED_API_VERSION} or newer.`,
        {
          hint: 'Check the API server. If the API server is a sandbox, update the vstoken that runs the sandbox.',
          httpStatus,
        },
      );
    }
    if (version[0] > EXPECTED[0]) {
      warnOnce(
        'major',
        `${host} uses API version ${text}, a newer major version. This vstoken was made for version ${EXPECTED_API_VERSION}. Results may be wrong or missing. ${UPDATE_HINT}`,
      );
    } else if (version[0] === EXPECTED[0] && version[1] > EXPECTED[1]) {
      warnOnce(
        'minor',
        `${host} uses API version ${text}, a newer minor version. This vstoken was made for version ${EXPECTED_API_VERSION}, but it should still work.`,
      );
    }
  };
}

export function apiVersionMissing(host: string, httpStatus: number): CliError {
  return new CliError('api_version_missing', `The answer of ${host} has no API version.`, {
    hint: 'A proxy may have removed the header X-API-Version.',
    httpStatus,
  });
}
