import type { Command } from './define';

/** What help lists of a command without loading it. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'mint',
    summary: 'mint an auth token and print it',
    load: async () => (await import('./mint')).mint,
  },
  {
    name: 'test',
    summary: 'mint a token and prove it with a test transcription',
    load: async () => (await import('./test')).test,
  },
  {
    name: 'sandbox',
    summary: 'run an emulator of the service on this machine',
    load: async () => (await import('./sandbox')).sandbox,
  },
];
