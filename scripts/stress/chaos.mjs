// Kills at random moments, and what else happens to a machine: npm run test:chaos -- [--times 200] [--seed 1]
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BIN, ended, openStage, runAsScript, seeded } from './stage.mjs';

/** What is killed in, and how long each takes about, ms. */
const WORK = {
  verify: { argv: ['verify', '--json'], ms: 6000, victims: ['self', 'chrom|headless'] },
  record: {
    argv: ['record', '/', '--duration-seconds', '2', '--json'],
    ms: 5000,
    victims: ['self', 'chrom|headless', 'ffmpeg'],
  },
  window: {
    argv: ['record', '--command', 'xcalc', '--duration-seconds', '2', '--json'],
    ms: 5000,
    victims: ['self', 'ffmpeg', 'Xvfb'],
  },
  compare: { argv: ['compare', 'a', 'b', '--html', 'pairs.html', '--json'], ms: 1300, victims: ['self'] },
};

/** How long a helper lives about, ms. */
const LIFE = { ffmpeg: 1200, Xvfb: 2500 };

/**
 * `times` kills, seeded. After each: no process and no temporary folder is left, what was not killed itself has ended by itself with an answer, and
 * the project's runs can be read; every tenth time it is verified as well. Returns counts and what went wrong.
 */
export async function kills({ times, seed, say = () => undefined, kinds = Object.keys(WORK) }) {
  const random = seeded(seed);
  const stage = openStage();
  const wrong = [];
  const counts = {};
  try {
    if (kinds.includes('compare')) {
      const shot = JSON.parse((await stage.run(['capture', 'home', '--json'])).stdout);
      for (const side of ['a', 'b'])
        for (let at = 0; at < 40; at++)
          cpSync(path.join(stage.dir, shot.cells[0].path), path.join(stage.dir, side, `${at}.png`));
    }
    for (let at = 0; at < times; at++) {
      const kind = kinds[at % kinds.length];
      const { argv, ms, victims } = WORK[kind];
      const wanted = random.pick(victims);
      const child = stage.start(argv);
      let over = false;
      const end = ended(child).finally(() => {
        over = true;
      });
      const found = () => stage.processes().filter(({ command }) => new RegExp(wanted, 'i').test(command));
      // A helper comes late: its moment is counted from when it is there.
      while (wanted !== 'self' && !over && found().length === 0) await Promise.race([sleep(100), end]);
      await Promise.race([sleep(random.next() * (wanted === 'self' ? ms : (LIFE[wanted] ?? ms / 2))), end]);
      const victim = wanted === 'self' ? undefined : found();
      const hit = victim === undefined || victim.length === 0 ? 'self' : wanted;
      const signal = random.pick(['SIGKILL', 'SIGKILL', 'SIGTERM']);
      try {
        process.kill(hit === 'self' ? child.pid : random.pick(victim).id, signal);
      } catch {
        // it had ended
      }
      const how = await end;
      counts[`${kind} ${hit}`] = (counts[`${kind} ${hit}`] ?? 0) + 1;
      const left = await stage.left();
      const note = (what) => wrong.push(`${at}: ${kind}, ${signal} to ${hit}: ${what}`);
      if (left.processes.length + left.folders.length > 0) note(`left behind: ${JSON.stringify(left)}`);
      // Told once, and no later one waits for it.
      for (const folder of left.folders) rmSync(path.join(stage.temp, folder), { recursive: true, force: true });
      if (hit !== 'self' && (how.code === null || how.code > 3 || !how.stdout.trim().startsWith('{')))
        note(`ended with ${how.code ?? how.signal}: ${how.stderr.slice(-200)}`);
      const runs = await stage.run(['runs', '--json']);
      if (runs.code !== 0) note(`runs cannot be read: ${runs.stdout.slice(0, 300)}`);
      if (at % 10 === 9) {
        const { code } = await stage.run(['verify', '--json']);
        if (code !== 0) note(`the next verification ends with ${code}`);
      }
      say(`${at + 1}/${times} ${kind} ${hit} ${signal} → ${how.code ?? how.signal}`);
    }
  } finally {
    stage.close();
  }
  return { counts, wrong };
}

