'use strict';
// What a mint costs at the least: the same request by hand, its answer taken on trust.
const url = new URL(
  '/security/generate-token?access=readonly&lifetime_s=10&one_time=true',
  process.env.VOCALSTACK_API_SERVER,
);
const { get } = url.protocol === 'https:' ? require('node:https') : require('node:http');
get(
  url,
  {
    headers: {
      authorization: process.env.VOCALSTACK_API_KEY,
      'x-expected-api-version': '1.1.0',
    },
  },
  (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('end', () => process.stdout.write(`${JSON.parse(body).data}\n`));
  },
);
