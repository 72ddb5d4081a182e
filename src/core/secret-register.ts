import type { Environment } from './environment';
import { namesProxy } from './proxy-variables';
import type { Secret } from './secret';
import { MIN_SECRET_LENGTH, type Withhold } from './withhold';

/** Minimum length of a value in a URL's query, in characters. Shorter values are not registered: they are probably not secret. */
const MIN_LENGTH_IN_URL = 16;
/**
 * Matches times, such as the time in the query of a presigned URL. A time is not registered as a secret, because this program
 * prints times.
 */
const TIME = /^\d{4}-?\d\d-?\d\dT\d\d:?\d\d:?\d\d(\.\d+)?Z?$/;
/**
 * Maximum total length of the tokens that are kept, in characters. Older tokens are dropped, because a token expires within two
 * minutes.
 */
const MAX_TOKEN_CHARACTERS = 16 * 1024;

/** The secrets of a run. A text that contains one of them must not be shown. */
export interface SecretRegister {
  /** True if no secret is registered and no proxy variable is set (it may contain a password). Then texts need no check. */
  readonly isEmpty: boolean;
  add(secret: Secret): void;
  /** Registers a token. Only the newest tokens are kept. */
  addToken(token: Secret): void;
  /** Registers the user and password of a URL, and long values of its query, which may be signatures. */
  addUrl(url: string): void;
  /**
   * Returns a function that replaces each text that contains a secret. The function knows the secrets of the environment, and the
   * secrets that are registered at the time of the check.
   */
  load(): Promise<Withhold>;
}

/**
 * Creates a register. Code that checks texts is loaded only when there is a text to check.
 * @param env the environment, because proxy variables may contain passwords
 */
export function createSecretRegister(env: Environment): SecretRegister {
  const lasting = new Set<string>();
  const tokens = new Set<string>();
  let characters = 0;
  let loading: Promise<Withhold> | undefined;

  function add(value: string) {
    if (value.length >= MIN_SECRET_LENGTH) lasting.add(value);
  }

  function addToken(value: string) {
    if (value.length < MIN_SECRET_LENGTH || tokens.has(value)) return;
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
        // The query may be a value without a name: `?SIGNATURE`.
        const given = value || name;
        if (given.length >= MIN_LENGTH_IN_URL && !TIME.test(given)) add(given);
      }
    },
    load() {
      loading ??= import('./create-withhold').then(({ createWithhold }) =>
        createWithhold(env, () => [...lasting, ...tokens]),
      );
      return loading;
    },
  };
}

/** Returns a function that replaces each text that contains a secret. Loads nothing if there are no secrets. */
export async function loadWithhold(secrets: SecretRegister): Promise<Withhold> {
  return secrets.isEmpty ? (text) => text : secrets.load();
}
