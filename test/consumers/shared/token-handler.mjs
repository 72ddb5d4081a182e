import { createTokenHandler, formatLogLine } from 'vocalstack-token';
import { findUser } from './users.mjs'; // yours

/** @param sessionOf gives the id of the session in a request, which it gets as the framework has it */
export function createHandler(sessionOf) {
  const userOf = ({ raw }) => findUser(sessionOf(raw));
  return createTokenHandler({
    apiKey: () => process.env.VOCALSTACK_API_KEY, // read at the first request
    apiServer: process.env.VOCALSTACK_API_SERVER, // only to try it with a sandbox
    async authenticate(_request, extra) {
      const user = await userOf(extra);
      return user && { access: user.isPaying ? 'readwrite' : 'readonly', label: user.name };
    },
    access: 'readwrite',
    lifetimeS: 60,
    limitPerCaller: { perMin: 30, keyOf: async (_request, extra) => (await userOf(extra)).name },
    allowOrigins: ['https://app.example.com', 'https://admin.example.com'],
    allowCredentials: true, // these pages send their cookies
    allowHeaders: ['X-CSRF-Token'],
    log: (entry) => console.log(formatLogLine(entry)),
  });
}
