import { SDK_PACKAGE } from '../sdk-package';
import type { Explanation, SdkCode } from './explanation';

export const SDK: Readonly<Record<SdkCode, Explanation>> = {
  sdk_missing: {
    causes: [
      '--client sdk was used outside the folder of an application that has the SDK.',
      "The SDK is in package.json but not yet installed, or not in a node_modules folder, as with Yarn Plug'n'Play.",
      'The package is not on the public npm registry today. npm install finds it only if your own registry has it.',
    ],
    fixes: [
      'Change to the folder of the application, and install its dependencies: npm install',
      `Add the SDK, if your registry has it: npm install ${SDK_PACKAGE}`,
      'Test without the SDK: vstoken test --client builtin',
    ],
  },
  sdk_broken: {
    causes: [
      'A dependency of the SDK is not installed, or files of the SDK are missing.',
      'The SDK is a newer version with other classes, or it ends the process that loads it.',
      'The folder of the SDK belongs to another user, other users can write to it, or the main file is outside the folder.',
    ],
    fixes: [
      `See the version of the SDK: npm ls ${SDK_PACKAGE}`,
      'Reinstall the SDK: npm install',
      'See the error of the SDK: vstoken test --client sdk --verbose',
    ],
  },
  sdk_failed: {
    causes: [
      'The SDK threw an error without a code, or returned nothing, so vstoken does not know the cause.',
      'The SDK does not accept the API server, for example because the API version of the server is too old.',
    ],
    fixes: [
      'See the output of the SDK: vstoken test --client sdk --verbose',
      'Compare with the client of vstoken: vstoken test --client builtin',
      `See the version of the SDK, and try another version: npm ls ${SDK_PACKAGE}`,
    ],
  },
};
