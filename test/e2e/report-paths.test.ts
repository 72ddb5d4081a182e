// @module-tag program

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/index';
import { needs } from '../support/needs';
import { realFiles } from '../support/real-files';
import { run } from '../support/run';
import { envFor, PROGRAM_VARIABLES, startShell } from './support/run-binary';

let base: string;
let folder: string;
let sandbox: RunningSandbox;
beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), 'vstoken-paths-'));
  // Some tests run the program as another user, who must be able to enter this folder.
  chmodSync(base, 0o755);
  sandbox = await startSandbox();
});
beforeEach(() => {
  folder = mkdtempSync(join(base, 'one-'));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(base, { recursive: true });
});

const at = (name: string) => join(folder, name);
const put = (name: string, content = 'of yesterday') => writeFileSync(at(name), content);
const read = (name: string) => readFileSync(at(name), 'utf8');
const WHOLE = /^<\?xml [\s\S]*<\/testsuites>\n$/;

/** Runs `test` with a JUnit report in this process. The program uses real files instead of files in memory. */
const report = (path: string, more = '') =>
  run(`test --mode connect --json --report junit=${path} ${more}`, {
    env: envFor(sandbox),
    context: (built) => ({ ...built, files: realFiles }),
  });

/** Runs a bash script. Its variable D contains the path of the test's folder. */
const inBash = (script: string) =>
  startShell('bash', script, {
    env: { ...envFor(sandbox), D: folder, ...PROGRAM_VARIABLES },
  }).done;
/** Runs a bash script as root in its own mount namespace. */
const inNamespace = (script: string) => inBash(`unshare -rm bash -c '${script}'`);
const CONNECT = '$NODE $BIN test --mode connect';

