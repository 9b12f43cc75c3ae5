import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { CodeloopError } from '../core/errors.js';

/** The browsers that Playwright drives. */
export type Engine = 'chromium' | 'firefox' | 'webkit';

/** The configured browser; `executable` is CODELOOP_BROWSER where that is set. */
export interface BrowserChoice {
  engine: Engine;
  executable?: string;
  channel?: string;
}

/** A browser that is there. */
export interface FoundBrowser {
  path: string;
  source: 'explicit' | 'playwright' | 'system';
  /** chromium-headless-shell: an other renderer set-up than Chromium, with pixels of its own. */
  headlessShell: boolean;
}

/** The machine as the look-up sees it; tests give their own. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  isRoot: boolean;
  isProgram(path: string): boolean;
  /** Names in a folder, sorted; none when it cannot be read. */
  list(dir: string): string[];
}

/**
 * The browser to use: explicit > Playwright-managed > system Chrome, Edge or Chromium. `managedPath` is where Playwright keeps its own.
 * Throws BROWSER_NOT_FOUND with every place looked at and the command that installs one on this system. An explicit path that is
 * no program is an error, never replaced in silence.
 */
export function findBrowser(
  choice: BrowserChoice,
  managedPath: string | undefined,
  machine: Machine = thisMachine,
): FoundBrowser {
  const looked: string[] = [];
  const take = (path: string, source: FoundBrowser['source']): FoundBrowser | undefined => {
    looked.push(path);
    return machine.isProgram(path) ? { path, source, headlessShell: /headless[-_]shell/.test(path) } : undefined;
  };
  const fail = () =>
    new CodeloopError('BROWSER_NOT_FOUND', { looked_at: looked, command: installCommand(choice, machine) });

  if (choice.executable !== undefined) {
    const found = take(choice.executable, 'explicit');
    if (found) return found;
    throw fail();
  }
  if (choice.channel !== undefined) {
    for (const path of systemPaths(machine, choice.channel)) {
      const found = take(path, 'explicit');
      if (found) return found;
    }
    if (looked.length === 0) looked.push(`channel ${choice.channel}`);
    throw fail();
  }
  for (const path of managedPaths(managedPath, machine)) {
    const found = take(path, 'playwright');
    if (found) return found;
  }
  if (choice.engine === 'chromium') {
    for (const path of systemPaths(machine)) {
      const found = take(path, 'system');
      if (found) return found;
    }
  }
  throw fail();
}

/** Playwright's full browser, then the headless shell of the same registry (`playwright install --only-shell`). */
function managedPaths(managedPath: string | undefined, machine: Machine): string[] {
  if (managedPath === undefined) return [];
  const registry = dirname(dirname(dirname(managedPath)));
  const shells = machine
    .list(registry)
    .filter((name) => name.startsWith('chromium_headless_shell-'))
    .reverse()
    .flatMap((name) =>
      machine
        .list(join(registry, name))
        .filter((folder) => folder.startsWith('chrom'))
        .flatMap((folder) =>
          ['headless_shell', 'chrome-headless-shell'].map((file) => join(registry, name, folder, file)),
        ),
    );
  return [managedPath, ...shells.map((path) => (machine.platform === 'win32' ? `${path}.exe` : path))];
}

const NAMES: Readonly<Record<string, readonly string[]>> = {
  chrome: ['google-chrome', 'google-chrome-stable'],
  msedge: ['microsoft-edge', 'microsoft-edge-stable'],
  chromium: ['chromium', 'chromium-browser', 'chromium-headless-shell'],
};
const MAC_APPS: Readonly<Record<string, string>> = {
  chrome: 'Google Chrome',
  msedge: 'Microsoft Edge',
  chromium: 'Chromium',
};
const WINDOWS_FILES: Readonly<Record<string, string>> = {
  chrome: 'Google\\Chrome\\Application\\chrome.exe',
  msedge: 'Microsoft\\Edge\\Application\\msedge.exe',
  chromium: 'Chromium\\Application\\chrome.exe',
};

function systemPaths(machine: Machine, channel?: string): string[] {
  const kinds = channel === undefined ? Object.keys(NAMES) : [channel];
  if (machine.platform === 'darwin')
    return kinds.flatMap((kind) => {
      const app = MAC_APPS[kind];
      return app === undefined ? [] : [`/Applications/${app}.app/Contents/MacOS/${app}`];
    });
  if (machine.platform === 'win32') {
    const roots = ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => machine.env[name] ?? []);
    return kinds.flatMap((kind) =>
      roots.flatMap((root) => (WINDOWS_FILES[kind] ? [`${root}\\${WINDOWS_FILES[kind]}`] : [])),
    );
  }
  const folders = [...new Set([...(machine.env.PATH ?? '').split(delimiter).filter(Boolean), '/usr/bin'])];
  return kinds.flatMap((kind) => (NAMES[kind] ?? []).flatMap((name) => folders.map((dir) => join(dir, name))));
}

/** The command that installs a browser here: the system's package manager where there is one, else Playwright's own download. */
export function installCommand(choice: BrowserChoice, machine: Machine = thisMachine): string {
  const managed = `npx playwright install ${choice.engine}`;
  if (choice.engine !== 'chromium') return managed;
  const sudo = machine.isRoot ? '' : 'sudo ';
  const has = (path: string) => machine.isProgram(path);
  if (machine.platform === 'linux') {
    if (has('/usr/bin/apt-get') && !has('/usr/bin/snap'))
      return `${sudo}apt-get install -y --no-install-recommends chromium`;
    if (has('/sbin/apk')) return `${sudo}apk add chromium`;
    if (has('/usr/bin/dnf')) return `${sudo}dnf install -y chromium`;
    if (has('/usr/bin/pacman')) return `${sudo}pacman -S --noconfirm chromium`;
  }
  if (machine.platform === 'darwin' && (has('/opt/homebrew/bin/brew') || has('/usr/local/bin/brew')))
    return 'brew install --cask google-chrome';
  return managed;
}

const thisMachine: Machine = {
  platform: process.platform,
  env: process.env,
  isRoot: process.getuid?.() === 0,
  isProgram(path) {
    if (!existsSync(path) || !statSync(path).isFile()) return false;
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      // Not executable for this user: not a program for us.
      return false;
    }
  },
  list(dir) {
    try {
      return readdirSync(dir).sort();
    } catch {
      // A folder that is not there holds nothing.
      return [];
    }
  },
};
