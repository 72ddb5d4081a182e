import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadedBy } from './support/loaded';
import { BINARY, start } from './support/run-binary';
import { SERVICE_KEY, type Service, startService } from './support/service';

type Env = Readonly<Record<string, string>>;

let service: Service;
let folder: string;
beforeAll(async () => {
  service = await startService({});
  folder = mkdtempSync(join(tmpdir(), 'vstoken-network-variables-'));
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true });
});

describe('without network variables', () => {
  const loaded = async (env: Env) => {
    const own = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: SERVICE_KEY, ...env };
    const { chunks, builtins } = await loadedBy(['mint'], { env: own });
    return [...chunks, ...builtins.filter((name) => /^(tls|https|crypto)$/.test(name))];
  };

  it('no code for proxies or certificates is loaded', async () => {
    const bare = await loaded({});
    expect(bare).toContain('base');
    expect(await loaded({ NO_PROXY: '*', NODE_EXTRA_CA_CERTS: '' })).toEqual(bare);
    for (const name of ['tunnel', 'network-minting', 'authorities', 'https'])
      expect(bare).not.toContain(name);
    expect(await loaded({ HTTPS_PROXY: '127.0.0.1:1' })).toContain('network-minting');
  });

  it.each<Record<string, string>>([
    { NODE_USE_ENV_PROXY: '1' },
    // The preloaded module copies TEST_OPTIONS to NODE_OPTIONS. Reason: older versions of Node.js do not start if NODE_OPTIONS
    // contains --use-env-proxy.
    { TEST_OPTIONS: '--use-env-proxy' },
  ])(
    'S38 Node.js prints no warning about its experimental fetch, which vstoken does not use: %j',
    async (own) => {
      const preload = join(folder, 'warn.cjs');
      writeFileSync(
        preload,
        `if (process.env.TEST_OPTIONS) process.env.NODE_OPTIONS = process.env.TEST_OPTIONS;
      process.emitWarning('of fetch', { code: 'UNDICI-EHPA' }); process.emitWarning('of others');`,
      );
      const env = { VOCALSTACK_API_SERVER: service.url, VOCALSTACK_API_KEY: SERVICE_KEY, ...own };
      const args = ['--require', preload, BINARY, 'mint'];
      const { err } = await start(process.execPath, args, { env }).done;
      expect(err).toContain('of others');
      expect(err).not.toContain('of fetch');
    },
  );
});
