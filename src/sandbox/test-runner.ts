/** Whether `node:test` was loaded in this process. It waits without a limit for anything that keeps a test file alive. */
export function isUnderNodeTest(): boolean {
  const { moduleLoadList } = process as { readonly moduleLoadList?: unknown };
  return Array.isArray(moduleLoadList) && moduleLoadList.includes('NativeModule test');
}
