import { REASONS } from '../../api/protocol';
import {
  type FetchedContent,
  type FetchOptions,
  type FetchTarget,
  fetchBounded,
} from '../fetch-audio';
import { Refusal, unreachable } from '../refusal';
import type { TranscriptionDependencies } from '../transcribe';
import { type Playlist, parsePlaylist } from './playlist';

const MAX_REDIRECTS = 3;
/** Time to wait before a playlist is read again, as a share of the maximum duration of its segments. */
const SHARE_OF_TARGET = 0.5;

interface FetchedPlaylist extends Playlist {
  readonly source: Pick<FetchedContent, 'url' | 'address'>;
}

/**
 * Returns what to fetch for a link in a playlist. If the link leads to the origin of the playlist, the IP address of the playlist
 * is used again. A link to another origin counts as a redirect, because a server chose it.
 */
function linkFrom({ url, address }: FetchedPlaylist['source'], written: string): FetchTarget {
  const link = URL.canParse(written, url.href) ? new URL(written, url.href) : null;
  if (link === null || !/^https?:$/.test(link.protocol)) {
    throw unreachable('the playlist has a link that is not an http URL');
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
 * Fetches each segment of a livestream (HLS) when the playlist contains it, but does not store it. Resolves when the playlist is
 * complete.
 * @param onSegment called with the duration of each segment, in seconds; the next segment is fetched when `onSegment` resolves
 * @throws Refusal 422 for a failed fetch or an invalid playlist; the reason of the signal if the signal aborts
 */
export async function followLivestream(
  href: string,
  dependencies: TranscriptionDependencies,
  signal: AbortSignal,
  onSegment: (durationS: number) => Promise<void>,
): Promise<void> {
  const { limits, clock } = dependencies;
  const options: FetchOptions = {
    network: dependencies.audioNetwork,
    allowsPrivate: dependencies.allowPrivateAudio,
    clock: dependencies.realClock,
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
      // A variant that has variants again is rejected, because the chain could be endless.
      if (isVariant) throw new Refusal(422, REASONS.audioInvalid);
      isVariant = true;
      target = linkFrom(source, variant);
      continue;
    }
    for (const [at, { address, durationS }] of segments.entries()) {
      if (sequence + at < next) continue;
      next = sequence + at + 1;
      // Several segments can be parts of one file, which is fetched only once.
      if (address !== last) await fetchBounded(linkFrom(source, address), options);
      last = address;
      await onSegment(durationS);
      signal.throwIfAborted();
    }
    if (playlist.isComplete) return;
    await clock.sleep(targetS * SHARE_OF_TARGET * 1000, signal);
  }
}
