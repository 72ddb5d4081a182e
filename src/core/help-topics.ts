/** Help pages that do not belong to one command. */
export const HELP_TOPICS = {
  environment: 'every variable, what it means, and what holds without it',
  'exit-codes': 'what each exit code means',
  formats: 'what mint prints, JSON, durations and reports',
  proxies: 'proxies and certificate authorities',
  troubleshooting: 'which command tells what is wrong',
} as const;

export type HelpTopic = keyof typeof HELP_TOPICS;

export const HELP_TOPIC_NAMES = Object.keys(HELP_TOPICS) as readonly HelpTopic[];
