// Node.js loads this file before the built program. When the parent process sends a message, this file sends the memory and the
// number of open files of the process.
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
