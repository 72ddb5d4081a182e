import { describe, expect, it } from 'vitest';
import { configFolder, configPath } from '../../src/core/config-folder';

describe('the folder of settings', () => {
  it.each([
    ['linux', {}, '/home/ada', '/home/ada/.config/vstoken'],
    ['linux', { XDG_CONFIG_HOME: '/data/config' }, '/home/ada', '/data/config/vstoken'],
    ['linux', { XDG_CONFIG_HOME: 'config' }, '/home/ada', '/home/ada/.config/vstoken'],
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
  ])('of %s with %j', (platform, env, home, folder) => {
    expect(configFolder(env, platform, home)).toBe(folder);
  });

  it.each(['linux', 'darwin', 'win32'])('of %s is the one that is named', (platform) => {
    const env = { VOCALSTACK_CONFIG_DIR: '/mnt/own', APPDATA: 'D:\\', XDG_CONFIG_HOME: '/x' };
    expect(configFolder(env, platform, '/home/ada')).toBe('/mnt/own');
    expect(configPath('/mnt/own')).toBe('/mnt/own/config.json');
  });
});
