import { versions } from 'node:process';
import { version } from '../../package.json';

/** What every request to a server carries: firewalls commonly refuse requests without one. */
export const USER_AGENT = `vstoken/${version} node/${versions.node}`;
