// This is only an example. Replace it with code that finds the user of a session in your application.
const USERS = {
  'session-of-alice': { name: 'alice', isPaying: true },
  'session-of-bob': { name: 'bob', isPaying: false },
  'session-of-carol': { name: 'carol', isPaying: true },
};

/** @returns the user of the session, or false if the session is unknown */
export async function findUser(session) {
  if (session === 'session-of-an-outage') throw new Error('the store of the sessions is down');
  return (Object.hasOwn(USERS, session ?? '') && USERS[session]) || false;
}
