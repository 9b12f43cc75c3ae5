import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import type { Pair } from '../../src/core/vocabulary/pair.js';
import type { CodeState } from '../../src/core/vocabulary/run.js';
import { Run } from '../../src/store/run.js';
import { pair, region } from '../checks/samples.js';
import { verifies } from '../requirements.js';
import { codeState } from '../store/samples.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

let project: BaselineProject;
beforeAll(async () => {
  project = await openBaselineProject();
  await mkdir(path.join(project.dir, 'src'), { recursive: true });
});
afterAll(() => project?.close());

let minute = 0;
/** Changes files and commits them. */
const commit = async (...files: string[]) => {
  for (const file of files)
    await writeFile(
      path.join(project.dir, file),
      file.endsWith('.html') ? '<button id="pay"></button>\n' : `${minute}\n`,
    );
  await project.git('add', '-A');
  await project.git('commit', '-qm', files.join(' '));
  return (await project.git('rev-parse', 'HEAD')).trim();
};
/** A stored run of a commit in which `home` came out so. */
const run = async (commitId: string, outcome: Pair['outcome'], extra: Partial<CodeState> = {}) => {
  minute += 1;
  const clock = { now: () => Date.UTC(2026, 10, 28, 10, minute) };
  const made = await Run.create(project.dir, {
    tool: 'codeloop_verify',
    clock,
    codeState: codeState(`${minute}`.repeat(64).slice(0, 64), { method: 'git', commit: commitId, ...extra }),
  });
  const regions = outcome === 'match' ? [] : [region('major', { element: { selector: '#pay', name: 'Pay' } })];
  await made.writeJson('summary', {
    pairs: [pair({ outcome, regions, actual: { path: 'a.png', sha256: sha256(outcome), bytes: 1 } })],
    design_match_threshold: 0.99,
    unmatched: { references: [], screenshots: [] },
  });
  await made.end();
  return made.id;
};

test('a screen that looks different is traced to the run and the commits where it began, and to the file of its element', async () => {
  verifies('attribution.first-change', 'attribution.files');
  const a = await commit('src/other.css', 'src/first.html');
  await run(a, 'match');
  const b = await commit('src/other.css');
  const good = await run(b, 'match');
  await writeFile(path.join(project.dir, 'src/first.html'), '<p>nothing</p>\n');
  const c = await commit('README.md', 'src/pay.html');
  await writeFile(path.join(project.dir, 'src/first.html'), '<p>later</p>\n');
  const bad = await run(c, 'mismatch');
  await run(await commit('src/later.css'), 'mismatch');
  expect(await project.result('codeloop_visual_attribution', {})).toMatchObject({
    pairs: [
      {
        screen: 'home',
        against: 'design',
        first_run: bad,
        last_good_run: good,
        same_picture_since: bad,
        range: { from: b, to: c, commits: 1 },
        // The file that writes the element stands first.
        files: ['src/pay.html', 'README.md', 'src/first.html'],
        file_count: 3,
        elements: [{ selector: '#pay', file: 'src/pay.html', line: 1, in_range: true }],
      },
    ],
    next: [{ tool: 'codeloop_diagnose', arguments: { focus_files: ['src/pay.html', 'README.md', 'src/first.html'] } }],
  });
  expect(await project.result('codeloop_visual_attribution', { run_id: good })).toMatchObject({ pairs: [] });
  expect(await project.call('codeloop_visual_attribution', { run_id: 'run-none' })).toMatchObject({
    error: { code: 'RUN_NOT_FOUND' },
  });
});

test('what cannot be known is said: uncommitted changes, the same code, a commit that is gone', async () => {
  verifies('attribution.files');
  const head = (await project.git('rev-parse', 'HEAD')).trim();
  const note = async () =>
    // Shape of the tool's own result, which the dispatcher has validated.
    ((await project.result('codeloop_visual_attribution', {})).pairs as { note?: string }[])[0]?.note;
  await run(head, 'match', { dirty: true });
  await run(head, 'mismatch');
  expect(await note()).toMatch(/^There were uncommitted changes in the run that matched/);
  const same = { tree: 'e'.repeat(64) };
  await run(head, 'match', same);
  await run(head, 'mismatch', same);
  expect(await note()).toMatch(/^The code is the same in both runs/);
  await run('f'.repeat(40), 'match');
  await run(head, 'mismatch');
  expect(await note()).toBe('One of the commits is not known here any more.');
});
