/** Whether `node:test` was loaded in this process. It waits for whatever keeps a test file alive, without a limit. */
export function isUnderNodeTest(): boolean {
  const { moduleLoadList } = process as { readonly moduleLoadList?: unknown };
  return Array.isArray(moduleLoadList) && moduleLoadList.includes('NativeModule test');
}
