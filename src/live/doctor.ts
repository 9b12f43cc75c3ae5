import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../core/digest.js';
import { CodeloopError, toCodeloopError } from '../core/errors.js';
import { runCommand } from '../core/run-command.js';
import { makeTempFolder } from '../core/temp-folder.js';
import { Viewport } from '../core/vocabulary/geometry.js';
import type { Project } from '../project/project.js';
import { fileExists } from '../project/project.js';
import { serveStatic } from '../project/serve-static.js';
import type { Session } from './session.js';

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

/** Environment of a probe: the session's drivers, the project's settings, a folder of their own that is removed afterwards. */
interface ProbeEnvironment {
  session: Session;
  project: Project;
  folder: string;
  signal: AbortSignal;
}

interface ProbeResult {
  ok: boolean;
  /** What was done, with the result: version, size, milliseconds. */
  detail: string;
  /** The exact command or step that fixes it. */
  fix?: string;
}

/** One capability that the machine must have, proven by using it. */
interface Probe {
  id: string;
  title: string;
  /** False: nice to have; its failure is a warning. */
  required: boolean;
  run(environment: ProbeEnvironment): Promise<ProbeResult>;
}

const PAGE =
  '<!doctype html><title>codeloop</title><body style="margin:0;background:#fff"><h1 style="font:40px sans-serif">codeloop</h1>';

/** A real picture of a small page, served on loopback, with the browser that verifications use. */
const browserProbe: Probe = {
  id: 'browser',
  title: 'Browser (a real screenshot)',
  required: true,
  async run({ session, project, folder, signal }) {
    await writeFile(join(folder, 'index.html'), PAGE);
    const server = await serveStatic(folder);
    try {
      const driver = await session.browser(project.config);
      const environment = await driver.environment();
      const capture = driver.create(
        { viewport: Viewport.parse({ width: 320, height: 200 }), allowedOrigins: [], redact: (text) => text },
        {
          put: async ({ name, data }) => {
            await writeFile(join(folder, name), data);
            return { path: name, sha256: sha256(data), bytes: data.length };
          },
        },
      );
      try {
        await capture.open({ kind: 'url', url: server.url }, signal);
        const shot = await capture.screenshot(
          { name: 'doctor', fullPage: false, masks: [], settleTimeoutMs: 10_000, dom: false },
          signal,
        );
        const ok = shot.steady.settled && !shot.blank && shot.size.width === 320;
        return {
          ok,
          detail: `${environment.browser} ${environment.browser_version}: ${shot.size.width} x ${shot.size.height} px, ${shot.image.bytes} bytes${ok ? '' : ', blank or unsteady'}`,
        };
      } finally {
        await capture.close();
      }
    } catch (error) {
      if (!(error instanceof CodeloopError)) throw error;
      return { ok: false, detail: error.message, fix: error.toBody().fix };
    } finally {
      await server.stop();
    }
  },
};

const SIDE = 64;

/** Encodes, decodes and compares a picture with itself and with a changed copy, with both comparators. */
const compareProbe: Probe = {
  id: 'compare',
  title: 'Picture codec and comparators',
  required: true,
  async run({ signal }) {
    const { encode } = await import('../image/encode.js');
    const { compareImages } = await import('../compare/compare-images.js');
    const white = new Uint8Array(SIDE * SIDE * 4).fill(255);
    const changed = white.slice();
    for (let pixel = 0; pixel < SIDE * 8; pixel += 1) changed.set([200, 0, 0, 255], pixel * 4);
    const [a, b] = await Promise.all(
      [white, changed].map((data) => encode({ data, width: SIDE, height: SIDE }, 'png-fast')),
    );
    const found: string[] = [];
    for (const [comparator, odiffAbovePixels] of [
      ['pixelmatch', SIDE * SIDE * 2],
      ['odiff', 1],
    ] as const) {
      const result = await compareImages(
        { bytes: a ?? Buffer.alloc(0), name: 'a.png' },
        { bytes: b ?? Buffer.alloc(0), name: 'b.png' },
        { threshold: 1, odiffAbovePixels, signal },
      );
      if (result.outcome === 'unreadable')
        return {
          ok: false,
          detail: result.error.message,
          fix: 'Install again without --omit=optional: npm install codeloop',
        };
      if (result.diff_pixels !== SIDE * 8 || result.comparator !== comparator) {
        return {
          ok: false,
          detail: `${comparator} found ${result.diff_pixels} of ${SIDE * 8} pixels (${result.note ?? result.comparator})`,
          fix: 'Install again without --omit=optional: npm install codeloop',
        };
      }
      found.push(comparator);
    }
    return { ok: true, detail: `PNG written and read, ${found.join(' and ')} agree` };
  },
};

