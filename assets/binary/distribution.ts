// Replaces src/core/distribution.ts in the executable.

import { optionalDependencies } from '../../package.json';

const KEYRING = `@napi-rs/keyring@${optionalDependencies['@napi-rs/keyring']}`;
const INSTALL = `npm install --prefix . ${KEYRING}`;

export const IS_EXECUTABLE: boolean = true;

export const UPDATE = 'download the newest executable';

export const KEYCHAIN_LOCATION = 'next to this executable';
export const KEYCHAIN_HINT = `Run ${INSTALL} in the folder of the executable`;
export const KEYCHAIN_CAUSES = [
  'The executable does not contain the package @napi-rs/keyring.',
  'The package @napi-rs/keyring is in another folder. vstoken only looks in the folder node_modules next to the executable.',
] as const;
export const KEYCHAIN_FIX = `In the folder of the executable, run: ${INSTALL}`;
export const REINSTALL_WITH_KEYCHAIN = `On the machine that runs the executable, in the folder of the executable: ${INSTALL}`;
export const REINSTALL = `Reinstall the package: run ${INSTALL} in the folder of the executable`;
