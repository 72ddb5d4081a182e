import type { Http } from '../context/http';
import { cleanEnvironment } from '../core/clean-environment';
import { createSecretRegister } from '../core/secret-register';
import { createHttp } from '../network/http';
import { systemClock } from './clock';
import { loadHttp } from './load-http';

/** What the library's client needs of the application's process: clock, network and random numbers. */
export const nodeClient = {
  clock: systemClock(),
  random: Math.random,
  /** @returns a function that makes a secret register for one operation */
  secretsMaker() {
    const env = cleanEnvironment(process.env);
    return () => createSecretRegister(env);
  },
  /** Sends requests through the proxies that the environment names. */
  openHttp: (): Http => createHttp(cleanEnvironment(process.env), loadHttp),
};
