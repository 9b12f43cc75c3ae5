// Many mixed calls to one server, with memory, handles and processes flat: npm run test:soak -- [--calls 5000] [--seed 1]
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { openStage, runAsScript, seeded } from './stage.mjs';

/** Calls by how often they come in a hundred. */
const MIX = [
  [3, 'codeloop_verify', () => ({})],
  [6, 'codeloop_capture_screenshot', () => ({ screen_name: 'home' })],
  [8, 'codeloop_page_snapshot', (state) => ({ page_id: state.page })],
  [
    10,
    'codeloop_interact',
    (state) => ({ page_id: state.page, actions: [{ action: 'click', target: { role: 'button', name: 'Buy' } }] }),
  ],
  [20, 'codeloop_run_history', () => ({ limit: 3 })],
  [10, 'codeloop_gate_check', () => ({})],
  [13, 'codeloop_recommend_action', () => ({})],
  [10, 'codeloop_list_prompts', () => ({})],
  [10, 'codeloop_section_status', () => ({})],
  [10, 'codeloop_report', () => ({ run_id: '../..' })],
];

/**
 * `calls` mixed calls, seeded. Memory (RSS, MiB), handles and processes are read after each; the second quarter is held against the last: by the
 * middle of its readings, and memory by the least of them, since what leaks is never given back, while a collector that has room waits as it
 * likes. Returns those figures, how many calls were answered with an error, and what went wrong.
 */
export async function soak({ calls, seed, say = () => undefined }) {
  const random = seeded(seed);
  const stage = openStage();
  const wrong = [];
  const readings = [];
  let errors = 0;
  try {
    const server = await stage.serve();
    const { tools } = (await server.ask('tools/list', {})).result;
    const known = new Set(tools.map(({ name }) => name));
    const mix = MIX.filter(([, name]) => known.has(name));
    const bag = mix.flatMap((one) => Array(one[0]).fill(one));
    const state = {};
    const given = (args) => ({ project_dir: stage.dir, ...args });
    for (let at = 0; at < calls; at++) {
      const [, name, args] = at < mix.length ? mix[at] : random.pick(bag);
      if (state.page === undefined && /snapshot|interact/.test(name)) {
        const opened = await server.call('codeloop_interact', given({ url: '/', actions: [] }));
        state.page = opened.result?.structuredContent?.page_id;
      }
      const answer = await server.call(name, given(args(state)));
      if (answer.ended || answer.result === undefined) {
        wrong.push(`call ${at}, ${name}: ${JSON.stringify(answer).slice(0, 300)}`);
        break;
      }
      if (answer.result.isError) {
        errors += 1;
        const said = answer.result.content?.[0]?.text ?? '';
        if (/"code":\s*"(?:INTERNAL|DEADLINE_EXCEEDED)"/.test(said))
          wrong.push(`call ${at}, ${name}: ${said.slice(0, 300)}`);
        if (/PAGE_NOT_FOUND|BROWSER/.test(said)) state.page = undefined;
      }
      readings.push(read(server.child.pid, stage));
      if (at % 100 === 99) say(`${at + 1}/${calls} ${JSON.stringify(readings.at(-1))}`);
    }
    server.child.stdin.end();
    const { code } = await server.over;
    if (code !== 0) wrong.push(`the server ended with ${code}`);
    const left = await stage.left();
    if (left.processes.length + left.folders.length > 0) wrong.push(`left behind: ${JSON.stringify(left)}`);
  } finally {
    stage.close();
  }
  const quarter = Math.floor(readings.length / 4);
  const parts = [readings.slice(quarter, 2 * quarter), readings.slice(3 * quarter)];
  const figures = { memory: parts.map((part) => Math.min(...part.map(({ memory }) => memory))) };
  for (const what of ['handles', 'processes']) figures[what] = parts.map((part) => median(part, what));
  const [before, after] = figures.memory;
  if (after > before * 1.15 + 20) wrong.push(`memory grew from ${before} to ${after} MiB`);
  for (const what of ['handles', 'processes'])
    if (figures[what][1] > figures[what][0] + 4) wrong.push(`${what} grew from ${figures[what].join(' to ')}`);
  return { calls: readings.length, errors, ...figures, wrong };
}

function read(pid, stage) {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return {
    memory: Math.round((pages * 4096) / 2 ** 20),
    handles: readdirSync(path.join('/proc', String(pid), 'fd')).length,
    processes: stage.processes().length,
  };
}

function median(readings, what) {
  return readings.map((one) => one[what]).sort((a, b) => a - b)[Math.floor(readings.length / 2)];
}

await runAsScript(
  import.meta,
  { calls: 5000, seed: 1 },
  ({ calls, seed }, say) => soak({ calls, seed, say }),
  ({ wrong }) => wrong.length > 0,
);
