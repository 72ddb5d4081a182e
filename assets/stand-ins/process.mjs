import process from 'node:process';

// Replaces node:process for conf, without the variable SNAP. Reason: in a terminal that is installed as a snap, conf would
// overwrite the settings file in place. If vstoken were killed while it writes, every key would be lost.
const { platform } = process;
export default { platform, env: {} };
