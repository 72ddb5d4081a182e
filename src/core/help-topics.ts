/** Help pages that are not about a single command. */
export const HELP_TOPICS = {
  environment: 'all variables, with meaning and default',
  'exit-codes': 'the meaning of each exit code',
  formats: 'output formats, JSON, durations and reports',
  proxies: 'proxies and certificate authorities',
  troubleshooting: 'which command finds a problem',
} as const;

export type HelpTopic = keyof typeof HELP_TOPICS;

export const HELP_TOPIC_NAMES = Object.keys(HELP_TOPICS) as readonly HelpTopic[];
