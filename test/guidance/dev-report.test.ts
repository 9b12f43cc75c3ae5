import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Run } from '../../src/store/run.js';
import { verifies } from '../requirements.js';
import { cell, codeState, verdict } from '../store/samples.js';
import { type BaselineProject, openBaselineProject } from '../verify/baseline-project.js';

let project: BaselineProject;
beforeAll(async () => {
  project = await openBaselineProject({ git: false });
  await mkdir(path.join(project.dir, 'docs'));
});
afterAll(() => project?.close());

const read = (file: string) => readFile(path.join(project.dir, file), 'utf8');
const report = (given: Record<string, unknown> = {}) => project.result('codeloop_generate_dev_report', given);

/** A stored run with a verdict and `steps` interactions. */
async function stored(minute: number, passed: boolean, steps: number) {
  const clock = { now: () => Date.UTC(2026, 10, 28, 10, minute) };
  const options = { tool: 'codeloop_interact', clock, codeState: codeState(`${minute}`.repeat(32)) };
  const run = await Run.create(project.dir, options);
  await run.appendCell(cell('home'));
  const lines = Array.from({ length: steps }, (_, index) => ({
    timestamp: new Date(clock.now() + index * 1000).toISOString(),
    duration_ms: 1,
    recording_id: null,
    page_id: 'p1',
    action: 'click',
    target_type: 'role',
    success: index > 0,
    detail: index === 0 ? '<img src=x> | [a](http://evil) `x`' : `step ${index}`,
    input_args: {},
    console_errors: [],
    screenshot_ref: null,
    frame: null,
    url: null,
  }));
  await run.put({
    kind: 'log',
    name: 'interaction_log.jsonl',
    data: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  });
  await run.end();
  await run.appendVerdict(verdict(passed), run.read().sha256, codeState());
  return run.id;
}

test('the log tells runs, confidence and the last 50 interactions; written twice it is the same, and other words stay', async () => {
  verifies('dev-report.block', 'dev-report.content');
  const first = await stored(1, false, 3);
  const second = await stored(2, true, 60);
  await project.result('codeloop_section_status', { section: 'Home', set: 'planned', screens: ['home'] });
  await writeFile(path.join(project.dir, 'docs/DEVELOPMENT_LOG.md'), '# My notes\n\nWe began on Monday.\n');
  expect(await report()).toMatchObject({
    changed: true,
    run_count: 2,
    interaction_count: 63,
    latest_confidence: 100,
    artifacts: [{ path: 'docs/DEVELOPMENT_LOG.md' }],
  });
  const text = await read('docs/DEVELOPMENT_LOG.md');
  expect(text.startsWith('# My notes\n\nWe began on Monday.\n')).toBe(true);
  expect(text).toContain('Confidence, oldest first: 40 → 100');
  expect(text.indexOf(second)).toBeLessThan(text.indexOf(first));
  expect(text).toContain('The last 50 of 63.');
  expect(text).toContain('| Home | `planned` | `home` |');
  expect(text.match(/\| `click` \|/g)).toHaveLength(50);

  expect(await report()).toMatchObject({ changed: false });
  await writeFile(path.join(project.dir, 'docs/DEVELOPMENT_LOG.md'), `${text}\nAnd ended on Friday.\n`);
  expect(await report({ limit: 1 })).toMatchObject({ changed: true });
  const after = await read('docs/DEVELOPMENT_LOG.md');
  expect(after).toContain('1 older run(s) are not shown.');
  expect(after.endsWith('\nAnd ended on Friday.\n')).toBe(true);
  expect(after.match(/codeloop:start/g)).toHaveLength(1);
});

test('words of a page are code, and only Markdown inside the project is written', async () => {
  verifies('dev-report.content');
  await stored(3, true, 1);
  await report({ output: 'docs/other.md' });
  expect(await read('docs/other.md')).toContain('| `` <img src=x> \\| [a](http://evil) `x` `` |');
  for (const output of ['src/a.ts', '../a.md'])
    expect((await project.call('codeloop_generate_dev_report', { output })).kind).toBe('error');
});
