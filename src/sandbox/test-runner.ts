/**
 * Whether `node:test` was loaded in this process. Its test runner waits, without a time limit, while anything keeps the process
 * of a test file alive.
 */
export function isUnderNodeTest(): boolean {
  const { moduleLoadList } = process as { readonly moduleLoadList?: unknown };
  return Array.isArray(moduleLoadList) && moduleLoadList.includes('NativeModule test');
}