describe('S69 a report that goes to a file', () => {
  it('follows symbolic links, and keeps them', async () => {
    mkdirSync(at('kept'));
    put('kept/target');
    symlinkSync('kept', at('way'));
    symlinkSync('../kept/target', at('kept/second'));
    symlinkSync('way/second', at('link'));
    expect((await report(at('link'))).code).toBe(0);
    expect(readlinkSync(at('link'))).toBe('way/second');
    expect(readlinkSync(at('kept/second'))).toBe('../kept/target');
    expect(read('kept/target')).toMatch(WHOLE);
    expect(readdirSync(at('kept')).sort()).toEqual(['second', 'target']);
  });

  it('creates the missing target of a symbolic link', async () => {
    symlinkSync('later', at('link'));
    expect((await report(at('link'))).code).toBe(0);
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(read('later')).toMatch(WHOLE);
  });

  it('replaces the whole file, and keeps its mode', async () => {
    put('file');
    chmodSync(at('file'), 0o640);
    const { ino } = statSync(at('file'));
    expect((await report(at('file'))).code).toBe(0);
    const after = statSync(at('file'));
    expect(after.mode & 0o7777).toBe(0o640);
    expect(after.ino).not.toBe(ino);
    expect(read('file')).toMatch(WHOLE);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it("keeps the file's owner", needs('root'), async () => {
    put('file');
    chownSync(at('file'), 12_345, 23_456);
    expect((await report(at('file'))).code).toBe(0);
    const { uid, gid } = statSync(at('file'));
    expect({ uid, gid, text: read('file') }).toEqual({
      uid: 12_345,
      gid: 23_456,
      text: expect.stringMatching(WHOLE),
    });
  });

  it('keeps an owner that only root could set', needs('root', 'setpriv'), async () => {
    const script = `chmod 777 $D; printf x > $D/file; chown 12345 $D/file; chmod 666 $D/file;
      cd /; setpriv --reuid 54321 --clear-groups ${CONNECT} -q --report junit=$D/file`;
    expect(await inBash(script)).toMatchObject({ code: 0 });
    expect(statSync(at('file')).uid).toBe(12_345);
    expect(read('file')).toMatch(WHOLE);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is the same through all hard links of the file', async () => {
    put('file', 'x'.repeat(100_000));
    linkSync(at('file'), at('other'));
    expect((await report(at('file'))).code).toBe(0);
    expect(read('other')).toMatch(WHOLE);
  });

  it('may have a name of the maximum length', async () => {
    const name = `${'x'.repeat(251)}.xml`;
    expect((await report(at(name))).code).toBe(0);
    expect(read(name)).toMatch(WHOLE);
  });
});

describe('S69 a report is refused before anything is minted', () => {
  const CASES: readonly (readonly [name: string, path: string, why: string])[] = [
    ['a file in a missing folder', 'no/where', 'its folder does not exist'],
    ['a link into a missing folder', 'astray', 'its folder does not exist'],
    ['a folder', 'folder', 'it is a folder'],
    ['a path that ends with a slash', 'new/', 'it is a folder'],
    ['a path that uses a file as a folder', 'file/report', 'a part of the path is not a folder'],
    ['a loop of links', 'circle', 'its symbolic links form a loop'],
    ['a name that is too long', 'x'.repeat(300), 'its name is too long'],
    ['a pipe that nobody reads', 'pipe', 'nobody reads from the pipe'],
    ['a link to such a pipe', 'to-pipe', 'nobody reads from the pipe'],
    ['a descriptor that is not open', '/dev/fd/97', 'cannot be written'],
    [
      'a file in a folder in which no file can be created',
      '/proc/self/report.xml',
      'cannot be written',
    ],
  ];

  it.each(CASES)('if the target is %s', async (_name, path, why) => {
    mkdirSync(at('folder'));
    put('file');
    symlinkSync('no/where', at('astray'));
    symlinkSync('circle', at('circle'));
    spawnSync('mkfifo', [at('pipe')]);
    symlinkSync('pipe', at('to-pipe'));
    const names = readdirSync(folder);
    const { requests } = sandbox.stats();
    const result = await report(
      path.startsWith('/') ? path : at(path),
      `--report html=${at('h.html')}`,
    );
    expect({ code: result.code, out: result.out }).toEqual({ code: 3, out: '' });
    expect(result.error()).toMatchObject({
      code: 'output_unwritable',
      message: expect.stringContaining(why),
    });
    expect(sandbox.stats().requests).toBe(requests);
    // The HTML report is written although the other report failed. It contains the error.
    expect(read('h.html')).toContain('output_unwritable');
    expect(readdirSync(folder)).toEqual([...names, 'h.html'].sort());
  });

  it(
    'if the target is a symbolic link of another user in a shared folder',
    needs('root'),
    async () => {
      chmodSync(folder, 0o1777);
      put('target');
      symlinkSync('target', at('link'));
      lchownSync(at('link'), 12_345, 12_345);
      const { code, error } = await report(at('link'));
      expect({ code, message: error().message }).toEqual({
        code: 3,
        message:
          'The junit report cannot be written: this user does not have the permission to write to it.',
      });
      expect(read('target')).toBe('of yesterday');
    },
  );

  it(
    'if the target is a file or folder that this user may not write to',
    needs('root', 'setpriv'),
    async () => {
      put('file');
      const { requests } = sandbox.stats();
      const asOther = `cd /; setpriv --reuid 54321 --clear-groups ${CONNECT}`;
      for (const path of ['$D/file', '$D/new']) {
        const { code, err } = await inBash(`chmod 755 $D; ${asOther} --report junit=${path}`);
        expect({ code, err }).toEqual({
          code: 3,
          err: expect.stringContaining('this user does not have the permission to write to it'),
        });
      }
      expect(sandbox.stats().requests).toBe(requests);
      expect(read('file')).toBe('of yesterday');
    },
  );

  it('if the target is on a read-only file system', needs('mount', 'mounts'), async () => {
    put('file');
    for (const name of ['file', 'new']) {
      const { code, err } = await inNamespace(
        `mount --bind $D $D; mount -o remount,ro,bind $D; ${CONNECT} --report junit=$D/${name}`,
      );
      expect({ code, err }).toEqual({
        code: 3,
        err: expect.stringContaining('the file system is read-only'),
      });
    }
  });

  it.each([
    ['that is open only for reading', '3<$D/file', '3'],
    // Node.js itself uses some of these descriptors. vstoken must refuse them, because writing a report to one of them would end
    // the process.
    ['that the caller has not opened', '', '{3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20}'],
  ])('if the target is a descriptor %s', async (_name, redirection, numbers) => {
    put('file');
    const { requests } = sandbox.stats();
    const { out } = await inBash(
      `for n in ${numbers}; do ${CONNECT} --quiet --report junit=/dev/fd/$n ${redirection}; echo $?; done 2>/dev/null`,
    );
    expect(new Set(out.trim().split('\n'))).toEqual(new Set(['3']));
    expect(sandbox.stats().requests).toBe(requests);
  });
});

describe('S69 a report is written directly, without replacing its target', () => {
  it('if the target is a pipe, whose reader gets the whole report', async () => {
    const { code, out } = await inBash(
      `mkfifo $D/pipe; cat $D/pipe > $D/got & ${CONNECT} -q --report junit=$D/pipe; code=$?; wait; exit $code`,
    );
    expect({ code, out: out.includes('<?xml') }).toEqual({ code: 0, out: false });
    expect(read('got')).toMatch(WHOLE);
    expect(lstatSync(at('pipe')).isFIFO()).toBe(true);
  });

  it('if the target is a pipe that nobody reads, and a signal still ends the program', async () => {
    const running = startShell(
      'bash',
      `mkfifo $D/pipe; exec 9<>$D/pipe; head -c 65536 /dev/zero >&9
       exec $NODE $BIN test --mode connect --report junit=$D/pipe`,
      { env: { ...envFor(sandbox), D: folder, ...PROGRAM_VARIABLES } },
    );
    // `connect` is the last step before the report is written. The pipe is full, so the run cannot end by itself.
    await running.untilErr(/connect/);
    running.child.kill('SIGINT');
    expect(await running.done).toMatchObject({ code: 130 });
  });

  it.each(['bash', 'zsh'] as const)(
    'if the target is >(...) of %s',
    needs('bash', 'zsh'),
    async (shell) => {
      const { code } = await startShell(
        shell,
        `vstoken test --mode connect -q --report junit=>(cat > $D/got; : > $D/done); code=$?
       while [ ! -e $D/done ]; do :; done; exit $code`,
        { env: { ...envFor(sandbox), D: folder } },
      ).done;
      expect(code).toBe(0);
      expect(read('got')).toMatch(WHOLE);
    },
  );

  it('if the target is a descriptor of a file, from its current position', async () => {
    const { code } = await inBash(
      `exec 3> $D/got; echo before >&3; ${CONNECT} -q --report junit=/dev/fd/3; code=$?; echo after >&3; exit $code`,
    );
    expect(code).toBe(0);
    expect(read('got')).toMatch(/^before\n<\?xml [\s\S]*<\/testsuites>\nafter\n$/);
  });

  it.each(['stdout', 'stderr', 'fd/1', '../proc/self/fd/1'])(
    'if the target is /dev/%s and this is a pipe',
    async (name) => {
      const { code, out } = await inBash(`${CONNECT} --report junit=/dev/${name} 2>&1 | cat`);
      expect(code).toBe(0);
      expect(out).toMatch(/<\?xml [\s\S]*<\/testsuites>\nThe token works/);
    },
  );

  it(
    'if the target is /dev/stdout and this is a file, before the result',
    needs('mount', 'mounts'),
    async () => {
      // The script mounts its own /dev. Reason: the program is root here, so it would be able to replace the real /dev/stdout.
      const { code } = await inNamespace(
        `mount -t tmpfs tmpfs /mnt; cp -a /dev/fd /dev/stdout /mnt/; touch /mnt/null;
       mount --bind /dev/null /mnt/null; mount --rbind /mnt /dev;
       ${CONNECT} --report junit=/dev/stdout > $D/got; code=$?
       readlink /dev/stdout > $D/link; exit $code`,
      );
      expect(code).toBe(0);
      expect(read('got')).toMatch(/^<\?xml [\s\S]*<\/testsuites>\nThe token works/);
      expect(read('link')).toBe('/proc/self/fd/1\n');
    },
  );

  it('if the target is the standard output of another process', async () => {
    const { code } = await inBash(
      `echo before > $D/got; exec 3>> $D/got; ${CONNECT} -q --report junit=/proc/$$/fd/3 3>&-`,
    );
    expect(code).toBe(0);
    expect(read('got')).toMatch(/^before\n<\?xml [\s\S]*<\/testsuites>\n$/);
  });

  it('if the target is a terminal', needs('script'), async () => {
    const { code, out } = await inBash(
      `script -qec "${CONNECT} -q --report junit=/dev/tty" /dev/null < /dev/null`,
    );
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('</testsuites>') });
  });

  it('if the target is a device, also one that is full', needs('mount', 'mounts'), async () => {
    const { out } = await inNamespace(
      `mount -t tmpfs tmpfs /mnt
       for name in null full; do
         touch /mnt/$name; mount --bind /dev/$name /mnt/$name
         ${CONNECT} -q --json --report junit=/mnt/$name 2>&1 >/dev/null | grep -o "disk is full"
         echo \${PIPESTATUS[0]}; test -c /mnt/$name && echo device
       done`,
    );
    expect(out).toBe('0\ndevice\ndisk is full\n3\ndevice\n');
  });

  it('if the target is a file that is a mount point', needs('mount', 'mounts'), async () => {
    put('source', 'x'.repeat(100_000));
    put('place');
    const { code } = await inNamespace(
      `mount --bind $D/source $D/place; ${CONNECT} -q --report junit=$D/place`,
    );
    expect(code).toBe(0);
    expect(read('source')).toMatch(WHOLE);
    expect(read('place')).toBe('of yesterday');
    expect(readdirSync(folder).sort()).toEqual(['place', 'source']);
  });
});

