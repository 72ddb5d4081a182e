import type { Http } from '../context/http';
import { cleanEnvironment } from '../core/clean-environment';
import { createSecretRegister } from '../core/secret-register';
import { createHttp } from '../network/http';
import { systemClock } from './clock';
import { loadHttp } from './load-http';

/** What the library's client takes from the process of the application: its clock, its network and its chance. */
export const nodeClient = {
  clock: systemClock(),
  random: Math.random,
  /** @returns what makes a register for the secrets of one piece of work */
  secretsMaker() {
    const env = cleanEnvironment(process.env);
    return () => createSecretRegister(env);
  },
  /** Requests that go the way that the environment of the process says. */
  openHttp: (): Http => createHttp(cleanEnvironment(process.env), loadHttp),
};
