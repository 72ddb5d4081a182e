import { createTokenHandler, formatLogLine } from 'vocalstack-token';
import { findUser } from './users.mjs'; // your own file

/** @param sessionOf returns the session id of a request. It gets the request object of your framework. */
export function createHandler(sessionOf) {
  const userOf = ({ raw }) => findUser(sessionOf(raw));
  return createTokenHandler({
    apiKey: () => process.env.VOCALSTACK_API_KEY, // read at the first request
    apiServer: process.env.VOCALSTACK_API_SERVER, // only to test with a sandbox
    async authenticate(_request, extra) {
      const user = await userOf(extra);
      return user && { access: user.isPaying ? 'readwrite' : 'readonly', label: user.name };
    },
    access: 'readwrite',
    lifetimeS: 60,
    limitPerCaller: { perMin: 30, keyOf: async (_request, extra) => (await userOf(extra)).name },
    allowOrigins: ['https://app.example.com', 'https://admin.example.com'],
    allowCredentials: true, // these pages may send their cookies
    allowHeaders: ['X-CSRF-Token'],
    log: (entry) => console.log(formatLogLine(entry)),
  });
}