describe('S69 a report of doctor', () => {
  const doctor = (path: string) =>
    run(['doctor', '--sandbox', '--json', '--output', path], {
      nodeVersion: process.versions.node,
      context: (built) => ({ ...built, files: realFiles }),
    });

  it("follows a symbolic link, and keeps the file's mode", async () => {
    put('target');
    chmodSync(at('target'), 0o604);
    symlinkSync('target', at('link'));
    await doctor(at('link'));
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true);
    expect(read('target')).toMatch(/^vstoken doctor, /);
    expect(statSync(at('target')).mode & 0o7777).toBe(0o604);
  });

  it.each([
    ['', 'its folder does not exist'],
    ['/proc/no/where', 'its folder does not exist'],
    ['/dev/fd/97', 'not open for writing'],
  ])('is refused before any check if its target is unwritable: %j', async (path, why) => {
    const { code, out, error } = await doctor(path);
    expect({ code, out, message: error().message }).toEqual({
      code: 3,
      out: '',
      message: expect.stringContaining(why),
    });
  });

  it('can be written to >(...)', needs('bash'), async () => {
    await inBash(`$NODE $BIN doctor --offline --output >(cat > $D/got; : > $D/done) > /dev/null
      while [ ! -e $D/done ]; do :; done`);
    expect(existsSync(at('got')) && read('got')).toMatch(/^vstoken doctor, /);
  });
});
