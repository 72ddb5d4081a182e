import type { Environment } from './environment';
import { namesProxy } from './proxy-variables';
import type { Secret } from './secret';
import { LEAST_LENGTH, type Withhold } from './withhold';

/** Of a value in the query of a URL, which may be no secret. */
const LEAST_LENGTH_IN_URL = 16;
/** A presigned URL has the time in it, and this program prints times. */
const TIME = /^\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d(\.\d+)?Z?$/;
/** Tokens live two minutes: of thousands the last ones count, so many characters of them. */
const MAX_TOKEN_CHARACTERS = 16 * 1024;

/** The secrets of a run, which no text from outside may show again. */
export interface SecretRegister {
  /** Whether nothing was sent that a text could repeat. */
  readonly isEmpty: boolean;
  add(secret: Secret): void;
  /** Of many tokens the last ones are kept. */
  addToken(token: Secret): void;
  /** The user and the password of a URL, and the longer values of its query, which may be signatures. */
  addUrl(url: string): void;
  /** Loads what judges texts by what is registered when it is asked, and by the secrets in the environment. */
  load(): Promise<Withhold>;
}

/** To register is cheap; what judges is loaded where there is a text to judge. @param env may name proxies with passwords */
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
        // One that stands alone has no name: `?SIGNATURE`.
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

/** What judges texts before they are shown. For a run without secrets nothing is loaded. */
export async function judgeOf(secrets: SecretRegister): Promise<Withhold> {
  return secrets.isEmpty ? (text) => text : secrets.load();
}
