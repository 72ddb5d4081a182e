import { EXITS } from '../../core/explanations/exits';
import { HELP_TOPICS, type HelpTopic } from '../../core/help-topics';
import { VARIABLE_GROUPS } from '../../core/variables';
import { formatsTopic } from './formats';

/** A section of a help page: terms with their meanings, and a sentence below. */
export interface TopicSection {
  readonly title: string;
  readonly items: readonly { readonly term: string; readonly text: string }[];
  readonly note: string | null;
}

export interface TopicHelp {
  readonly topic: HelpTopic;
  readonly summary: string;
  readonly sections: readonly TopicSection[];
}

type Rows = readonly (readonly [term: string, text: string])[];

const section = (title: string, rows: Rows, note: string | null = null): TopicSection => ({
  title,
  items: rows.map(([term, text]) => ({ term, text })),
  note,
});

export function describeTopic(topic: HelpTopic): TopicHelp {
  return { topic, summary: HELP_TOPICS[topic], sections: SECTIONS[topic]() };
}

const SECTIONS: Readonly<Record<HelpTopic, () => readonly TopicSection[]>> = {
  environment() {
    return VARIABLE_GROUPS.map(({ title, variables }, index) =>
      section(
        title,
        variables.map(({ name, meaning, preset }) => [
          name,
          preset === null ? meaning : `${meaning} (default: ${preset})`,
        ]),
        index === VARIABLE_GROUPS.length - 1
          ? 'An empty variable counts as one that is not set. Proxy variables count in lower case, too. Options count before variables, and variables before the settings of vstoken config list.'
          : null,
      ),
    );
  },

  'exit-codes'() {
    return [
      section(
        'Exit codes',
        Object.entries(EXITS),
        'The error codes that end with one: vstoken explain 4. All that a command can end with: vstoken explain --command mint.',
      ),
    ];
  },

  formats() {
    return formatsTopic().map(([title, rows, note]) => section(title, rows, note));
  },

  proxies: () => [
    section(
      'Proxies',
      [
        [
          'HTTPS_PROXY',
          'the proxy for the service: http://HOST:PORT, https://HOST:PORT, socks5h://HOST:PORT or socks5://HOST:PORT, each with USER:PASSWORD@ or without; else ALL_PROXY',
        ],
        [
          'HTTP_PROXY',
          'the same for plain http, which only servers on this machine speak; else ALL_PROXY',
        ],
        [
          'NO_PROXY',
          'what is reached without: example.com (and all below it), 10.0.0.0/8, [fd00::1], each with :PORT or without, or *',
        ],
        ['VOCALSTACK_PROXY_LOOPBACK', '1: goes through the proxy even to this machine'],
      ],
      'The proxy is asked for a tunnel, and sees host and port alone. With socks5h:// the proxy resolves the name of the server, with socks5:// this machine does. Characters such as @, # and / in a password are percent-encoded.',
    ),
    section(
      'Certificates',
      [
        [
          'NODE_EXTRA_CA_CERTS',
          'a PEM file of authorities that are trusted as well, such as that of a company proxy',
        ],
        [
          'SSL_CERT_FILE',
          'a PEM file of the authorities that are trusted instead of those that Node.js knows',
        ],
        [
          'SSL_CERT_DIR',
          'folders of PEM files with authorities that are trusted as well, separated as PATH is',
        ],
      ],
      'What is wrong on the way to the server, and what fixes it: vstoken doctor.',
    ),
  ],

  troubleshooting: () => [
    section(
      'What tells why',
      [
        ['vstoken explain CODE', 'an error of vstoken, CODE being what stands behind code:'],
        [
          'vstoken inspect',
          'a token is refused, here or at a customer; pipe the token or the message in',
        ],
        [
          'vstoken status --check',
          'another key is used than you expected, or the service refuses it',
        ],
        ['vstoken doctor', 'nothing works, a proxy is in the way, or a certificate is not trusted'],
        ['vstoken doctor --offline', 'the same for this machine alone'],
        [
          'vstoken test --mode connect',
          'whether the key, the service and its sessions work, for free',
        ],
        ['vstoken test URL --follow', 'the transcription is wrong, and not the token'],
        ['vstoken mint --verbose', 'a redacted line for each request, on standard error'],
      ],
      'In CI an empty secret is the most frequent cause: workflows for forks get none. A report for support, without secrets: vstoken doctor --output doctor.txt.',
    ),
  ],
};
