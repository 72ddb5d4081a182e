// The minimum that `vstoken test` has to do: mint one token, and keep a session open with the package ws until the transcription
// is done.
const { get } = require('node:http');
const { WebSocket } = require('ws');

const { VOCALSTACK_API_SERVER: server, VOCALSTACK_API_KEY: key } = process.env;
const headers = { authorization: key, 'x-expected-api-version': '1.1.0' };
const audio = encodeURIComponent(encodeURIComponent(`${server}/sandbox/clip.wav`));
const path = `/async/transcribe/url?language=auto&url=${audio}&max_duration_s=15`;

function hold(token) {
  const socket = new WebSocket(`${server.replace('http', 'ws')}${path}`, {
    perMessageDeflate: false,
  });
  socket.on('open', () => {
    socket.send(JSON.stringify({ headers: { authorization: `Bearer ${token}`, path } }));
  });
  socket.on('message', (data) => {
    const { session, status, data: transcription } = JSON.parse(data);
    if (session) socket.send(JSON.stringify({ start: true, session }));
    if (status !== 'done') return;
    process.stdout.write(`${transcription.timeline.map(({ text }) => text).join(' ')}\n`);
    socket.close();
  });
}

get(
  new URL('/security/generate-token?access=readwrite&lifetime_s=60&one_time=true', server),
  { headers },
  (response) => {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (chunk) => {
      body += chunk;
    });
    response.on('end', () => hold(JSON.parse(body).data));
  },
);
