/** Whether this is the executable that needs no Node.js, and not the package. Its build has assets/binary/distribution.ts instead. */
export const IS_EXECUTABLE: boolean = false;
