import process from 'node:process';

// Replaces node:process for conf, so that conf does not see the variable SNAP. Reason: in a terminal that is installed as a snap,
// conf would overwrite the settings file in place. If vstoken were killed while conf writes the file, every key would be lost.
const { platform } = process;
export default { platform, env: {} };
