import process from 'node:process';

// For conf, without the variable SNAP. In a terminal that was installed as a snap, conf would not replace the file but write into it:
// a killed writer would lose every key.
const { platform } = process;
export default { platform, env: {} };
