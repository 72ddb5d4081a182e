/** Instead of src/core/distribution.ts. */
export const IS_EXECUTABLE: boolean = true;
