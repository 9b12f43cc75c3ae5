import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Untouched pages of professionals, from this project's own dev dependencies. */
const PAGES = [
  'startbootstrap-sb-admin-2/index',
  'startbootstrap-sb-admin-2/tables',
  'startbootstrap-modern-business/dist/index',
  'startbootstrap-clean-blog/dist/index',
  'startbootstrap-agency/dist/index',
  'startbootstrap-resume/dist/index',
];
const size = (width, height, more = {}) => ({ width, height, ...more });
const DESK = size(1440, 900);
const THREE = { phone: size(375, 812, { is_mobile: true, has_touch: true }), tablet: size(768, 1024), desk: DESK };
/** What is compared: the same project, verified with more and more of it. */
const MODES = {
  one: { viewports: { desk: DESK }, layout: { enabled: false } },
  twice: { viewports: { desk: DESK, again: DESK, more: DESK }, layout: { enabled: false } },
  off: { viewports: THREE, layout: { enabled: false } },
  checks: { viewports: THREE, layout: { widths: false } },
  sweep: { viewports: THREE, layout: {} },
};
const TICKS_PER_SECOND = 100;

/**
 * Processor seconds of a whole `verify`, browser and all, in each mode, one mode after the other in each round; the checks' share of a
 * verification without them, and a sweep of 16 widths as a multiple of photographing the page twice. Needs a build.
 */
export async function measureCost({ rounds, say }) {
  const dir = mkdtempSync(path.join(tmpdir(), 'codeloop-layout-cost-'));
  try {
    mkdirSync(path.join(dir, '.codeloop'));
    mkdirSync(path.join(dir, 'site'));
    for (const name of new Set(PAGES.map((page) => page.split('/')[0])))
      cpSync(path.join(root, 'node_modules', name), path.join(dir, 'site', name), {
        recursive: true,
        dereference: true,
      });
    const spent = Object.fromEntries(Object.keys(MODES).map((mode) => [mode, []]));
    let widths = 0;
    for (let round = 0; round < rounds; round++)
      for (const [mode, { viewports, layout }] of Object.entries(MODES)) {
        const screens = PAGES.map((page, at) => ({ name: `page${at}`, path: `/${page}.html` }));
        const config = { server: { static: 'site' }, screens, viewports, layout, accessibility: { enabled: false } };
        writeFileSync(path.join(dir, '.codeloop/config.json'), JSON.stringify(config));
        spent[mode].push(await processorSeconds(dir));
        if (mode === 'sweep') widths = sweptWidths(dir);
        say(`${round + 1} ${mode}: ${spent[mode].at(-1).toFixed(1)} s`);
      }
    const least = Object.fromEntries(Object.entries(spent).map(([mode, all]) => [mode, Math.min(...all)]));
    const photographedTwice = (least.twice - least.one) / PAGES.length;
    const perWidth = (least.sweep - least.checks) / Math.max(1, widths);
    return {
      spent,
      figures: {
        checks_share: (least.checks - least.off) / least.off,
        widths_per_page: widths / PAGES.length,
        sweep_of_16_s: perWidth * 16,
        photographed_twice_s: photographedTwice,
        sweep_by_photographs: (perWidth * 16) / photographedTwice,
      },
    };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Windows that were laid out besides those that are photographed, over all pages of the newest run. */
function sweptWidths(dir) {
  const runs = path.join(dir, 'artifacts/runs');
  const newest = readdirSync(runs).toSorted().at(-1);
  const reports = readdirSync(path.join(runs, newest), { recursive: true }).filter((file) =>
    /layout(?:\.v\d+)?\.json$/.test(file),
  );
  const { screens } = JSON.parse(readFileSync(path.join(runs, newest, reports.toSorted().at(-1)), 'utf8'));
  return screens.reduce((sum, { widths }) => sum + widths.length, 0);
}

/** Processor seconds of one verification with everything that it starts; what ends is counted as it was seen last. */
function processorSeconds(dir) {
  const child = spawn(process.execPath, [path.join(root, 'dist/bin.js'), 'verify', '--project-dir', dir], {
    stdio: 'ignore',
    env: { ...process.env, CODELOOP_HOME: path.join(dir, 'home') },
  });
  const seen = new Map();
  const look = () => {
    const family = new Set([child.pid]);
    const all = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(readStat)
      .filter(Boolean);
    for (let grown = true; grown; ) {
      grown = false;
      for (const { pid, parent } of all)
        if (family.has(parent) && !family.has(pid)) {
          family.add(pid);
          grown = true;
        }
    }
    for (const { pid, ticks } of all) if (family.has(pid)) seen.set(pid, ticks);
  };
  const timer = setInterval(look, 100);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', () => {
      clearInterval(timer);
      resolve([...seen.values()].reduce((sum, ticks) => sum + ticks, 0) / TICKS_PER_SECOND);
    });
  });
}

function readStat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    // It ended while it was looked at.
    return undefined;
  }
}
