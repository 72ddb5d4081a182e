import { describe, expect, it } from 'vitest';
import { environmentOfSdk } from '../../src/sdk/environment';

const LOOPBACK = 'http://127.0.0.1:4000';
const BEYOND = 'https://api.example.com';
const PROXIES = {
  HTTP_PROXY: 'http://proxy.example:3128',
  https_proxy: 'http://proxy.example:3128',
  ALL_PROXY: 'http://proxy.example:3128',
  NODE_USE_ENV_PROXY: '1',
};

describe('S33 the environment of the SDK', () => {
  it('has no key, and nothing of Node.js that loads or opens something', () => {
    const env = {
      PATH: '/bin',
      VOCALSTACK_API_KEY: 'a-key',
      NODE_OPTIONS: '--use-env-proxy',
      NODE_EXTRA_CA_CERTS: '/ca.pem',
      Node_Options: '--inspect',
      UNSET: undefined,
    };
    const kept = { PATH: '/bin', NODE_EXTRA_CA_CERTS: '/ca.pem' };
    for (const server of [LOOPBACK, BEYOND]) expect(environmentOfSdk(env, server)).toEqual(kept);
  });

  it('has the proxies for a server beyond this machine, and none for one on it', () => {
    expect(environmentOfSdk(PROXIES, BEYOND)).toEqual(PROXIES);
    expect(environmentOfSdk({ ...PROXIES, PATH: '/bin' }, LOOPBACK)).toEqual({ PATH: '/bin' });
    expect(environmentOfSdk(PROXIES, 'https://localhost:4000')).toEqual({});
  });

  it('has the one that the built-in client takes where loopback goes through one, and no other', () => {
    const own = {
      http_proxy: 'http://127.0.0.1:3128',
      NO_PROXY: 'example.com',
      NODE_USE_ENV_PROXY: '1',
    };
    const env = { ...PROXIES, ...own, VOCALSTACK_PROXY_LOOPBACK: '1' };
    expect(environmentOfSdk(env, LOOPBACK)).toEqual(own);
    expect(environmentOfSdk({ ...env, NO_PROXY: '127.0.0.0/8' }, LOOPBACK)).toEqual({});
  });

  it('is none where the key would go in plain http beyond this machine', () => {
    const env = { ...PROXIES, VOCALSTACK_PROXY_LOOPBACK: '1' };
    expect(() => environmentOfSdk(env, LOOPBACK)).toThrow(
      'HTTP_PROXY names a proxy on another machine',
    );
  });

  it('leaves certificates unjudged on this machine alone, and not through a proxy', () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(environmentOfSdk(env, 'https://localhost:4000')).toEqual(env);
    expect(environmentOfSdk(env, BEYOND)).toEqual({});
    const proxied = {
      ...env,
      https_proxy: 'http://127.0.0.1:3128',
      VOCALSTACK_PROXY_LOOPBACK: '1',
    };
    expect(environmentOfSdk(proxied, 'https://localhost:4000')).toEqual({
      https_proxy: proxied.https_proxy,
    });
  });
});
