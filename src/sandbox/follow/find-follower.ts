import { matchPath } from '../match-path';
import type { Follower } from './follower';
import { PRESENTATION } from './presentation';
import { TRANSLATION } from './translation';

export const FOLLOWERS: readonly Follower[] = [TRANSLATION, PRESENTATION];

/**
 * Returns the follower (a WebSocket call that only sends messages to its client) whose pattern matches a path, and the value of
 * `:id` in the path. Returns null if no pattern matches.
 */
export function findFollower(path: string): { follower: Follower; id: string } | null {
  for (const follower of FOLLOWERS) {
    const match = matchPath(follower.pattern, path);
    if (match) return { follower, id: match.id };
  }
  return null;
}
