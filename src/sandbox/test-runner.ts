/**
 * Whether `node:test` was loaded in this process. The test runner of `node:test` waits, without a time limit, while anything
 * keeps the process of a test file alive.
 */
export function isUnderNodeTest(): boolean {
  const { moduleLoadList } = process as { readonly moduleLoadList?: unknown };
  return Array.isArray(moduleLoadList) && moduleLoadList.includes('NativeModule test');
}
