import type { CommandEntry } from '../cli/define';

/** All commands, in the order in which help lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'mint',
    group: 'Tokens',
    summary: 'mint an auth token and print it',
    load: async () => (await import('./mint/mint')).mint,
  },
  {
    name: 'test',
    group: 'Tokens',
    summary: 'mint a token and check it with a test transcription',
    load: async () => (await import('./test/test')).test,
  },
  {
    name: 'verify',
    group: 'Tokens',
    summary: "test the service's promises about auth tokens",
    load: async () => (await import('./verify/verify')).verify,
  },
  {
    name: 'api',
    group: 'Tokens',
    summary: 'make one call to the service with a fresh token',
    load: async () => (await import('./api/api')).api,
  },
  {
    name: 'inspect',
    group: 'Tokens',
    summary: 'explain what a token is, and why it was refused',
    load: async () => (await import('./inspect/inspect')).inspect,
  },
  {
    name: 'exec',
    group: 'Tokens',
    summary: 'run a command with a fresh token',
    load: async () => (await import('./exec/exec')).exec,
  },
  {
    name: 'serve',
    group: 'Front end',
    summary: 'run a token endpoint for a front end on this machine',
    load: async () => (await import('./serve/serve')).serve,
  },
  {
    name: 'sandbox',
    group: 'Front end',
    summary: 'run an emulator of the service on this machine',
    load: async () => (await import('./sandbox/sandbox')).sandbox,
  },
  {
    name: 'login',
    group: 'Keys',
    summary: 'store an API key',
    load: async () => (await import('./login/login')).login,
  },
  {
    name: 'logout',
    group: 'Keys',
    summary: 'remove a stored API key',
    load: async () => (await import('./logout/logout')).logout,
  },
  {
    name: 'status',
    group: 'Keys',
    summary: 'show which API key would be used, and why',
    load: async () => (await import('./status/status')).status,
  },
  {
    name: 'profile',
    group: 'Keys',
    summary: 'list, choose and rename the stored keys',
    load: async () => (await import('./profile/profile')).profile,
  },
  {
    name: 'config',
    group: 'Keys',
    summary: 'show and change the settings',
    load: async () => (await import('./config/config')).config,
  },
  {
    name: 'doctor',
    group: 'Help',
    summary: 'find problems, and the commands that fix them',
    load: async () => (await import('./doctor/doctor')).doctor,
  },
  {
    name: 'explain',
    group: 'Help',
    summary: 'explain an error code, and how to fix the error',
    load: async () => (await import('./explain/explain')).explain,
  },
  {
    name: 'completion',
    group: 'Help',
    summary: 'print the completion script of a shell',
    load: async () => (await import('./completion/completion')).completion,
  },
  {
    name: 'help',
    group: 'Help',
    summary: 'show the help of a command or a topic',
    load: async () => (await import('./help/help')).help,
  },
  {
    name: 'version',
    group: 'Help',
    summary: 'print the version',
    load: async () => (await import('./version/version')).version,
  },
];
