import { EXITS } from '../../core/explanations/exits';
import { HELP_TOPICS, type HelpTopic } from '../../core/help-topics';
import { VARIABLE_GROUPS } from '../../core/variables';
import { formatsTopic } from './formats';

/** A section of a help page: terms with their meanings, and a note below. */
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
          ? 'An empty variable is ignored. The names of proxy variables may also be in lower case. An option overrides a variable, and a variable overrides a setting of vstoken config list.'
          : null,
      ),
    );
  },

  'exit-codes'() {
    return [
      section(
        'Exit codes',
        Object.entries(EXITS),
        'To list the error codes of an exit code: vstoken explain 4. To list the errors of a command: vstoken explain --command mint.',
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
          'the proxy for the service: http://HOST:PORT, https://HOST:PORT, socks5h://HOST:PORT or socks5://HOST:PORT, with or without USER:PASSWORD@; if this variable is not set, ALL_PROXY is used',
        ],
        [
          'HTTP_PROXY',
          'the proxy for plain http, which vstoken uses only for servers on this machine; if this variable is not set, ALL_PROXY is used',
        ],
        [
          'NO_PROXY',
          'hosts to reach without a proxy, such as example.com (with all its subdomains), 10.0.0.0/8 or [fd00::1], with or without :PORT; * means all hosts',
        ],
        ['VOCALSTACK_PROXY_LOOPBACK', 'if 1, requests to this machine use the proxy too'],
      ],
      'The proxy opens a tunnel, and sees only the host and the port of the server. With socks5h://, the proxy resolves the host name; with socks5://, this machine resolves the host name. Percent-encode characters such as @, # and / in a password.',
    ),
    section(
      'Certificates',
      [
        [
          'NODE_EXTRA_CA_CERTS',
          'a PEM file of additional trusted certificate authorities, such as the authority of a company proxy',
        ],
        [
          'SSL_CERT_FILE',
          'a PEM file of trusted certificate authorities, instead of those of Node.js',
        ],
        [
          'SSL_CERT_DIR',
          'folders of PEM files of additional trusted certificate authorities, separated as in PATH',
        ],
      ],
      'To find problems with the connection to the server: vstoken doctor.',
    ),
  ],

  troubleshooting: () => [
    section(
      'Which command to use',
      [
        [
          'vstoken explain CODE',
          'for an error of vstoken; CODE is the word after "code:" in the error',
        ],
        [
          'vstoken inspect',
          'if a token is refused; pipe the token, or a text that contains the token',
        ],
        [
          'vstoken status --check',
          'if vstoken uses another key than you expect, or the service refuses the key',
        ],
        ['vstoken doctor', 'if nothing works, a proxy is used, or a certificate is not trusted'],
        ['vstoken doctor --offline', 'to check only this machine, without the network'],
        [
          'vstoken test --mode connect',
          'to test the key and the service for free, by opening a session',
        ],
        ['vstoken test URL --follow', 'if the transcription is wrong, but the token works'],
        [
          'vstoken mint --verbose',
          'to see a line for each request on standard error, without secrets',
        ],
      ],
      'In CI, the most frequent cause of errors is an empty secret: a workflow from a fork gets no secrets. To write a report for support, without secrets: vstoken doctor --output doctor.txt.',
    ),
  ],
};
