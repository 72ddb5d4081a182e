import type { Query } from '../../api/rest';
import type { TrialContext } from './trial';
import { type Finding, inWords, SkippedTrial } from './trial';

const SAMPLE = 8;
/**
 * The number of random bits that a token needs. With this many bits, nobody can guess the token (NIST SP 800-57). A random UUID
 * has more bits.
 */
const ENOUGH_BITS = 112;

/** The sizes of usual alphabets for random text: binary, decimal, hex, base32, base36, base62, base64, visible ASCII. */
const ALPHABETS = [2, 10, 16, 32, 36, 62, 64, 94];

/**
 * Estimates the number of random bits in a token, from the positions at which the sample tokens differ. Assumes the smallest
 * usual alphabet that is at least as large as the number of different characters, because a small sample does not contain all
 * characters of the alphabet.
 */
function estimateRandomBits(texts: readonly string[]): number {
  const shortest = Math.min(...texts.map((text) => text.length));
  const differing = Array.from({ length: shortest }, (_, at) => at).filter(
    (at) => new Set(texts.map((text) => text[at])).size > 1,
  );
  const characters = new Set(differing.flatMap((at) => texts.map((text) => text[at]))).size;
  const alphabet = ALPHABETS.find((size) => size >= characters) ?? characters;
  return Math.floor(differing.length * Math.log2(alphabet));
}

/**
 * Mints several tokens at the same time, with the same options.
 * @throws SkippedTrial if the service refuses to mint
 */
async function sample(trial: TrialContext, query: Query): Promise<readonly string[]> {
  const verdicts = await Promise.all(Array.from({ length: SAMPLE }, () => trial.tryMint(query)));
  return verdicts.map((verdict) => {
    if (verdict.accepted) return verdict.value.token.reveal();
    throw new SkippedTrial(`the request to mint was ${inWords(verdict)}`, verdict.error);
  });
}

export async function tryDistinct(trial: TrialContext, query: Query): Promise<Finding> {
  const texts = await sample(trial, query);
  const different = new Set(texts).size;
  return {
    kept: different === texts.length,
    observed: `${different} of ${texts.length} tokens are different`,
  };
}

export async function tryLong(trial: TrialContext, query: Query): Promise<Finding> {
  const texts = [...new Set(await sample(trial, query))];
  if (texts.length === 1) throw new SkippedTrial('all tokens that were minted are identical');
  const bits = estimateRandomBits(texts);
  return { kept: bits >= ENOUGH_BITS, observed: `each token has about ${bits} random bits` };
}
