import { UPDATE } from '../distribution';
import { ENVIRONMENT } from './environment';
import type { ExplanationsOf } from './explanation';
import { STORES } from './stores';

export const MACHINE: ExplanationsOf<3> = {
  ...ENVIRONMENT,
  output_unwritable: {
    causes: [
      'The disk is full, or the quota of this user is used up.',
      'The report cannot be written, because its folder does not exist or is not writable, or because its path is a pipe that no program reads.',
      'A file that GitHub Actions provides for the step, such as the one in GITHUB_ENV, is not writable.',
    ],
    fixes: [
      'Check the free disk space: df -h .',
      'Write the report to another path: vstoken test --report junit=PATH',
    ],
  },
  key_file_unreadable: {
    causes: [
      'VOCALSTACK_API_KEY_FILE or --api-key-file names a file that does not exist.',
      'The file is a folder, or this user may not read the file.',
    ],
    fixes: [
      'Check the file: ls -l "$VOCALSTACK_API_KEY_FILE"',
      'See which sources of a key are set: vstoken status',
    ],
  },
  config_corrupt: {
    causes: [
      'The settings file was changed by hand or by another program.',
      'The file is an incomplete copy, or was restored from an incomplete backup.',
    ],
    fixes: [
      'Find the file, to repair it: vstoken config path',
      'Or remove the file, with all keys in it: vstoken logout --all',
      'Then store the key again: vstoken login',
    ],
  },
  config_newer: {
    causes: [
      'A newer vstoken wrote the settings file, and this version cannot read it.',
      'Two versions of vstoken are installed, and both use the same settings.',
    ],
    fixes: [
      `Update the older version: ${UPDATE}`,
      'Or use a separate folder for the older version: export VOCALSTACK_CONFIG_DIR=FOLDER',
    ],
  },
  config_unsafe: {
    causes: [
      'Other users may read the settings file or write to its folder, or the file is a symbolic link. This can happen after a copy or a restored backup.',
      'The folder or the home directory belongs to another user, often because of sudo.',
      'HOME, VOCALSTACK_CONFIG_DIR, XDG_CONFIG_HOME or APPDATA is not an absolute path, for example because of a ~ in quotes.',
    ],
    fixes: [
      'Do what the hint of the error says. For example, run chmod or chown, or run vstoken without sudo.',
      'Or use another folder, as an absolute path: export VOCALSTACK_CONFIG_DIR="$HOME/FOLDER"',
    ],
  },
  config_unreadable: {
    causes: [
      'This user may not read the settings file, or may not open its folder.',
      'VOCALSTACK_CONFIG_DIR is not a folder.',
    ],
    fixes: [
      'See where vstoken looks for the settings: vstoken config path',
      'Use another folder: export VOCALSTACK_CONFIG_DIR=FOLDER',
    ],
  },
  config_unwritable: {
    causes: [
      'The disk is full, the quota is used up, or the file system is read-only.',
      'This user may not write to the settings folder.',
      'Another program changed the file at the same time.',
    ],
    fixes: [
      'See where the settings are: vstoken config path',
      'Use another folder: export VOCALSTACK_CONFIG_DIR=FOLDER',
      'Do not store a key. Set VOCALSTACK_API_KEY instead.',
    ],
  },
  config_locked: {
    causes: [
      'Another vstoken was changing the settings, and did not finish within 10 s.',
      'Another vstoken changed the profile while this one was renaming it.',
    ],
    fixes: [
      'Try again.',
      'If no other vstoken is running, remove the lock of the settings: rm "$(vstoken config path).lock"',
    ],
  },
  ...STORES,
  page_not_installed: {
    causes: [
      'Another tool removed files of vocalstack-token. Some tools that shrink node_modules remove folders named examples.',
      'vstoken runs from a clone of the repository that was not built.',
    ],
    fixes: [
      'Install vocalstack-token again.',
      'In a clone: npm run build',
      'Work without the page: vstoken serve --allow-origin http://localhost:5173',
    ],
  },
  no_clipboard: {
    causes: [
      'No clipboard program is installed: wl-copy for Wayland, xsel or xclip for X11.',
      'There is no desktop, as in CI, in a container or over SSH. Without a desktop, vstoken can copy only through a terminal that supports OSC 52.',
      'The clipboard program failed, or did not end.',
    ],
    fixes: [
      'Install wl-clipboard, xsel or xclip.',
      'Over SSH, use a terminal that supports OSC 52, and do not redirect standard error: vstoken mint --copy',
      'Print the token instead: vstoken mint',
    ],
  },
  cannot_listen: {
    causes: [
      'Another program uses the port, often an earlier vstoken sandbox or vstoken serve.',
      'This user may not use the port, as with ports below 1024.',
    ],
    fixes: [
      'Use a free port for the sandbox: vstoken sandbox --port 0',
      'Use a free port for the endpoint: vstoken serve --port 0',
      'Use a free port for the page: vstoken serve --page --page-port 0',
    ],
  },
  not_enough_memory: {
    causes: [
      'Encrypting or decrypting a key with a passphrase needs about 174 MB of memory. The need for so much memory makes it expensive to guess the passphrase.',
      'The container, or a limit of the shell (ulimit -v), leaves vstoken less memory than that.',
    ],
    fixes: [
      'See the limits of this shell: ulimit -a',
      'Give the container more memory: docker run --memory 512m',
      'Instead of a passphrase, use VOCALSTACK_API_KEY or the keychain: vstoken login --store keychain',
    ],
  },
  too_many_open_files: {
    causes: [
      'The limit of open files in this shell is very low, or the process inherited many open files.',
      'All programs together have reached the limit of open files of the system.',
    ],
    fixes: ['See the limit: ulimit -n', 'Raise it for this shell: ulimit -n 1024'],
  },
  stdin_unreadable: {
    causes: [
      'Standard input is open for writing only, or its file cannot be read.',
      'The program that started vstoken has closed standard input, or the disk has an error.',
    ],
    fixes: [
      'Read a file with <, not with >: vstoken login --with-key < key.txt',
      'Pipe the text in: vstoken mint --access readwrite | vstoken test --token-stdin',
    ],
  },
  doctor_failed: {
    causes: [
      'A check of vstoken doctor failed. The message names it, and the report shows a fix below each failed check.',
      'The server was unavailable for a moment.',
    ],
    fixes: [
      'See each check and its fix: vstoken doctor',
      'Check only this machine, without the network: vstoken doctor --offline',
      'Write a report for support, without secrets: vstoken doctor --output doctor.txt',
    ],
  },
};
