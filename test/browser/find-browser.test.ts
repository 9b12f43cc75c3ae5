import { describe, expect, test } from 'vitest';
import { findBrowser, installCommand, type Machine } from '../../src/browser/find-browser.js';
import { CodeloopError } from '../../src/core/errors.js';
import { verifies } from '../requirements.js';

const managed = '/home/me/.cache/ms-playwright/chromium-1200/chrome-linux/chrome';
const shell = '/home/me/.cache/ms-playwright/chromium_headless_shell-1200/chrome-linux/headless_shell';

function machine(programs: readonly string[], more: Partial<Machine> = {}): Machine {
  return {
    platform: 'linux',
    env: { PATH: '/usr/local/bin:/usr/bin' },
    isRoot: true,
    isProgram: (path) => programs.includes(path),
    list: (dir) =>
      [
        ...new Set(
          programs
            .filter((path) => path.startsWith(`${dir}/`))
            .map((path) => path.slice(dir.length + 1).split('/')[0] ?? ''),
        ),
      ].sort(),
    ...more,
  };
}

describe('the browser that is used', () => {
  const everything = [
    '/opt/mine',
    managed,
    shell,
    '/usr/bin/google-chrome',
    '/usr/bin/microsoft-edge',
    '/usr/bin/chromium',
  ];
  const table = [
    ['an explicit one first', { executable: '/opt/mine' }, everything, '/opt/mine', 'explicit'],
    ['then the one that Playwright manages', {}, everything, managed, 'playwright'],
    ['its headless shell when that is all there is of it', {}, [shell, '/usr/bin/chromium'], shell, 'playwright'],
    [
      'then Chrome of the system',
      {},
      ['/usr/bin/chromium', '/usr/bin/google-chrome'],
      '/usr/bin/google-chrome',
      'system',
    ],
    ['then Edge', {}, ['/usr/bin/chromium', '/usr/bin/microsoft-edge'], '/usr/bin/microsoft-edge', 'system'],
    ['then Chromium', {}, ['/usr/bin/chromium'], '/usr/bin/chromium', 'system'],
    ['the one of a channel', { channel: 'msedge' }, everything, '/usr/bin/microsoft-edge', 'explicit'],
  ] as const;
  for (const [name, choice, programs, path, source] of table) {
    test(`is ${name}`, () => {
      verifies('capture.browser-found');
      expect(findBrowser({ engine: 'chromium', ...choice }, managed, machine(programs))).toEqual({
        path,
        source,
        headlessShell: path === shell,
      });
    });
  }

  test('is never another one than asked for', () => {
    verifies('capture.browser-found');
    for (const choice of [{ executable: '/opt/gone' }, { channel: 'msedge' }, { channel: 'netscape' }]) {
      expect(() =>
        findBrowser({ engine: 'chromium', ...choice }, managed, machine([managed, '/usr/bin/chromium'])),
      ).toThrow(CodeloopError);
    }
  });

  test('or an error that says where was looked and what to do', () => {
    verifies('capture.browser-found');
    try {
      findBrowser({ engine: 'chromium' }, managed, machine(['/usr/bin/apt-get']));
      expect.unreachable();
    } catch (error) {
      if (!(error instanceof CodeloopError)) throw error;
      expect(error.code).toBe('BROWSER_NOT_FOUND');
      expect(error.values.looked_at).toEqual(
        expect.arrayContaining([managed, '/usr/bin/chromium', '/usr/bin/google-chrome']),
      );
      expect(error.toBody().fix).toContain('apt-get install -y --no-install-recommends chromium');
    }
  });
});

describe('the command that installs one', () => {
  const table: [string, Partial<Machine>, string[], string][] = [
    ['Debian as root', {}, ['/usr/bin/apt-get'], 'apt-get install -y --no-install-recommends chromium'],
    [
      'Debian as a user',
      { isRoot: false },
      ['/usr/bin/apt-get'],
      'sudo apt-get install -y --no-install-recommends chromium',
    ],
    // Ubuntu's chromium package is a snap, which cannot be started here.
    ['Ubuntu', {}, ['/usr/bin/apt-get', '/usr/bin/snap'], 'npx playwright install chromium'],
    ['Alpine', {}, ['/sbin/apk'], 'apk add chromium'],
    ['Fedora', {}, ['/usr/bin/dnf'], 'dnf install -y chromium'],
    ['macOS with Homebrew', { platform: 'darwin' }, ['/opt/homebrew/bin/brew'], 'brew install --cask google-chrome'],
    ['Windows', { platform: 'win32' }, [], 'npx playwright install chromium'],
  ];
  for (const [name, more, programs, command] of table) {
    test(`on ${name}`, () => {
      verifies('capture.browser-found');
      expect(installCommand({ engine: 'chromium' }, machine(programs, more))).toBe(command);
      expect(installCommand({ engine: 'firefox' }, machine(programs, more))).toBe('npx playwright install firefox');
    });
  }
});
