import { existsSync } from 'node:fs';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../../requirements.js';
import { sampled, sampleOf } from '../../sample.js';
import { type BaselineProject, openBaselineProject } from '../baseline-project.js';
import { typist } from '../call-tools.js';

const few = sampled(test, 2);

const BLUE = '#0645ad';
const RED = '#ad0606';

interface Failing {
  id: string;
  status: string;
  problems: { title: string; text?: string; screen?: string }[];
}

/** How the gate of baselines stands in a result of verify or gate_check. */
function standingOf(result: Record<string, unknown>): { status: string; titles: string[]; texts: string[] } {
  // Shapes of the tools' own results, which the dispatcher has validated.
  const gate = (result.gate ?? result) as {
    failing_gates: Failing[];
    passing_gates: string[];
    not_applicable: { id: string }[];
  };
  const failing = gate.failing_gates.find(({ id }) => id === 'visual_regression');
  const status = failing
    ? failing.status
    : gate.passing_gates.includes('visual_regression')
      ? 'pass'
      : 'not applicable';
  const problems = failing?.problems ?? [];
  return { status, titles: problems.map(({ title }) => title), texts: problems.flatMap(({ text }) => text ?? []) };
}

const passes = { status: 'pass', titles: [], texts: [] };

async function pictures(dir: string): Promise<string[]> {
  const folder = path.join(dir, '.codeloop/baselines');
  if (!existsSync(folder)) return [];
  const names = await readdir(folder, { recursive: true });
  return names.filter((name) => name.endsWith('.png')).sort();
}

