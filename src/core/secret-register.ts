import type { Environment } from './environment';
import { namesProxy } from './proxy-variables';
import type { Secret } from './secret';
import { LEAST_LENGTH, type Withhold } from './withhold';

/** The minimum length of values in a URL's query. Shorter values are probably not secret. */
const LEAST_LENGTH_IN_URL = 16;
/** A presigned URL contains the time, and this program prints times. */
const TIME = /^\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d(\.\d+)?Z?$/;
/** The total length of the tokens that are kept, in characters. Older tokens are dropped: a token expires within two minutes. */
const MAX_TOKEN_CHARACTERS = 16 * 1024;

/** The secrets of a run, which must not be shown when a server repeats them. */
export interface SecretRegister {
  /** Whether no secret is registered. */
  readonly isEmpty: boolean;
  add(secret: Secret): void;
  /** Only the newest tokens are kept. */
  addToken(token: Secret): void;
  /** Registers the user and password of a URL, and the longer values of its query, which may be signatures. */
  addUrl(url: string): void;
  /** Loads the judge, which uses the secrets registered at that moment and those of the environment. */
  load(): Promise<Withhold>;
}

/** Registering is cheap; the judge is loaded only when there is a text to judge. @param env may name proxies with passwords */
export function createSecretRegister(env: Environment): SecretRegister {
  const lasting = new Set<string>();
  const tokens = new Set<string>();
  let characters = 0;
  let loading: Promise<Withhold> | undefined;

  function add(value: string) {
    if (value.length >= LEAST_LENGTH) lasting.add(value);
  }

  function addToken(value: string) {
    if (value.length < LEAST_LENGTH || tokens.has(value)) return;
    tokens.add(value);
    characters += value.length;
    for (const oldest of tokens) {
      if (characters <= MAX_TOKEN_CHARACTERS || oldest === value) return;
      tokens.delete(oldest);
      characters -= oldest.length;
    }
  }

  return {
    get isEmpty() {
      return lasting.size + tokens.size === 0 && !namesProxy(env);
    },
    add: (secret) => add(secret.reveal()),
    addToken: (token) => addToken(token.reveal()),
    addUrl(text) {
      const { username, password, searchParams } = new URL(text);
      for (const part of [username, password]) add(part);
      for (const [name, value] of searchParams) {
        // A query may be a value without a name: `?SIGNATURE`.
        const given = value || name;
        if (given.length >= LEAST_LENGTH_IN_URL && !TIME.test(given)) add(given);
      }
    },
    load() {
      loading ??= import('./secret-judge').then(({ createJudge }) =>
        createJudge(env, () => [...lasting, ...tokens]),
      );
      return loading;
    },
  };
}

/** The judge for texts that are about to be shown. Without secrets, nothing is loaded. */
export async function judgeOf(secrets: SecretRegister): Promise<Withhold> {
  return secrets.isEmpty ? (text) => text : secrets.load();
}
