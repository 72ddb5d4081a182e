import type { Http } from '../context/http';
import { cleanEnvironment } from '../core/clean-environment';
import { createSecretRegister } from '../core/secret-register';
import { createHttp } from '../network/http';
import { systemClock } from './clock';
import { loadHttp } from './load-http';

/** What the library's client uses from the process: clock, network and random numbers. */
export const nodeClient = {
  clock: systemClock(),
  random: Math.random,
  /**
   * Returns a function that creates a register for one operation, such as a mint. The register collects the secrets of the
   * operation, so that a text of an error that contains one of these secrets is replaced.
   */
  secretsMaker() {
    const env = cleanEnvironment(process.env);
    return () => createSecretRegister(env);
  },
  /** Opens an HTTP client that uses the proxies in the environment variables. */
  openHttp: (): Http => createHttp(cleanEnvironment(process.env), loadHttp),
};
