import process from 'node:process';

// Replaces node:process for conf, without the variable SNAP. In a terminal that is installed as a snap, conf would overwrite the
// file in place, and a killed writer would lose every key.
const { platform } = process;
export default { platform, env: {} };
