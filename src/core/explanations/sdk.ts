import { SDK_PACKAGE } from '../sdk-package';
import type { Explanation, SdkCode } from './explanation';

export const SDK: Readonly<Record<SdkCode, Explanation>> = {
  sdk_missing: {
    causes: [
      'The command with --client sdk was run elsewhere than in the folder of an application that has the SDK.',
      'The application has it in its package.json, and was not installed yet; or it is not in a folder node_modules, as with Plug and Play of Yarn.',
      'The package is not on the public npm registry today: npm install finds it only where a registry of your own has it.',
    ],
    fixes: [
      'Change to the folder of the application, and install what it needs: npm install',
      `Add the SDK, where your registry has it: npm install ${SDK_PACKAGE}`,
      'Do without it: vstoken test --client builtin',
    ],
  },
  sdk_broken: {
    causes: [
      'What the SDK depends on is not installed, or files of it are missing.',
      'It is of a newer generation with other classes, or it ends the process in which it is loaded.',
      'Another user owns a folder of it or may write to it, or its main file is in another folder.',
    ],
    fixes: [
      `See which one it is: npm ls ${SDK_PACKAGE}`,
      'Install it anew: npm install',
      'See its own error: vstoken test --client sdk --verbose',
    ],
  },
  sdk_failed: {
    causes: [
      'The SDK threw an error, or gave back nothing: its cause is in words that only a person can read.',
      'The API server is one that the SDK does not accept, as with an API version that is too low for it.',
    ],
    fixes: [
      'Read what it prints: vstoken test --client sdk --verbose',
      'Compare with the client of this program: vstoken test --client builtin',
      `See whether another version of it helps: npm ls ${SDK_PACKAGE}`,
    ],
  },
};
