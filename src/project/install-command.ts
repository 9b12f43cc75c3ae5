import { fileExists } from './file-exists.js';

/** Package managers by the file that shows them, with the command that installs a package. */
const MANAGERS: readonly [string, string, Record<string, string>][] = [
  ['/usr/bin/apt-get', 'apt-get install -y --no-install-recommends', {}],
  ['/usr/bin/dnf', 'dnf install -y', { ffmpeg: 'ffmpeg-free' }],
  ['/sbin/apk', 'apk add', {}],
  ['/usr/bin/pacman', 'pacman -S --noconfirm', {}],
  ['/opt/homebrew/bin/brew', 'brew install', {}],
  ['/usr/local/bin/brew', 'brew install', {}],
];

/** The exact command that installs a program on this system, with sudo where the user is not root. */
export async function installCommand(program: string): Promise<string> {
  for (const [file, command, names] of MANAGERS) {
    // Not there: another system.
    if (!(await fileExists(file))) continue;
    const line = `${command} ${names[program] ?? program}`;
    return command.startsWith('brew') || process.getuid?.() === 0 ? line : `sudo ${line}`;
  }
  return process.platform === 'win32'
    ? `winget install ${program}`
    : `install ${program} with your system's package manager`;
}
