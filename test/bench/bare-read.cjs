// What `test --mode read` costs at the least: its two requests by hand, on one connection.
const { Agent, get } = require('node:http');

const { VOCALSTACK_API_SERVER: server, VOCALSTACK_API_KEY: key } = process.env;
const agent = new Agent({ keepAlive: true });

function read(path, authorization, done) {
  const headers = { authorization, 'x-expected-api-version': '1.1.0' };
  get(new URL(path, server), { agent, headers }, (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('end', () => done(JSON.parse(body).data));
  });
}

read('/security/generate-token?access=readonly&lifetime_s=60&one_time=true', key, (token) => {
  read('/transcriptions', `Bearer ${token}`, (list) => {
    process.stdout.write(`${list.length}\n`);
    agent.destroy();
  });
});
