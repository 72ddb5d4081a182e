/**
 * The program whose speed is compared with that of vstoken. It has the same commands and options, and sends the same requests,
 * but uses only commander. It checks, stores and records nothing.
 */
// The module `command-line` exists only in the bundle: build-base.mjs creates it from the output of `vstoken help --json`.
import vstoken from 'command-line';
import { Command } from 'commander';

const { VOCALSTACK_API_SERVER: server, VOCALSTACK_API_KEY: key } = process.env;

async function openClient() {
  const { Agent, get } = await (server.startsWith('https:')
    ? import('node:https')
    : import('node:http'));
  const agent = new Agent({ keepAlive: true });
  const read = (path, authorization) =>
    new Promise((resolve) => {
      const headers = { authorization, 'x-expected-api-version': '1.1.0' };
      get(new URL(path, server), { agent, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve(JSON.parse(body).data));
      });
    });
  return { agent, read };
}

function mint({ read }, { access, lifetime, oneTime = true }) {
  const query = `access=${access}&lifetime_s=${Number.parseInt(lifetime, 10)}&one_time=${oneTime}`;
  return read(`/security/generate-token?${query}`, key);
}

const actions = {
  mint: async (options) => {
    const client = await openClient();
    process.stdout.write(`${await mint(client, options)}\n`);
    client.agent.destroy();
  },
  test: async (options) => {
    const client = await openClient();
    const list = await client.read('/transcriptions', `Bearer ${await mint(client, options)}`);
    process.stdout.write(`${list.length}\n`);
    client.agent.destroy();
  },
};

const program = new Command(vstoken.name).description(vstoken.summary).version(vstoken.version);
for (const { flags, summary, preset } of vstoken.options) program.option(flags, summary, preset);
for (const { name, summary, options } of vstoken.commands) {
  const command = program.command(name).description(summary);
  for (const option of options) command.option(option.flags, option.summary, option.preset);
  if (actions[name]) command.action(actions[name]);
}
program.parseAsync();
