import { UPDATE } from '../distribution';
import { ENVIRONMENT } from './environment';
import type { ExplanationsOf } from './explanation';
import { STORES } from './stores';

export const MACHINE: ExplanationsOf<3> = {
  ...ENVIRONMENT,
  output_unwritable: {
    causes: [
      'The disk is full, or the quota of this user is used up.',
      'The folder of a report does not exist or may not be written to, or its path leads to a pipe that nobody reads.',
      'The files of a step in GitHub Actions may not be written to.',
    ],
    fixes: [
      'See what space there is: df -h .',
      'Name another place for the report: vstoken test --report junit=PATH',
    ],
  },
  key_file_unreadable: {
    causes: [
      'VOCALSTACK_API_KEY_FILE or --api-key-file names a file that does not exist.',
      'This user may not read it, or it is a folder.',
    ],
    fixes: [
      'See what is there, where the variable names it: ls -l "$VOCALSTACK_API_KEY_FILE"',
      'See which sources of a key are set: vstoken status',
    ],
  },
  config_corrupt: {
    causes: [
      'The settings file was changed by hand or by another program.',
      'A copy or a restored backup of it is incomplete.',
    ],
    fixes: [
      'Find the file, to mend it: vstoken config path',
      'Or remove it, with every key in it: vstoken logout --all',
      'After that, store the key again: vstoken login',
    ],
  },
  config_newer: {
    causes: [
      'A newer vstoken wrote the settings file, and this one does not know its form.',
      'Two versions are installed, and share the settings.',
    ],
    fixes: [
      `Update the older one: ${UPDATE}`,
      'Or give it settings of its own: export VOCALSTACK_CONFIG_DIR=FOLDER',
    ],
  },
  config_unsafe: {
    causes: [
      'Others may read the settings file or write to its folder, or it is a symbolic link, as after a copy or a restored backup.',
      'The folder, or the home that it is in, belongs to another user: sudo is at work, or was.',
      'HOME, VOCALSTACK_CONFIG_DIR, XDG_CONFIG_HOME or APPDATA is not an absolute path, as with a ~ in quotes.',
    ],
    fixes: [
      'The hint names what fixes this case, such as a chmod, a chown, or to do without sudo.',
      'Or name another folder, by its whole path: export VOCALSTACK_CONFIG_DIR="$HOME/FOLDER"',
    ],
  },
  config_unreadable: {
    causes: [
      'This user may not read the settings file, or may not enter its folder.',
      'VOCALSTACK_CONFIG_DIR leads to something that is no folder.',
    ],
    fixes: [
      'See where the settings are looked for: vstoken config path',
      'Use another folder: export VOCALSTACK_CONFIG_DIR=FOLDER',
    ],
  },
  config_unwritable: {
    causes: [
      'The disk is full, the quota is used up, or the file system is read-only.',
      'This user may not write to the folder of the settings.',
      'Another program changed the file at the same moment.',
    ],
    fixes: [
      'See where the settings are: vstoken config path',
      'Use another folder: export VOCALSTACK_CONFIG_DIR=FOLDER',
      'Store nothing, and set VOCALSTACK_API_KEY.',
    ],
  },
  config_locked: {
    causes: [
      'Another vstoken was changing the settings, and did not finish within ten seconds.',
      'Another vstoken changed the profile while this one was renaming it.',
    ],
    fixes: [
      'Try again.',
      'If no vstoken is running, remove its lock: rm "$(vstoken config path).lock"',
    ],
  },
  ...STORES,
  page_not_installed: {
    causes: [
      'Something removed files of the package that it took for superfluous, as tools that shrink node_modules remove folders named examples.',
      'This is a clone of the repository that was not built.',
    ],
    fixes: [
      'Install vocalstack-token again.',
      'In a clone: npm run build',
      'Go on without the page: vstoken serve --allow-origin http://localhost:5173',
    ],
  },
  no_clipboard: {
    causes: [
      'No program that copies is installed: wl-copy for Wayland, xsel or xclip for X11.',
      'There is no desktop here, as in CI, in a container and over SSH, and no terminal that could be asked to copy.',
      'The program that copies failed, or did not end.',
    ],
    fixes: [
      'Install wl-clipboard, xsel or xclip.',
      'Over SSH, run it in a terminal that knows OSC 52, with standard error in the terminal: vstoken mint --copy',
      'Print the token instead: vstoken mint',
    ],
  },
  cannot_listen: {
    causes: [
      'Another program listens at the port, often an earlier vstoken sandbox or vstoken serve.',
      'This user may not use the port, as with those below 1024.',
    ],
    fixes: [
      'Take one that is free: vstoken sandbox --port 0',
      'Or for an endpoint: vstoken serve --port 0',
      'Or for a page: vstoken serve --page --page-port 0',
    ],
  },
  not_enough_memory: {
    causes: [
      'A key that is sealed by a passphrase takes about 174 MB of memory to open or to seal, so that guessing costs as much.',
      'The container, or a limit of the shell (ulimit -v), leaves less to vstoken.',
    ],
    fixes: [
      'See the limits of this shell: ulimit -a',
      'Give a container more memory, such as: docker run --memory 512m',
      'Do without a passphrase, by VOCALSTACK_API_KEY or the keychain: vstoken login --store keychain',
    ],
  },
  too_many_open_files: {
    causes: [
      'The limit of open files of this shell is very low, or this process has inherited many open files.',
      'All programs together have reached the limit of the system.',
    ],
    fixes: ['See the limit: ulimit -n', 'Raise it for this shell: ulimit -n 1024'],
  },
  stdin_unreadable: {
    causes: [
      'Standard input is open for writing alone, or the file behind it cannot be read.',
      'The program that starts vstoken has closed its end, or its disk has an error.',
    ],
    fixes: [
      'Read a file with <, not with >: vstoken login --with-key < key.txt',
      'Pipe the text in: vstoken mint --access readwrite | vstoken test --token-stdin',
    ],
  },
  doctor_failed: {
    causes: [
      'A check of vstoken doctor failed. Its message names them, and each has what fixes it below it.',
      'Something that it looked at, such as the server, was out of reach for the moment.',
    ],
    fixes: [
      'See each check and its fix: vstoken doctor',
      'Leave the network out, to see this machine alone: vstoken doctor --offline',
      'Write a report for support, which holds no secret: vstoken doctor --output doctor.txt',
    ],
  },
};
