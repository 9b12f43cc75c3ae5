// Recording a CSS animation through a session, as the tools do: how soon a stop is answered, how many frames a second come in, how far
// the video's length is off the wall clock, what it costs; and how long the replay of a minute takes.
//   node bench/recording.mjs [--rounds 5] [--seconds 4] [--minute 60]
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadSource } from '../scripts/build/load-source.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    minute: { type: 'string', default: '60' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const { Session, findFolder, recordingSource, replay } = await loadSource(
  root,
  `export { Session } from './src/live/session.ts';
   export { findFolder } from './src/project/locate.ts';
   export { recordingSource } from './src/replay/replay-source.ts';
   export { replay } from './src/replay/replay.ts';`,
);
const folder = mkdtempSync(path.join(tmpdir(), 'codeloop-bench-recording-'));
process.env.XDG_STATE_HOME = path.join(folder, 'state');
const dir = path.join(folder, 'project');
execFileSync('mkdir', ['-p', dir]);
writeFileSync(path.join(dir, 'package.json'), '{"name":"bench"}');

const PAGE = `<!doctype html><meta charset="utf-8"><title>Bench</title><link rel="icon" href="data:,">
<style>body{font:16px sans-serif;margin:40px} @keyframes walk{to{transform:translateX(1000px) rotate(360deg)}}
.box{width:120px;height:120px;background:linear-gradient(45deg,#1f6f5c,#f4b942);animation:walk 3s linear infinite alternate}</style>
<h1>A page that moves</h1><div class="box"></div><button onclick="document.querySelector('ol').append(Object.assign(document.createElement('li'),{textContent:'Item '+document.querySelectorAll('li').length}))">Add</button><ol></ol>
<p>${'Words to make the picture heavier. '.repeat(60)}</p>
<script>let frames=0;(function count(){frames++;requestAnimationFrame(count)})();</script>`;
const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE));
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${server.address().port}/`;
const session = new Session();
const project = await findFolder(dir, [dir]);
const { signal } = new AbortController();
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
const length = (file) =>
  Number(
    execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format=duration', '-of', 'csv=p=0', file], {
      encoding: 'utf8',
    }),
  );

/** Processor seconds of this process and all below it, so far. */
function cpuSeconds() {
  const stats = new Map();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      stats.set(Number(pid), { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) });
    } catch {
      // It has ended meanwhile.
    }
  }
  const below = (pid) => pid === process.pid || (stats.has(pid) && below(stats.get(pid).parent));
  return [...stats].filter(([pid]) => below(pid)).reduce((sum, [, { ticks }]) => sum + ticks, 0) / 100;
}

async function round(seconds, during) {
  const started = performance.now();
  const live = await session.recordings.start({
    project,
    tool: 'codeloop_start_recording',
    url,
    viewport: '1280x800',
    signal,
  });
  const startMs = performance.now() - started;
  const cpu = cpuSeconds();
  const begun = Date.parse(live.startedAt);
  await (during ? during(live.page, seconds) : sleep(seconds * 1000));
  const used = cpuSeconds() - cpu;
  const asked = performance.now();
  const stopAt = Date.now();
  const record = await session.recordings.stop(project, live.id);
  const stopMs = performance.now() - asked;
  const done = await session.recordings.finished(live.id);
  const videoMs = performance.now() - asked;
  await session.pages.close(live.page.id);
  const file = path.join(dir, done.video.path);
  const wall = (stopAt - begun) / 1000;
  const took = record.duration_ms / 1000;
  return {
    id: live.id,
    startMs,
    stopMs,
    videoMs,
    fps: record.frames.captured / took,
    lengthError: (length(file) - wall) / wall,
    cpu: used / took,
    framesPerS: record.frames.bytes / took,
    videoPerS: statSync(file).size / took,
    notes: done.notes,
  };
}

try {
  await round(1); // starts the browser
  const rounds = [];
  for (let n = 0; n < Number(values.rounds); n++) rounds.push(await round(Number(values.seconds)));
  const of = (name) => median(rounds.map((one) => one[name]));
  const worst = (name) => rounds.reduce((most, one) => (Math.abs(one[name]) > Math.abs(most) ? one[name] : most), 0);
  console.log(
    `${rounds.length} x ${values.seconds} s of a CSS animation at 1280x800, ${availableParallelism()} processors, load ${loadavg()[0].toFixed(1)} (medians; worst in brackets)`,
  );
  console.log(`start until first frame, page opened   ${of('startMs').toFixed(0)} ms`);
  console.log(
    `stop answered after                    ${of('stopMs').toFixed(0)} ms (${worst('stopMs').toFixed(0)}; bar 300)`,
  );
  console.log(`video finished after                   ${of('videoMs').toFixed(0)} ms`);
  console.log(`frames per second                      ${of('fps').toFixed(1)} (asked for 25)`);
  console.log(
    `length against the wall clock          ${(of('lengthError') * 100).toFixed(2)} % (${(worst('lengthError') * 100).toFixed(2)}; bar 2)`,
  );
  console.log(`processors used, page and browser      ${of('cpu').toFixed(2)}`);
  console.log(`frames on disk                         ${(of('framesPerS') / 1e6).toFixed(2)} MB/s`);
  console.log(`video                                  ${(of('videoPerS') / 1e3).toFixed(0)} kB/s`);

  const minute = await round(Number(values.minute), async (page, seconds) => {
    const until = Date.now() + seconds * 1000;
    while (Date.now() < until) {
      await page.perform({ action: 'click', target: { role: 'button', name: 'Add' } }, signal);
      await sleep(Math.max(0, Math.min(4000, until - Date.now())));
    }
  });
  for (const max of [8, 12]) {
    const asked = performance.now();
    const cpu = process.cpuUsage();
    const shown = await replay({
      source: await recordingSource(project, minute.id, 'codeloop_interaction_replay', signal),
      expectedFlow: 'click Add -> see "Item 1"',
      maxFrames: max,
      contactSheet: false,
    });
    const used = process.cpuUsage(cpu);
    const cpuMs = (used.user + used.system) / 1000;
    console.log(
      `replay of ${values.minute} s, ${shown.frames.length} frames          ${(performance.now() - asked).toFixed(0)} ms (bar 2000), ${cpuMs.toFixed(0)} ms of processor time, load ${loadavg()[0].toFixed(1)}`,
    );
  }
} finally {
  await session.dispose();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