/** Puts a small file system over a folder; false where this user may not. */
function small(folder, kilobytes) {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
const release = (folder) => execFileSync('umount', ['-l', folder], { stdio: 'ignore' });

/** A full disk under the project's artefacts and under the temporary folder: an answer that says so, and nothing left. */
export async function fullDisk() {
  const stage = openStage();
  const wrong = [];
  let tried = 0;
  try {
    stage.write('artifacts/.keep', '');
    for (const [folder, kilobytes] of [
      [path.join(stage.dir, 'artifacts'), 48],
      [stage.temp, 64],
    ]) {
      if (!small(folder, kilobytes)) continue;
      tried += 1;
      try {
        const { code, signal, stdout, stderr } = await stage.run(['verify', '--json']);
        if (code === null || code > 3 || !stdout.trim().startsWith('{'))
          wrong.push(`${path.basename(folder)}: ${code ?? signal} ${stdout.slice(0, 200)} ${stderr.slice(-300)}`);
      } finally {
        release(folder);
      }
    }
    const left = await stage.left();
    if (left.processes.length > 0) wrong.push(`left behind: ${left.processes}`);
    const after = await stage.run(['verify', '--json']);
    if (after.code !== 0) wrong.push(`with room again: ${after.code} ${after.stdout.slice(0, 300)}`);
  } finally {
    stage.close();
  }
  return { tried, wrong };
}

/** Without /dev/shm, which Chromium otherwise keeps its pictures in: verified all the same. */
export async function noSharedMemory() {
  const stage = openStage();
  try {
    const script = `mount -t tmpfs -o size=4k,mode=000 tmpfs /dev/shm && exec "$0" "$@"`;
    try {
      execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    } catch {
      return { tried: 0, wrong: [] };
    }
    const how = await ended(
      spawn('unshare', ['-m', 'sh', '-c', script, process.execPath, BIN, 'verify', '--json'], {
        cwd: stage.dir,
        env: { ...process.env, TMPDIR: stage.temp, XDG_STATE_HOME: path.join(stage.home, 'state') },
        stdio: ['pipe', 'pipe', 'pipe'],
      }),
    );
    return {
      tried: 1,
      wrong: how.code === 0 ? [] : [`${how.code ?? how.signal} ${how.stdout.slice(0, 300)} ${how.stderr.slice(-300)}`],
    };
  } finally {
    stage.close();
  }
}

/** A clock that jumps by up to two days to and fro while it is verified: an answer, and the next verification passes. */
export async function jumpingClock({ seed }) {
  const stage = openStage();
  const wrong = [];
  try {
    const file = path.join(stage.home, 'clock.mjs');
    writeFileSync(
      file,
      `const real = Date.now; let off = 0, state = ${seed}; setInterval(() => { state = (state * 1103515245 + 12345) % 2147483648; off = (state / 2147483648 - 0.5) * 4 * 86400000; }, 40).unref(); Date.now = () => real() + off;`,
    );
    const jumping = await stage.run(['verify', '--json'], { NODE_OPTIONS: `--import ${file}` });
    if (jumping.code === null || jumping.code > 1)
      wrong.push(`while it jumps: ${jumping.code ?? jumping.signal} ${jumping.stdout.slice(0, 300)}`);
    const after = await stage.run(['verify', '--json']);
    if (after.code !== 0) wrong.push(`afterwards: ${after.code} ${after.stdout.slice(0, 400)}`);
  } finally {
    stage.close();
  }
  return { tried: 1, wrong };
}

/** Two servers and a command on one project at once: each call is answered, the runs are whole, nothing is left. */
export async function company({ rounds }) {
  const stage = openStage();
  const wrong = [];
  try {
    const servers = await Promise.all([stage.serve(), stage.serve()]);
    for (let round = 0; round < rounds; round++) {
      const answers = await Promise.all([
        ...servers.map((server) => server.call('codeloop_verify', { project_dir: stage.dir })),
        ...servers.map((server) => server.call('codeloop_run_history', { project_dir: stage.dir })),
        stage.run(['verify', '--json']),
      ]);
      for (const [at, answer] of answers.entries()) {
        const fine =
          'code' in answer ? answer.code === 0 : answer.result !== undefined && answer.result.isError !== true;
        if (!fine) wrong.push(`round ${round}, ${at}: ${JSON.stringify(answer).slice(0, 400)}`);
      }
    }
    for (const { child, over } of servers) {
      child.kill('SIGTERM');
      const { code } = await over;
      if (code !== 0) wrong.push(`a server ended with ${code}`);
    }
    const history = JSON.parse((await stage.run(['runs', '--json'])).stdout);
    for (const { status, note } of history.runs) if (status === 'broken') wrong.push(`a run is broken: ${note}`);
    const left = await stage.left();
    if (left.processes.length + left.folders.length > 0) wrong.push(`left behind: ${JSON.stringify(left)}`);
  } finally {
    stage.close();
  }
  return { calls: rounds * 5, wrong };
}

await runAsScript(
  import.meta,
  { times: 200, seed: 1 },
  async ({ times, seed }, say) => ({
    kills: await kills({ times, seed, say }),
    full_disk: await fullDisk(),
    no_shared_memory: await noSharedMemory(),
    jumping_clock: await jumpingClock({ seed }),
    company: await company({ rounds: Math.max(1, Math.round(times / 50)) }),
  }),
  (results) => Object.values(results).some(({ wrong }) => wrong.length > 0),
);