describe('a project in git', () => {
  let project: BaselineProject;
  let environment: string;
  beforeAll(async () => {
    project = await openBaselineProject();
  });
  afterAll(async () => {
    await project?.close();
  });
  const propose = () => project.result('codeloop_update_baseline', { screens: ['home'], reason: 'a new look' });
  const verify = async () => standingOf(await project.result('codeloop_verify', {}));
  const gate = async () => standingOf(await project.result('codeloop_gate_check', {}));
  const commit = async () => {
    await project.git('add', '-A');
    await project.git('commit', '-qm', 'baselines');
  };
  /** Asks for a review of the changed button, and holds its pictures to the budget. */
  const look = async (detail: string, sides: string[]) => {
    const reply = await project.call('codeloop_visual_review', { detail });
    if (reply.kind === 'error') throw new Error(reply.error.message);
    const tokens = reply.images.reduce((sum, { width, height }) => sum + (width * height) / 750, 0);
    expect(tokens).toBeLessThanOrEqual(3000);
    expect(reply.images.length).toBeLessThanOrEqual(8);
    expect(Math.max(...reply.images.map(({ width }) => width))).toBeLessThanOrEqual(640);
    expect(reply.images.map(({ label }) => label.replace(/ \(.*/, ''))).toEqual(
      sides.map((side) => `home@phone ${side}`),
    );
    expect(reply.result).toMatchObject({
      summary: '1 changed; 1 shown.',
      items: [{ screen: 'home', state: 'changed', proposed: false, regions: [{ number: 1 }] }],
      questions: [{ screen: 'home', viewport: 'phone', region: 1, text: expect.stringContaining('#buy') }],
    });
  };
  const picture = () => path.join(project.dir, '.codeloop/baselines', environment, 'home/phone.png');

  test('has no baseline, and the gate has nothing to judge', async () => {
    expect(await verify()).toMatchObject({ status: 'not applicable' });
    const reply = await project.result('codeloop_visual_review', {});
    expect(reply).toMatchObject({ items: [{ state: 'new', region_count: 0 }], shown: [{ screen: 'home' }] });
  });

  test('gets a proposal that counts for nothing', async () => {
    verifies('baselines.proposals-apart');
    const result = await propose();
    expect(result).toMatchObject({ status: 'needs_human', unchanged: [], refused: [], stale: [] });
    // Without names it is what nothing holds.
    const { proposed: unheld } = await project.result('codeloop_update_baseline', { reason: 'a new look' });
    expect(unheld).toEqual(result.proposed);
    const [proposed] = result.proposed as { path: string; environment: string }[];
    environment = proposed?.environment ?? '';
    expect(environment).toMatch(/^\w+-\w+-chromium\d+-1x-[0-9a-f]{8}$/);
    expect(await pictures(project.dir)).toEqual([`.proposals/${environment}/home/phone.png`]);
    expect(await gate()).toMatchObject({ status: 'not applicable' });
  });

  test('is proposed while its screen fails a gate only where that is asked for, and the reply says what fails', async () => {
    verifies('baselines.failing', 'verify.next-repair');
    const file = path.join(project.dir, 'site/index.html');
    const whole = await readFile(file, 'utf8');
    await writeFile(file, whole.replace('<h1>', '<img src="data:," id="lamp"><img src="data:," id="moon"><h1>'));
    expect(await project.result('codeloop_verify', {})).toMatchObject({
      suggestion: expect.stringMatching(/^home@phone, site\/index\.html:3: Images must have/),
      next: [
        {
          tool: 'codeloop_diagnose',
          why: expect.stringMatching(/^mend first: home@phone, site\/index\.html:3: Images .*; 1 more issue\(s\)$/),
        },
        { tool: 'codeloop_verify', arguments: { screens: ['home'], viewports: ['phone'], skip_tests: true } },
      ],
    });
    const fails = ['accessibility: Elements break rules of accessibility (2)'];
    const given = { screens: ['home'], reason: 'a new look' };
    expect(await propose()).toMatchObject({
      status: 'fail',
      summary: `0 proposed, 0 unchanged, 1 refused. Refused because the screen fails gates: home@phone (${fails}).`,
      proposed: [],
      refused: [{ screen: 'home', viewport: 'phone', fails }],
      next: [
        { tool: 'codeloop_diagnose' },
        { tool: 'codeloop_update_baseline', arguments: { ...given, failing: true } },
      ],
    });
    expect(await project.result('codeloop_update_baseline', { ...given, failing: true })).toMatchObject({
      status: 'needs_human',
      summary: expect.stringContaining(`Proposed although the screen fails gates: home@phone (${fails}).`),
      proposed: [{ screen: 'home', fails }],
      refused: [],
    });
    await writeFile(file, whole);
    await verify();
    await propose();
  });

  test.each([
    ['there is no terminal here', {}],
    ['this runs under CI', { ci: true, ...typist('accept 1') }],
    ['CLAUDECODE is set, so that a coding agent runs this', { agent: 'CLAUDECODE', ...typist('accept 1') }],
    ['"accept 1" was not typed', typist('yes')],
    ['"accept 1" was not typed', typist('')],
  ])('accepts nothing: %s', async (why, as) => {
    verifies('baselines.person');
    const reply = await project.call('codeloop_baseline_accept', {}, as);
    expect(reply).toMatchObject({
      kind: 'error',
      error: { code: 'PERSON_NEEDED', message: `Accepting a baseline takes a person at a terminal: ${why}.` },
    });
    expect(await pictures(project.dir)).toEqual([`.proposals/${environment}/home/phone.png`]);
  });

  test('proposes nothing under CI', async () => {
    verifies('baselines.person');
    const given = { screens: ['home'], reason: 'x' };
    expect(await project.call('codeloop_update_baseline', given, { ci: true })).toMatchObject({
      kind: 'error',
      error: { code: 'BASELINE_READ_ONLY' },
    });
  });

  test('accepts what a person confirms by typing; it counts once committed', async () => {
    verifies('baselines.person', 'baselines.committed', 'baselines.healthy');
    const { person, asked } = typist('accept 1');
    const result = await project.result('codeloop_baseline_accept', {}, { person });
    expect(result).toMatchObject({ status: 'pass', accepted: [{ environment, screen: 'home', viewport: 'phone' }] });
    expect(asked).toHaveLength(1);
    expect(asked[0]).toContain('home@phone  new, from run run-');
    expect(await pictures(project.dir)).toEqual([`${environment}/home/phone.png`]);
    // The verdict of before does not stand for baselines of after.
    expect(await gate()).toMatchObject({ status: 'fail' });
    expect(await verify()).toMatchObject({
      status: 'needs_human',
      titles: ['This baseline was accepted and is not committed: it does not count yet.'],
    });
    await project.git('add', '-A');
    expect(await gate()).toMatchObject({ status: 'needs_human' });
    await commit();
    expect(await gate()).toEqual(passes);
  });

  test('writes down who, when, why and from which run', async () => {
    const { baselines } = await project.result('codeloop_baseline_list', {});
    expect(baselines).toMatchObject([
      { standing: 'counts', event: 'accepted', by: 'Ada <ada@example.org>', reason: 'a new look' },
    ]);
    const [line] = (await readFile(picture().replace('.png', '.history.jsonl'), 'utf8')).split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({
      event: 'accepted',
      proposed_by: 'test',
      from: { commit: expect.stringMatching(/^[0-9a-f]{40}$/) },
    });
  });

  test('keeps what still matches', async () => {
    verifies('baselines.kept');
    expect(await propose()).toMatchObject({
      status: 'pass',
      proposed: [],
      unchanged: [{ screen: 'home', viewport: 'phone', because: 'the same bytes' }],
    });
  });

  test('fails when the screen changes, names the element, and waits once the change is proposed', async () => {
    verifies('baselines.changed-screen', 'review.budget');
    await project.paint(RED);
    const { status, titles, texts } = await verify();
    expect(status).toBe('fail');
    await look('pictures', ['reference', 'actual', 'diff']);
    await look('tiles', ['locator', 'region 1']);
    expect(titles[0]).toMatch(/^The screen differs from the accepted picture in \d+ of 76800 pixels\.$/);
    expect(texts.join(' ')).toContain('#buy');
    expect(await propose()).toMatchObject({ status: 'needs_human', proposed: [{ screen: 'home' }] });
    expect(await gate()).toMatchObject({
      status: 'needs_human',
      titles: ['The screen changed, and its new picture waits for a person.'],
    });
    await project.paint(BLUE);
    expect(await verify()).toEqual(passes);
    expect(await propose()).toMatchObject({ status: 'pass' });
    expect(await pictures(project.dir)).toEqual([`${environment}/home/phone.png`]);
  });

  test('shows a change of the baselines until a green verdict has seen it', async () => {
    verifies('baselines.shown');
    await project.paint(RED);
    await verify();
    await propose();
    await project.result('codeloop_baseline_accept', { reason: 'red it is' }, typist('accept 1'));
    await commit();
    const shown = (result: Record<string, unknown>) =>
      (result.passing_checks as string[]).includes('baseline-changes')
        ? 'pass'
        : (result.checks as { id: string; status: string }[]).find(({ id }) => id === 'baseline-changes')?.status;
    const first = await project.result('codeloop_verify', {});
    expect([standingOf(first), shown(first)]).toEqual([passes, 'fail']);
    const report = await readFile(
      path.join(project.dir, (first.artifacts as { path: string }[])[0]?.path ?? ''),
      'utf8',
    );
    expect(report).toContain('red it is');
    expect(report).toContain('Accepted picture of home at phone');
    expect(shown(await project.result('codeloop_verify', {}))).toBe('pass');
  });

  test('notices a baseline that was edited, whatever git’s index is told', async () => {
    verifies('baselines.edited', 'baselines.committed');
    const bytes = await readFile(picture());
    await project.git('update-index', '--assume-unchanged', path.relative(project.dir, picture()));
    await writeFile(picture(), Buffer.concat([bytes, Buffer.from('x')]));
    const edited = 'This baseline is not the picture that was accepted: it was changed since.';
    expect((await verify()).titles).toContain(edited);
    await project.git('update-index', '--no-assume-unchanged', path.relative(project.dir, picture()));
    await commit();
    expect((await gate()).titles).toContain(edited);
    await rm(picture());
    expect((await verify()).titles).toContain('This baseline was taken away, and no person said so.');
    await writeFile(picture(), bytes);
    await commit();
    expect(await verify()).toEqual(passes);
  });

  test('notices that all baselines are gone, committed or not', async () => {
    verifies('baselines.edited');
    const folder = path.join(project.dir, '.codeloop/baselines');
    await rename(folder, `${folder}-away`);
    expect(await verify()).toMatchObject({ status: 'fail' });
    await project.git('add', '-A', '.codeloop/baselines');
    await project.git('commit', '-qm', 'gone');
    expect((await gate()).titles).toContain(
      'The baselines that the last green verdict rested on are all gone, and no person said so.',
    );
    await rename(`${folder}-away`, folder);
    await commit();
    expect(await verify()).toEqual(passes);
  });

  test('compares with a baseline of another environment by equality alone', async () => {
    verifies('baselines.elsewhere');
    const folder = path.join(project.dir, '.codeloop/baselines');
    await rename(path.join(folder, environment), path.join(folder, 'darwin-arm64-webkit18-1x-0a1b2c3d'));
    await commit();
    expect(await verify()).toEqual(passes);
    expect(await project.result('codeloop_baseline_stale', {})).toMatchObject({
      stale: [{ environment: 'darwin-arm64-webkit18-1x-0a1b2c3d', viewport: 'phone' }],
    });
    await project.paint(BLUE);
    expect(await verify()).toMatchObject({ status: 'could_not_run' });
    await project.paint(RED);
    await rename(path.join(folder, 'darwin-arm64-webkit18-1x-0a1b2c3d'), path.join(folder, environment));
    await commit();
  });

  test('lists baselines of screens that are gone, and lets a person remove them', async () => {
    verifies('baselines.person');
    await project.configure({ screens: [{ name: 'start', path: '/' }] });
    expect(await verify()).toMatchObject({ status: 'could_not_run' });
    const reason = 'renamed';
    expect(await project.call('codeloop_baseline_remove', { stale: true, reason })).toMatchObject({
      error: { code: 'PERSON_NEEDED' },
    });
    expect(await project.result('codeloop_baseline_stale', {})).toMatchObject({
      stale: [{ screen: 'home', reason: 'no screen "home" is configured' }],
    });
    await project.result('codeloop_baseline_remove', { stale: true, reason }, typist('remove 1'));
    expect(await verify()).toMatchObject({
      status: 'needs_human',
      titles: expect.arrayContaining(['A person removed this baseline; that is not committed yet.']),
    });
    await commit();
    expect(await verify()).toMatchObject({ status: 'not applicable' });
  });
});

describe('what is not proven', () => {
  let project: BaselineProject;
  beforeAll(async () => {
    project = await openBaselineProject({ git: false });
  });
  afterAll(async () => {
    await project?.close();
  });
  const propose = () => project.call('codeloop_update_baseline', { screens: ['home'], reason: 'x' });

  test('cannot be proposed: no run, another code, a run that was tampered with', async () => {
    verifies('baselines.traced');
    expect(await propose()).toMatchObject({ error: { code: 'RUN_NOT_FOUND' } });
    const { run_id: id } = await project.result('codeloop_verify', {});
    await project.paint(RED);
    expect(await propose()).toMatchObject({ error: { code: 'EVIDENCE_STALE' } });
    const named = { screens: ['home'], reason: 'x', run_id: id };
    expect(await project.call('codeloop_update_baseline', named)).toMatchObject({ error: { code: 'EVIDENCE_STALE' } });
    await project.paint(BLUE);
    const shot = path.join(project.dir, `artifacts/runs/${id}/screenshots/home.phone.png`);
    const bytes = await readFile(shot);
    await writeFile(shot, 'another picture');
    expect(await propose()).toMatchObject({ error: { code: 'EVIDENCE_TAMPERED' } });
    await writeFile(shot, bytes);
    expect(await propose()).toMatchObject({ kind: 'result', result: { status: 'needs_human' } });
  });

  test('cannot be accepted: a proposal that no run holds', async () => {
    verifies('baselines.traced');
    const [folder] = (await readdir(path.join(project.dir, '.codeloop/baselines/.proposals'))).filter(
      (name) => name !== '.gitignore',
    );
    const file = path.join(project.dir, '.codeloop/baselines/.proposals', folder ?? '', 'home/phone.png');
    const bytes = await readFile(file);
    await writeFile(file, 'another picture');
    expect(await project.call('codeloop_baseline_accept', {}, typist('accept 1'))).toMatchObject({
      error: { code: 'PROPOSAL_UNPROVEN' },
    });
    await writeFile(file, bytes);
    await project.result('codeloop_baseline_accept', {}, typist('accept 1'));
  });

  few('outside git counts as soon as it is accepted', async () => {
    expect(standingOf(await project.result('codeloop_verify', {}))).toEqual(passes);
  });

  few(
    'all that the newest run shows is proposed and accepted by one confirmation, which an agent cannot give',
    async () => {
      verifies('baselines.person');
      await project.paint(RED);
      await project.result('codeloop_verify', {});
      const all = { all: true, reason: 'red from now on' };
      const agent = { agent: 'CLAUDECODE', ...typist('accept 1') };
      expect(await project.call('codeloop_baseline_accept', all, agent)).toMatchObject({
        error: { code: 'PERSON_NEEDED' },
      });
      expect((await project.result('codeloop_baseline_list', {})).proposals).toEqual([]);
      const { person, asked } = typist('accept 1');
      const { accepted } = await project.result('codeloop_baseline_accept', all, { person });
      expect(accepted).toMatchObject([{ screen: 'home', viewport: 'phone' }]);
      expect(asked[0]).toMatch(/home@phone {2}replaces the accepted one, from run run-\S+: red from now on/);
      expect(standingOf(await project.result('codeloop_verify', {}))).toEqual(passes);
      await project.paint(BLUE);
    },
  );

  const unproven: [what: string, body: string, reason: RegExp][] = [
    [
      'moves',
      '<script>let n = 0; setInterval(() => { document.querySelector("h1").textContent = String(++n) }, 20)</script>',
      /still changed/,
    ],
    ['is blank', '<style>*{display:none}</style>', /one single colour/],
  ];
  test.each(sampleOf(unproven, 3))('cannot be proposed: a page that %s', async (_what, body, reason) => {
    verifies('baselines.traced');
    await project.configure({ capture: { settle_timeout_ms: 1500 } });
    await writeFile(
      path.join(project.dir, 'site/index.html'),
      `<!doctype html><html lang="en"><title>x</title><meta name="viewport" content="width=device-width"><h1>x</h1>${body}</html>`,
    );
    await project.result('codeloop_verify', {});
    const result = await project.result('codeloop_update_baseline', { screens: ['home'], reason: 'x' });
    expect(result).toMatchObject({
      status: 'fail',
      proposed: [],
      refused: [{ reason: expect.stringMatching(reason) }],
    });
  });
});
