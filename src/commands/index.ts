import type { CommandEntry } from '../cli/define';

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'mint',
    summary: 'mint an auth token and print it',
    load: async () => (await import('./mint/mint')).mint,
  },
  {
    name: 'test',
    summary: 'mint a token and prove it with a test transcription',
    load: async () => (await import('./test/test')).test,
  },
  {
    name: 'verify',
    summary: "prove the service's promises about auth tokens",
    load: async () => (await import('./verify/verify')).verify,
  },
  {
    name: 'inspect',
    summary: 'explain what a token is, and why it was refused',
    load: async () => (await import('./inspect/inspect')).inspect,
  },
  {
    name: 'exec',
    summary: 'run a command with a fresh token',
    load: async () => (await import('./exec/exec')).exec,
  },
  {
    name: 'serve',
    summary: 'run a token endpoint for a front end on this machine',
    load: async () => (await import('./serve/serve')).serve,
  },
  {
    name: 'login',
    summary: 'store an API key, protected',
    load: async () => (await import('./login/login')).login,
  },
  {
    name: 'logout',
    summary: 'remove a stored API key',
    load: async () => (await import('./logout/logout')).logout,
  },
  {
    name: 'status',
    summary: 'show which API key would be used, and why',
    load: async () => (await import('./status/status')).status,
  },
  {
    name: 'profile',
    summary: 'list, choose and rename the stored keys',
    load: async () => (await import('./profile/profile')).profile,
  },
  {
    name: 'config',
    summary: 'show and change the settings',
    load: async () => (await import('./config/config')).config,
  },
  {
    name: 'doctor',
    summary: 'find out what is wrong, and which command fixes it',
    load: async () => (await import('./doctor/doctor')).doctor,
  },
  {
    name: 'explain',
    summary: 'tell what an error code means, and what fixes it',
    load: async () => (await import('./explain/explain')).explain,
  },
  {
    name: 'sandbox',
    summary: 'run an emulator of the service on this machine',
    load: async () => (await import('./sandbox/sandbox')).sandbox,
  },
  {
    name: 'completion',
    summary: 'print what makes a shell complete vstoken at Tab',
    load: async () => (await import('./completion/completion')).completion,
  },
];
