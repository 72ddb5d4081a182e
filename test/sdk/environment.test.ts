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
  it('contains no key, and no Node.js option that loads code or opens a port', () => {
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

  it('contains the proxy variables only for a server on another machine', () => {
    expect(environmentOfSdk(PROXIES, BEYOND)).toEqual(PROXIES);
    expect(environmentOfSdk({ ...PROXIES, PATH: '/bin' }, LOOPBACK)).toEqual({ PATH: '/bin' });
    expect(environmentOfSdk(PROXIES, 'https://localhost:4000')).toEqual({});
  });

  it('contains only the proxy of the built-in client if loopback uses a proxy', () => {
    const own = {
      http_proxy: 'http://127.0.0.1:3128',
      NO_PROXY: 'example.com',
      NODE_USE_ENV_PROXY: '1',
    };
    const env = { ...PROXIES, ...own, VOCALSTACK_PROXY_LOOPBACK: '1' };
    expect(environmentOfSdk(env, LOOPBACK)).toEqual(own);
    expect(environmentOfSdk({ ...env, NO_PROXY: '127.0.0.0/8' }, LOOPBACK)).toEqual({});
  });

  it('is rejected if the key would be sent over plain http to another machine', () => {
    const env = { ...PROXIES, VOCALSTACK_PROXY_LOOPBACK: '1' };
    expect(() => environmentOfSdk(env, LOOPBACK)).toThrow(
      'HTTP_PROXY names a proxy on another machine',
    );
  });

  it('disables certificate checks only on this machine, and not through a proxy', () => {
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
