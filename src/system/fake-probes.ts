import type { Probes } from '../context/probes';

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

/**
 * Creates probes (the functions with which `vstoken doctor` checks the machine and its network) for tests. A probe that the test
 * does not set reports success.
 */
export function fakeProbes(seen: Partial<Probes> & { readonly now?: number } = {}): Probes {
  const { now = 0, ...given } = seen;
  return {
    otherRuntime: null,
    machine: { platform: 'linux', architecture: 'x64', home: '/home/person' },
    findSdk: () => null,
    loadKeychainPackage: async () => ({ path: '/node_modules/keyring', version: '2.1.2' }),
    lookUp: async () => ['203.0.113.1', '2001:db8::1'],
    reach: async () => undefined,
    agreeOnTls: async () => ({
      protocol: 'TLSv1.3',
      issuer: 'An Authority',
      expiresAt: now + YEAR_MS,
      distrust: null,
    }),
    readCertificates: async () => ({ certificates: ['a certificate'] }),
    readFolders: async () => [],
    ...given,
  };
}
