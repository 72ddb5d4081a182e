// Loaded before the built program. Sends the memory and the number of open files when the parent process sends a message.
const { readdirSync } = require('node:fs');

process.on('message', () => {
  for (let count = 0; count < 3; count += 1) globalThis.gc();
  process.send({
    heap: process.memoryUsage().heapUsed,
    rss: process.memoryUsage().rss,
    descriptors: readdirSync('/proc/self/fd').length,
  });
});
process.channel.unref();
