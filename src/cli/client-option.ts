import type { ErrorCode } from '../core/error-codes';
import { CliError } from '../core/errors';
import { SDK_PACKAGE } from '../core/sdk-package';
import { value } from './options';

const CLIENTS = ['builtin', 'sdk'] as const;
export type ClientName = (typeof CLIENTS)[number];

/** Errors that can occur only with the SDK, in addition to the errors of the built-in client. */
export const SDK_ERRORS: readonly ErrorCode[] = ['sdk_missing', 'sdk_broken', 'sdk_failed'];

function parseClient(text: string): ClientName {
  const client = CLIENTS.find((known) => known === text);
  if (client) return client;
  throw new CliError('invalid_value', `--client must be ${CLIENTS.join(' or ')}.`, {
    hint: 'With --client sdk, vstoken uses the official SDK that the project in this folder has installed.',
  });
}

export const CLIENT_OPTION = value(
  '--client <client>',
  `builtin, or sdk to use the ${SDK_PACKAGE} of the project in this folder`,
  parseClient,
  { preset: 'builtin', completes: { words: CLIENTS } },
);
