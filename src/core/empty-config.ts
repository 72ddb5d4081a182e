import { DEFAULT_PROFILE } from './profile';
import type { StoredConfig } from './stored-config';

/** What is stored where nothing was ever stored. */
export const EMPTY_CONFIG: StoredConfig = {
  settings: {},
  profile: DEFAULT_PROFILE,
  profiles: {},
  leftovers: {},
};
