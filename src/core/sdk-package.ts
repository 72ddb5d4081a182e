export const SDK_PACKAGE = '@vocalstack/js-sdk';
/** The major version of the SDK that this program supports. */
export const SDK_MAJOR = 1;
