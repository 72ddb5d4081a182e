import { describe, expect, it } from 'vitest';
import { configFolder, configPath } from '../../src/core/config-folder';

describe('the settings folder', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.config/vstoken'],
    ['linux', { XDG_CONFIG_HOME: '/data/config' }, '/home/ada', '/data/config/vstoken'],
    ['linux', { APPDATA: 'C:\\Roaming' }, '/home/ada', '/home/ada/.config/vstoken'],
    ['freebsd', {}, '/home/ada', '/home/ada/.config/vstoken'],
    ['darwin', {}, '/Users/ada', '/Users/ada/Library/Application Support/vstoken'],
    [
      'darwin',
      { XDG_CONFIG_HOME: '/x' },
      '/Users/ada',
      '/Users/ada/Library/Application Support/vstoken',
    ],
    ['win32', { APPDATA: 'D:\\Roaming' }, 'C:\\Users\\ada', 'D:\\Roaming\\vstoken'],
    ['win32', {}, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\vstoken'],
    ['win32', { APPDATA: '' }, 'C:\\Users\\ada', 'C:\\Users\\ada\\AppData\\Roaming\\vstoken'],
  ])('is in the usual folder of %s with %j', (platform, env, home, folder) => {
    const place = configFolder(env, platform, home);
    expect(place.folder).toBe(folder);
    expect(folder.startsWith(place.base)).toBe(true);
    expect(place.base).toBe(
      Object.values(env).find((base) => base && folder.startsWith(base)) ?? home,
    );
  });

  it.each(['linux', 'darwin', 'win32'])(
    'on %s is the folder of VOCALSTACK_CONFIG_DIR',
    (platform) => {
      const env = { VOCALSTACK_CONFIG_DIR: '/mnt/own', APPDATA: 'D:\\', XDG_CONFIG_HOME: '/x' };
      expect(configFolder(env, platform, '/home/ada')).toEqual({
        folder: '/mnt/own',
        base: '/mnt/own',
      });
      expect(configPath('/mnt/own')).toBe('/mnt/own/config.json');
    },
  );

  it.each([
    ['linux', { VOCALSTACK_CONFIG_DIR: '~/.vs' }, '/home/ada', 'VOCALSTACK_CONFIG_DIR'],
    ['linux', { VOCALSTACK_CONFIG_DIR: 'C:\\own' }, '/home/ada', 'VOCALSTACK_CONFIG_DIR'],
    ['linux', { VOCALSTACK_CONFIG_DIR: '\\own' }, '/home/ada', 'VOCALSTACK_CONFIG_DIR'],
    ['linux', { XDG_CONFIG_HOME: 'config' }, '/home/ada', 'XDG_CONFIG_HOME'],
    ['linux', {}, '.', 'HOME'],
    ['darwin', {}, 'Users/ada', 'HOME'],
    ['darwin', { VOCALSTACK_CONFIG_DIR: './own' }, '/Users/ada', 'VOCALSTACK_CONFIG_DIR'],
    ['win32', { VOCALSTACK_CONFIG_DIR: 'C:own' }, 'C:\\Users\\ada', 'VOCALSTACK_CONFIG_DIR'],
    ['win32', { VOCALSTACK_CONFIG_DIR: '%OWN%\\own' }, 'C:\\Users\\ada', 'VOCALSTACK_CONFIG_DIR'],
    ['win32', { APPDATA: 'Roaming' }, 'C:\\Users\\ada', 'APPDATA'],
    ['win32', {}, 'ada', 'HOME'],
  ])(
    'S70 is never a relative path: %s with %j and the home %s',
    (platform, env, home, variable) => {
      const placing = () => configFolder(env, platform, home);
      expect(placing).toThrow(expect.objectContaining({ code: 'config_unsafe' }));
      expect(placing).toThrow(`${variable} is not an absolute path`);
    },
  );

  it.each([
    ['linux', { VOCALSTACK_CONFIG_DIR: '/own' }, '.', '/own'],
    ['linux', { XDG_CONFIG_HOME: '/x' }, '', '/x/vstoken'],
    [
      'darwin',
      { XDG_CONFIG_HOME: 'x', APPDATA: 'x' },
      '/h',
      '/h/Library/Application Support/vstoken',
    ],
    ['win32', { VOCALSTACK_CONFIG_DIR: '\\\\server\\share' }, 'x', '\\\\server\\share'],
    ['win32', { VOCALSTACK_CONFIG_DIR: 'd:/own', HOME: 'x' }, 'x', 'd:/own'],
  ])('S70 on %s with %j does not depend on an unused variable', (platform, env, home, folder) => {
    expect(configFolder(env, platform, home).folder).toBe(folder);
  });
});
