import { isTokenError, mintToken } from 'vocalstack-token';
import { startSandbox } from 'vocalstack-token/sandbox';

export default {
  async test() {
    const calls = [() => mintToken({ apiKey: 'a-key' }), () => startSandbox()];
    for (const call of calls) {
      const error = await call().catch((thrown) => thrown);
      if (!isTokenError(error)) throw new Error('it runs');
      console.log(error.code, error.message);
    }
  },
};
