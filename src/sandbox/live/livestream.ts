import { REASONS } from '../../api/protocol';
import { type Fetched, type FetchOptions, type FetchTarget, fetchBounded } from '../fetch-audio';
import { Refusal, unreachable } from '../refusal';
import type { Workshop } from '../transcribe';
import { type Playlist, parsePlaylist } from './playlist';

const MAX_REDIRECTS = 3;
/** So long after the other, at least, is a playlist read again. */
const SHARE_OF_TARGET = 0.5;

interface FetchedPlaylist extends Playlist {
  readonly source: Pick<Fetched, 'url' | 'address'>;
}

/**
 * What a playlist names, under the rules for the text beside audio where it is of the origin of the playlist, else under those for
 * redirects: its server chose it, and not the person or the page.
 */
function linkFrom({ url, address }: FetchedPlaylist['source'], written: string): FetchTarget {
  const link = URL.canParse(written, url.href) ? new URL(written, url.href) : null;
  if (link === null || !/^https?:$/.test(link.protocol)) {
    throw unreachable('the playlist names what is no http address');
  }
  const isSame = link.origin === url.origin;
  const common = { href: link.href, maxRedirects: MAX_REDIRECTS, isRedirect: !isSame };
  return { ...common, address: isSame ? address : null };
}

async function readPlaylist(target: FetchTarget, options: FetchOptions): Promise<FetchedPlaylist> {
  const source = await fetchBounded(target, options);
  const playlist = parsePlaylist(source.bytes.toString('utf8'));
  if (playlist === null) throw new Refusal(422, REASONS.audioInvalid);
  return { ...playlist, source: { url: source.url, address: source.address } };
}

/**
 * Fetches the segments of a livestream (HLS) as they come, and keeps none.
 * @param onSegment told how long each is, in seconds; the next is fetched once it is done
 * @returns once the playlist says that no more segments come
 * @throws Refusal 422 for what cannot be fetched, and for what is no playlist; the signal's reason when it aborts
 */
export async function followLivestream(
  href: string,
  shop: Workshop,
  signal: AbortSignal,
  onSegment: (durationS: number) => Promise<void>,
): Promise<void> {
  const { limits, clock } = shop;
  const options: FetchOptions = {
    network: shop.audioNetwork,
    allowsPrivate: shop.allowPrivateAudio,
    clock: shop.realClock,
    signal,
    maxBytes: limits.audioBytes,
    timeoutMs: limits.fetchMs,
  };
  const inText = { ...options, maxBytes: limits.textBytes };
  let target: FetchTarget = { href, address: null, maxRedirects: MAX_REDIRECTS };
  let isVariant = false;
  let next = 0;
  let last = '';
  for (;;) {
    const playlist = await readPlaylist(target, inText);
    const { variant, source, segments, sequence, targetS } = playlist;
    if (variant !== null) {
      // One that names variants in its turn could lead on for ever.
      if (isVariant) throw new Refusal(422, REASONS.audioInvalid);
      isVariant = true;
      target = linkFrom(source, variant);
      continue;
    }
    for (const [at, { address, durationS }] of segments.entries()) {
      if (sequence + at < next) continue;
      next = sequence + at + 1;
      // Several segments may be parts of one file.
      if (address !== last) await fetchBounded(linkFrom(source, address), options);
      last = address;
      await onSegment(durationS);
      signal.throwIfAborted();
    }
    if (playlist.isComplete) return;
    await clock.sleep(targetS * SHARE_OF_TARGET * 1000, signal);
  }
}
