import { mintToken, TokenError } from 'vocalstack-token';

try {
  await mintToken({ apiKey: '' });
} catch (error) {
  if (!(error instanceof TokenError)) throw error;
  console.log(error.code); // key_empty
  console.log(JSON.stringify(error)); // code, message and hint
}
