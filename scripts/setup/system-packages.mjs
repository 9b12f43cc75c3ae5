import { spawnSync } from 'node:child_process';
import { findProgram } from './programs.mjs';

/**
 * The package managers this set-up knows: how they install, and what each group is called there.
 * apt is the one that is tried by us; the others' names are those of their public package lists.
 */
const managers = {
  'apt-get': {
    // Waits for another installation instead of failing; one line per package instead of a screen.
    quiet: ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Dpkg::Use-Pty=0'],
    before: ['apt-get', 'update'],
    install: ['apt-get', 'install', '-y', '--no-install-recommends'],
    groups: {
      browser: ['chromium', 'fonts-liberation'],
      ffmpeg: ['ffmpeg'],
      display: [
        'xvfb',
        'xauth',
        'xdotool',
        'wmctrl',
        'x11-utils',
        'x11-apps',
        'xterm',
        'openbox',
        'xcompmgr',
        'fonts-liberation',
      ],
    },
  },
  dnf: {
    install: ['dnf', 'install', '-y', '--setopt=install_weak_deps=False'],
    groups: {
      browser: ['chromium', 'liberation-fonts-all'],
      ffmpeg: ['ffmpeg-free'],
      display: [
        'xorg-x11-server-Xvfb',
        'xdotool',
        'wmctrl',
        'xwininfo',
        'xprop',
        'xwd',
        'xterm',
        'openbox',
        'xcompmgr',
      ],
    },
  },
  apk: {
    install: ['apk', 'add', '--no-progress'],
    groups: {
      browser: ['chromium', 'font-liberation'],
      ffmpeg: ['ffmpeg'],
      display: ['xvfb', 'xdotool', 'wmctrl', 'xwininfo', 'xprop', 'xwd', 'xterm', 'openbox', 'xcompmgr'],
    },
  },
  pacman: {
    install: ['pacman', '-S', '--needed', '--noconfirm'],
    groups: {
      browser: ['chromium', 'ttf-liberation'],
      ffmpeg: ['ffmpeg'],
      display: [
        'xorg-server-xvfb',
        'xdotool',
        'wmctrl',
        'xorg-xwininfo',
        'xorg-xprop',
        'xorg-xwd',
        'xterm',
        'openbox',
        'xcompmgr',
      ],
    },
  },
  brew: {
    install: ['brew', 'install'],
    groups: { browser: ['--cask', 'chromium'], ffmpeg: ['ffmpeg'] },
  },
};

/**
 * The package manager of this machine, or nothing: `{manager, prefix, allowed}`. It is allowed for root, with a sudo that asks no
 * password, and where it needs no rights (brew); never with CODELOOP_NO_SYSTEM_INSTALL=1. No password is ever asked for.
 */
export function systemInstaller() {
  const name = Object.keys(managers).find((candidate) => findProgram(candidate) !== undefined);
  if (name === undefined) return undefined;
  const forbidden = process.env.CODELOOP_NO_SYSTEM_INSTALL === '1';
  if (name === 'brew') return { manager: managers[name], prefix: [], allowed: !forbidden };
  if (process.getuid?.() === 0) return { manager: managers[name], prefix: [], allowed: !forbidden };
  const silentSudo =
    findProgram('sudo') !== undefined &&
    spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore', timeout: 10_000 }).status === 0;
  return silentSudo
    ? { manager: managers[name], prefix: ['sudo', '-n'], allowed: !forbidden }
    : { manager: managers[name], prefix: ['sudo'], allowed: false };
}

/** Installs groups one after the other, so that a name which one system does not know keeps nothing else back. */
export function installGroups({ manager, prefix }, ids) {
  const quiet = manager.quiet ?? [];
  if (manager.before !== undefined) run([...prefix, ...manager.before, ...quiet]);
  for (const id of ids) {
    const packages = manager.groups[id];
    if (packages !== undefined) run([...prefix, ...manager.install, ...quiet, ...packages]);
  }
}

/** What a person types to install a group. */
export function installCommand(installer, id) {
  const packages = installer?.manager.groups[id];
  if (packages !== undefined) {
    const { manager, prefix } = installer;
    const steps = [manager.before, [...manager.install, ...packages]];
    // A password can be asked for in a person's terminal.
    const sudo = prefix.length === 0 ? [] : ['sudo'];
    return steps
      .filter((step) => step !== undefined)
      .map((step) => [...sudo, ...step].join(' '))
      .join(' && ');
  }
  if (id === 'browser') return 'npx playwright install --with-deps chromium';
  if (process.platform === 'win32' && id === 'ffmpeg') return 'winget install Gyan.FFmpeg';
  return `this system's package manager (looked for ${Object.keys(managers).join(', ')})`;
}

function run(command) {
  console.log(`set-up: ${command.join(' ')}`);
  const [program, ...args] = command;
  const result = spawnSync(program, args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', HOMEBREW_NO_AUTO_UPDATE: '1' },
    timeout: 20 * 60_000,
  });
  // Not the end: another group may still install, and what is missing at the end is named with its command.
  if (result.status !== 0)
    console.error(`set-up: that ended with ${result.status ?? result.signal ?? result.error?.message}`);
}
