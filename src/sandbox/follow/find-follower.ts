import { matchPath } from '../match-path';
import type { Follower } from './follower';
import { PRESENTATION } from './presentation';
import { TRANSLATION } from './translation';

export const FOLLOWERS: readonly Follower[] = [TRANSLATION, PRESENTATION];

/**
 * Returns the follower for a path, and the value of `:id` in the path. Returns null if no follower's pattern matches the path.
 */
export function findFollower(path: string): { follower: Follower; id: string } | null {
  for (const follower of FOLLOWERS) {
    const match = matchPath(follower.pattern, path);
    if (match) return { follower, id: match.id };
  }
  return null;
}