/** Two seconds of a test picture encoded as H.264, the way recordings will be. */
const encoderProbe: Probe = {
  id: 'encoder',
  title: 'Video encoder (ffmpeg with H.264)',
  required: false,
  async run({ folder, signal }) {
    const file = join(folder, 'probe.mp4');
    try {
      const { code, stderr } = await runCommand(
        'ffmpeg',
        [
          '-v',
          'error',
          '-f',
          'lavfi',
          '-i',
          'testsrc=size=320x240:rate=25',
          '-t',
          '2',
          '-c:v',
          'libx264',
          '-pix_fmt',
          'yuv420p',
          file,
        ],
        { timeoutMs: 20_000, signal },
      );
      if (code !== 0)
        return {
          ok: false,
          detail: stderr.toString('utf8').trim().split('\n')[0] ?? `exit code ${code}`,
          fix: await installCommand('ffmpeg'),
        };
      return { ok: true, detail: `2 s at 25 fps in ${(await stat(file)).size} bytes` };
    } catch (error) {
      if (error instanceof CodeloopError && error.code === 'INTERNAL')
        return {
          ok: false,
          detail: 'ffmpeg is not installed; recordings stay frames',
          fix: await installCommand('ffmpeg'),
        };
      throw error;
    }
  },
};

/** The per-user ledger can be written. */
const ledgerProbe: Probe = {
  id: 'ledger',
  title: 'Ledger (per user, outside the project)',
  required: false,
  async run({ project }) {
    const { Ledger } = await import('../store/ledger.js');
    const ledger = new Ledger(project.dir);
    return ledger.writable
      ? { ok: true, detail: 'can be written' }
      : {
          ok: false,
          detail: ledger.problem ?? 'cannot be written',
          fix: 'Make the state folder writable, or set XDG_STATE_HOME to one that is.',
        };
  },
};

/** Node's version against the one the package asks for. */
const nodeProbe: Probe = {
  id: 'node',
  title: 'Node.js',
  required: true,
  async run() {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const ok = major > 20 || (major === 20 && minor >= 19);
    return { ok, detail: `v${process.versions.node}`, ...(ok ? {} : { fix: 'Install Node.js 20.19 or newer.' }) };
  },
};

const PROBES: readonly Probe[] = [nodeProbe, browserProbe, compareProbe, encoderProbe, ledgerProbe];

/** A probe with its result. */
interface Diagnosis extends ProbeResult {
  id: string;
  title: string;
  required: boolean;
}

/** Proves each capability by doing it, one after another, in a folder that is removed afterwards. Never throws for a failing probe. */
export async function runDoctor(session: Session, project: Project, signal: AbortSignal): Promise<Diagnosis[]> {
  const diagnoses: Diagnosis[] = [];
  for (const probe of PROBES) {
    signal.throwIfAborted();
    const folder = await makeTempFolder('codeloop-doctor-');
    try {
      const { id, title, required } = probe;
      const result = await probe
        .run({ session, project, folder, signal })
        .catch((error: unknown): ProbeResult => ({ ok: false, detail: toCodeloopError(error).message }));
      diagnoses.push({ id, title, required, ...result });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return diagnoses;
}
