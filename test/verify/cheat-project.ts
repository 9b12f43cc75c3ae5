import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Dispatcher } from '../../src/call/dispatcher.js';
import { systemClock } from '../../src/core/clock.js';
import { sha256 } from '../../src/core/digest.js';
import { forgetCodeStates } from '../../src/project/code-state/code-state.js';
import { userStateDir } from '../../src/store/ledger.js';
import { tools } from '../../src/tools/index.js';
import { WarmSession } from '../live/warm-session.js';
import { callTools, type ToolCalls } from './call-tools.js';

/** What a call came to: how the work stands, and all that was said about why. */
export interface Judgement {
  recommendation: string;
  /** Titles of all problems of failing gates, or the error's code and message. */
  says: string;
}

/** A small shop that passed its gate once, which can be put back to just that moment. */
export interface CheatProject {
  dir: string;
  /** Folder of the run that passed. */
  run: string;
  write(file: string, text: string): void;
  read(file: string): string;
  remove(file: string): void;
  git(...args: string[]): string;
  /** Sets keys of the configuration. */
  configure(change: Record<string, unknown>): void;
  verify(): Promise<Judgement>;
  gate(): Promise<Judgement>;
  call: ToolCalls['result'];
  /** Sets the clock that codeloop reads to another time, in ms since the epoch; `undefined`: the true one. */
  setClock(now: number | undefined): void;
  /** Remembers project and ledger as they are now. */
  keep(moment: string): void;
  /** Puts project and ledger back to a moment; default: when it had passed. */
  restore(moment?: string): void;
  /** Loses what the user's ledger knows of the project. */
  forgetLedger(): void;
  close(): Promise<void>;
}

const page = (title: string, body: string) =>
  `<!doctype html><html lang="en"><title>${title}</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><style>body{margin:20px;font:16px sans-serif;background:#fff}button{width:90px;height:36px}</style>
<main><h1>${title}</h1>${body}</main></html>`;

/** Its files, by path. */
export const FILES = {
  'site/index.html': page('Lamps', '<p>One lamp is on.</p><button>Buy</button>'),
  'site/cart.html': page('Cart', '<p>Two lamps are in it.</p>'),
  'sum.test.mjs': `import { test } from 'node:test';
import assert from 'node:assert';
test('one lamp', () => assert.equal(1, 1));
test('two lamps', () => assert.equal(1 + 1, 2));
`,
  'lint.mjs': '// Finds nothing to complain of.\n',
  'package.json': '{ "name": "lamps", "scripts": { "test": "node --test", "lint": "node lint.mjs" } }\n',
  'docs/acceptance/lamps.yaml': `- { id: seen, text: Lamps are shown, proof: { screen: home } }
- { id: quiet, text: Nothing breaks, proof: { check: page-errors } }
`,
  '.gitignore': 'artifacts/\n.codeloop/audit*\n.codeloop/cache/\n',
  '.codeloop/config.json': JSON.stringify({
    server: { static: 'site' },
    screens: [
      { name: 'home', path: '/' },
      { name: 'cart', path: '/cart.html' },
    ],
    viewports: { phone: { width: 320, height: 240 } },
  }),
} as const;

/** Makes the project, takes its references, commits it, and verifies it once: green. */
export async function openCheatProject(): Promise<CheatProject> {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-cheats-')));
  const kept = mkdtempSync(path.join(tmpdir(), 'codeloop-cheats-kept-'));
  const ledger = path.join(userStateDir(), 'ledger', sha256(dir).slice(0, 32));
  const at = (file: string) => path.join(dir, file);
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
  };
  const read = (file: string) => readFileSync(at(file), 'utf8');
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd: dir,
        encoding: 'utf8',
      },
    );
  let now: number | undefined;
  const session = new WarmSession({ ci: false, clock: { now: () => now ?? systemClock.now() } });
  const { call: reply, result: call } = callTools(new Dispatcher(tools, session), dir);
  const judged = async (tool: string): Promise<Judgement> => {
    const answer = await reply(tool, {});
    if (answer.kind === 'error')
      return { recommendation: 'refused', says: `${answer.error.code}: ${answer.error.message}` };
    // Shapes of the tools' own results, which the dispatcher has validated; the stored verdict has every problem.
    const { evidence_summary: evidence } = answer.result as { evidence_summary: { verdict: string } };
    const { verdict: gate } = JSON.parse(read(evidence.verdict)) as Stored;
    const says = gate.failing_gates.flatMap(({ id, reason, problems }) => [
      `${id}: ${reason}`,
      ...problems.map(({ title, text = '' }) => `${title} ${text}`),
    ]);
    return { recommendation: gate.recommendation, says: says.join('\n') };
  };
  for (const [file, text] of Object.entries(FILES)) write(file, text);
  const { cells } = (await call('codeloop_capture_screenshot', { screen_name: 'home' })) as Shots;
  const { cells: others } = (await call('codeloop_capture_screenshot', { screen_name: 'cart' })) as Shots;
  for (const { screen, path: picture } of [...cells, ...others]) {
    mkdirSync(at('designs/phone'), { recursive: true });
    cpSync(at(picture), at(`designs/phone/${screen}.png`));
  }
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'start');
  git('checkout', '-qb', 'work');
  const project: CheatProject = {
    dir,
    run: '',
    write,
    read,
    remove: (file) => rmSync(at(file), { recursive: true }),
    git,
    configure: (change) =>
      write('.codeloop/config.json', JSON.stringify({ ...JSON.parse(read('.codeloop/config.json')), ...change })),
    verify: () => judged('codeloop_verify'),
    gate: () => judged('codeloop_gate_check'),
    call,
    setClock: (time) => {
      now = time;
    },
    keep(moment) {
      const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
      cpSync(dir, path.join(kept, moment, 'project'), options);
      cpSync(ledger, path.join(kept, moment, 'ledger'), options);
    },
    restore(moment = 'passed') {
      now = undefined;
      for (const name of readdirSync(dir)) rmSync(at(name), { recursive: true });
      rmSync(ledger, { recursive: true, force: true });
      const options = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
      cpSync(path.join(kept, moment, 'project'), dir, options);
      cpSync(path.join(kept, moment, 'ledger'), ledger, options);
      forgetCodeStates();
    },
    forgetLedger: () => rmSync(ledger, { recursive: true, force: true }),
    async close() {
      await session.dispose();
      for (const folder of [dir, kept, ledger]) rmSync(folder, { recursive: true, force: true });
    },
  };
  const green = await project.verify();
  if (green.recommendation !== 'ready_for_review') throw new Error(`the project does not pass: ${green.says}`);
  project.keep('passed');
  return { ...project, run: `artifacts/runs/${readdirSync(at('artifacts/runs')).sort().at(-1) ?? ''}` };
}

interface Stored {
  verdict: {
    recommendation: string;
    failing_gates: { id: string; reason: string; problems: { title: string; text?: string }[] }[];
  };
}

interface Shots extends Record<string, unknown> {
  cells: { screen: string; path: string }[];
}
