import { mintToken, TokenError } from 'vocalstack-token';

try {
  await mintToken({ apiKey: '' });
} catch (error) {
  if (!(error instanceof TokenError)) throw error;
  console.log(error.code); // prints key_empty
  console.log(JSON.stringify(error)); // prints the code, the message and the hint
}
