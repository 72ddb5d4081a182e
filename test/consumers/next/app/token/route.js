import { createHandler } from '../../token-handler.mjs';

const handler = createHandler((request) => request.cookies.get('session')?.value);

export { handler as GET, handler as OPTIONS, handler as POST };
