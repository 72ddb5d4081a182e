/** Hides a warning that Node.js 22 shows at start: that the proxies of fetch are experimental. vstoken does not use fetch. */
export function hideFetchWarning(node: NodeJS.Process): void {
  const { NODE_USE_ENV_PROXY: isOn, NODE_OPTIONS: options } = node.env;
  if (!isOn && !options?.includes('--use-env-proxy')) return;
  const showing = node.listeners('warning');
  node.removeAllListeners('warning');
  node.on('warning', (warning) => {
    if ('code' in warning && warning.code === 'UNDICI-EHPA') return;
    for (const show of showing) show(warning);
  });
}
