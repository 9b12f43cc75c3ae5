import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { type FixtureProject, makeFixtureProject } from './fixture-project.js';
import { start } from './programs.js';
import { runWarm } from './warm-program.js';

let project: FixtureProject;
let state: string;
let env: Record<string, string>;
beforeAll(async () => {
  state = await mkdtemp(path.join(tmpdir(), 'codeloop-state-'));
  env = { XDG_STATE_HOME: state };
  project = await makeFixtureProject();
});
afterAll(async () => {
  await project?.remove();
  await rm(state, { recursive: true, force: true });
});

interface Outcome {
  exit: number;
  /** The result, or the error. */
  body: Record<string, unknown> & {
    run_id?: string;
    code?: string;
    gate?: unknown;
    failing_gates?: { id: string; problems: { title: string }[] }[];
  };
}

async function codeloop(...args: string[]): Promise<Outcome> {
  const { code, stdout } = await runWarm([...args, '--json'], { cwd: project.dir, env });
  return { exit: code, body: JSON.parse(stdout) };
}

/** The titles of the problems that the integrity gate names. */
const integrity = (gates: Outcome['body']['failing_gates']) =>
  gates?.find(({ id }) => id === 'evidence_integrity')?.problems.map(({ title }) => title) ?? [];

const at = (...names: string[]) => path.join(project.dir, ...names);

type Undo = () => void;

/** Changes a file, and gives back what undoes it. */
function change(file: string, how: (data: Buffer) => Buffer | string): Undo {
  const before = readFileSync(file);
  writeFileSync(file, how(before));
  return () => writeFileSync(file, before);
}

const append = (file: string) => change(file, (data) => Buffer.concat([data, Buffer.from('x')]));

function replaceIn(file: string, from: string, to: string): Undo {
  return change(file, (data) => {
    if (!data.includes(from)) throw new Error(`${file} holds no ${from}`);
    return data.toString('utf8').replaceAll(from, to);
  });
}

/** Takes a file or folder away. */
function remove(what: string): Undo {
  const aside = path.join(state, 'aside');
  cpSync(what, aside, { recursive: true });
  rmSync(what, { recursive: true });
  return () => {
    cpSync(aside, what, { recursive: true });
    rmSync(aside, { recursive: true });
  };
}

function copyRun(dir: string, id: string): Undo {
  // As if it were the newest.
  const other = id.replace(/-\d{4}/, '-2099');
  const copy = path.join(path.dirname(dir), other);
  cpSync(dir, copy, { recursive: true });
  replaceIn(path.join(copy, 'run.json'), id, other);
  return () => rmSync(copy, { recursive: true });
}

/** What is done to a passing run or to what it was made from, and what the gate then says and exits with. */
const DEEDS: Record<string, [deed: (dir: string, id: string) => Undo, exit: number, says: RegExp]> = {
  'the code is changed': [() => append(at('index.html')), 3, /EVIDENCE_STALE/],
  'the configuration is changed': [
    () => replaceIn(at('.codeloop/config.json'), '"home"', '"start"'),
    3,
    /EVIDENCE_STALE/,
  ],
  'a reference is changed': [() => append(at('designs/phone/home.png')), 3, /EVIDENCE_STALE/],
  'a screenshot is edited': [
    (dir) => append(path.join(dir, 'screenshots/home.phone.png')),
    1,
    /screenshots\/home\.phone\.png/,
  ],
  'a screenshot is deleted': [
    (dir) => remove(path.join(dir, 'screenshots/home.phone.png')),
    1,
    /screenshots\/home\.phone\.png/,
  ],
  'the boxes of the elements are edited': [
    (dir) => append(path.join(dir, 'screenshots/home.phone.dom.json')),
    1,
    /screenshots\/home\.phone\.dom\.json/,
  ],
  'the summary of the comparison is edited': [
    (dir) => replaceIn(path.join(dir, 'design_compare_summary.v1.json'), '"match"', '"mismatch"'),
    3,
    /EVIDENCE_TAMPERED.*design_compare_summary/,
  ],
  'a verdict is edited': [
    (dir) => replaceIn(path.join(dir, 'verdicts/1.json'), '"section"', '"release"'),
    3,
    /verdict 1 was changed/,
  ],
  'run.json is edited': [
    (dir) => replaceIn(path.join(dir, 'run.json'), 'phone', 'fone'),
    3,
    /EVIDENCE_TAMPERED.*run\.json was changed/,
  ],
  'run.json is cut off': [
    (dir) => change(path.join(dir, 'run.json'), (data) => data.subarray(0, 100)),
    3,
    /EVIDENCE_TAMPERED.*not whole JSON/,
  ],
  'the run is copied under another name': [copyRun, 3, /EVIDENCE_TAMPERED.*copied here/],
  'the run is deleted': [(dir) => remove(dir), 3, /EVIDENCE_TAMPERED.*its files are gone/],
};

describe('after a passing verification', () => {
  let runId: string;
  beforeAll(async () => {
    const verified = await codeloop('verify');
    expect(verified, JSON.stringify(verified.body)).toMatchObject({ exit: 0 });
    runId = verified.body.run_id ?? '';
  });

  test.each(Object.keys(DEEDS))('%s: the gate refuses and says so', async (name) => {
    verifies('integrity.tampered');
    const [deed, exit, says] = DEEDS[name] ?? [];
    const undo = deed?.(at('artifacts/runs', runId), runId);
    const { exit: judged, body } = await codeloop('gate');
    undo?.();
    expect(body.code ? `${body.code} ${body.message}` : integrity(body.failing_gates).join('\n')).toMatch(says ?? '?');
    expect(judged).toBe(exit);
  });

  test('undone, all is well', async () => {
    verifies('integrity.tampered');
    expect(await codeloop('gate')).toMatchObject({ exit: 0, body: { evidence_summary: { run_id: runId } } });
  });

  test('a server from another folder on the port is refused, and its folder is named', async () => {
    verifies('app.bound', 'integrity.tampered');
    const elsewhere = await mkdtemp(path.join(tmpdir(), 'codeloop-elsewhere-'));
    cpSync(at('index.html'), path.join(elsewhere, 'index.html'));
    cpSync(at('server.mjs'), path.join(elsewhere, 'server.mjs'));
    const { server } = JSON.parse(readFileSync(at('.codeloop/config.json'), 'utf8'));
    const stranger = start(path.join(elsewhere, 'server.mjs'), [new URL(server.url).port], { cwd: elsewhere });
    try {
      await answers(server.url);
      const { exit, body } = await codeloop('verify');
      expect([exit, body.code]).toEqual([3, 'APP_NOT_OURS']);
      expect(body.message).toContain(elsewhere);
    } finally {
      stranger.child.kill('SIGKILL');
      await stranger.ended;
      await rm(elsewhere, { recursive: true, force: true });
    }
  });
});

async function answers(url: string): Promise<void> {
  for (;;) {
    const there = await fetch(url).then(
      () => true,
      () => false,
    );
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
