/** The official SDK, as the registry knows it. */
export const SDK_PACKAGE = '@vocalstack/js-sdk';
/** The generation of it that this program knows. */
export const SDK_MAJOR = 1;
