import type { MintedToken, VocalStackApi } from '../api/api';
import { isoTime } from '../core/iso-time';
import type { Secret } from '../core/secret';
import type { TokenOptions } from '../core/token';
import { openApi } from './open-api';
import type { ClientRecord } from './open-sdk';
import type { ServiceContext, ServiceTarget } from './target';

/** A minted token as `--json` prints it. Times are ISO 8601 in UTC. The token never expires before `expires_at`. */
export interface Minted {
  readonly token: string;
  readonly access: string;
  readonly lifetime_s: number;
  readonly one_time: boolean;
  readonly issued_at: string;
  readonly expires_at: string;
  readonly api_server: string;
  readonly profile: string | null;
  readonly sandbox: boolean;
  /** The SDK that minted the token. Present only with `--client sdk`. */
  readonly client?: ClientRecord;
}

export async function mintOne(
  context: ServiceContext,
  key: Secret,
  options: TokenOptions,
  api: VocalStackApi = openApi(context),
): Promise<Minted> {
  return recordOf(context.target, options, await api.mintToken(key, options));
}

/** Returns the JSON document of a minted token. */
export function recordOf(
  { apiServer, profile, sandbox }: ServiceTarget,
  options: TokenOptions,
  { token, sentAt }: Pick<MintedToken, 'token' | 'sentAt'>,
): Minted {
  return {
    token: token.reveal(),
    access: options.access,
    lifetime_s: options.lifetimeS,
    one_time: options.oneTime,
    issued_at: isoTime(sentAt),
    expires_at: isoTime(sentAt + options.lifetimeS * 1000),
    api_server: apiServer,
    profile,
    sandbox,
  };
}
