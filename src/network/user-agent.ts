import { versions } from 'node:process';
import { version } from '../../package.json';

/** The User-Agent of every request. Firewalls often reject requests without a User-Agent. */
export const USER_AGENT = `vstoken/${version} node/${versions.node}`;
