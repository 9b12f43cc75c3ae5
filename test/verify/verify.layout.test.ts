import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/core/digest.js';
import type { LayoutFinding } from '../../src/core/vocabulary/layout.js';
import { userStateDir } from '../../src/store/ledger.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

const some = sampled(test, 2);

/** A page with a heading under a tag, a button that a banner covers from 690 to 720 px, and a label cut off; or with all of it mended. */
function lamps({ mended = false } = {}): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Lamps</title>
<link rel="icon" href="data:,">
<style>
body{margin:0;font:16px/1.5 sans-serif;color:#222;background:#fff}main{padding:24px}
.tag{${mended ? '' : 'position:absolute;left:24px;top:52px;'}margin:0;font-size:20px}
.row{position:relative;height:60px}.buy{padding:12px 24px;background:#06c;color:#fff;border:0}
.banner{display:none;width:220px;background:#fd0;padding:8px}
@media (min-width:690px) and (max-width:720px){.banner{display:block;${mended ? '' : 'position:absolute;left:-8px;top:-8px;height:60px;'}}}
.label{${mended ? '' : 'width:90px;'}overflow:hidden;white-space:nowrap;border:1px solid #ccc}
</style>
<main><h1>Lamps for every room</h1>
<p class="tag">New this spring</p>
<div class="row"><button class="buy" id="buy">Buy now</button>
<div class="banner">Sale this week</div></div>
<p class="label">Warm white ceiling lamp</p></main></html>`;
}

describe('a page with three broken layouts and no design', () => {
  let project: BaselineProject;
  beforeAll(async () => {
    project = await openBaselineProject({ whole: true });
    await project.configure({ viewports: { phone: { width: 375, height: 600 }, desk: { width: 1000, height: 600 } } });
    // A name as people give them: files are named after it.
    await project.configure({ screens: [{ name: 'All lamps: “warm”', path: '/' }] });
    await writeFile(path.join(project.dir, 'site/index.html'), lamps());
  });
  afterAll(() => project?.close());

  /** What the tools' own results hold, which the dispatcher has validated. */
  const gateOf = (result: Record<string, unknown>) =>
    (result.gate ?? result) as {
      passed: boolean;
      passing_gates: string[];
      failing_gates: {
        id: string;
        status: string;
        problems: { title: string; file?: string; line?: number; text?: string }[];
      }[];
    };
  const layoutGate = (result: Record<string, unknown>) => {
    const gate = gateOf(result);
    const failing = gate.failing_gates.find(({ id }) => id === 'layout_sound');
    return failing ?? { status: gate.passing_gates.includes('layout_sound') ? 'pass' : 'not applicable', problems: [] };
  };

  test('is red with three issues, each with element, place and widths', async () => {
    verifies('layout.verify', 'layout.between');
    const result = await project.result('codeloop_verify', {});
    expect(layoutGate(result).status).toBe('fail');
    const layout = result.layout as LayoutFinding[];
    expect(
      layout.map(({ kind, certainty, element, from_width, to_width }) => [
        ...[kind, certainty, element.selector, element.source, from_width, to_width],
      ]),
    ).toEqual([
      ['text_overlap', 'certain', 'p.tag', 'site/index.html:13', 320, 1000],
      ['clipped', 'certain', 'p.label', 'site/index.html:16', 320, 1000],
      ['covered', 'certain', '#buy', 'site/index.html:14', 690, 720],
    ]);
    expect(layout.map(({ tile }) => typeof tile)).toEqual(['string', 'string', 'string']);
    const { issues } = (await project.result('codeloop_diagnose', {})) as { issues: Record<string, unknown>[] };
    const told = issues
      .filter(({ category }) => category === 'layout')
      .map(({ severity, element, file, line }) => [line, file, severity, element])
      .sort(([a], [b]) => Number(a) - Number(b));
    expect(told).toEqual([
      [13, 'site/index.html', 'critical', { selector: 'p.tag' }],
      [14, 'site/index.html', 'critical', { selector: '#buy' }],
      [16, 'site/index.html', 'critical', { selector: 'p.label' }],
    ]);
  });

  test('is shown by a review with the eye, and in the report with its boxes', async () => {
    verifies('layout.review', 'layout.boxes');
    const review = (await project.result('codeloop_visual_review', {})) as {
      items: { viewport: string; layout: LayoutFinding[] }[];
      questions: { question: string }[];
    };
    const kinds = review.items.flatMap(({ viewport, layout }) => layout.map(({ kind }) => `${viewport} ${kind}`));
    expect(kinds.toSorted()).toEqual(['phone clipped', 'phone covered', 'phone text_overlap']);
    expect(review.questions.filter(({ question }) => question.startsWith('Layout, ')).length).toBe(3);
    const { artifacts } = (await project.result('codeloop_verify', {
      reporter: ['junit'],
      output: 'out/report',
    })) as { artifacts: { path: string }[] };
    const text = async (end: string) =>
      readFile(path.join(project.dir, artifacts.find((one) => one.path.endsWith(end))?.path ?? ''), 'utf8');
    expect((await text('report.html')).match(/L\d<\/text>/g)?.toSorted()).toEqual(['L1</text>', 'L2</text>']);
    expect((await text('.xml')).match(/Something is covered at 690 to 720 px/g)?.length).toBeGreaterThan(0);
  });

  test('is green once it is mended', async () => {
    await writeFile(path.join(project.dir, 'site/index.html'), lamps({ mended: true }));
    const result = await project.result('codeloop_verify', {});
    expect([layoutGate(result).status, result.layout]).toEqual(['pass', []]);
  });

  some('is judged as well where the last green run was thrown away', async () => {
    // Its viewports are bars, which only what is committed may set.
    await project.git('commit', '-qam', 'two viewports');
    expect(gateOf(await project.result('codeloop_verify', {})).passed).toBe(true);
    await rm(path.join(project.dir, 'artifacts'), { recursive: true });
    const result = await project.result('codeloop_verify', {});
    expect([layoutGate(result).status, result.layout]).toEqual(['pass', []]);
  });

  some('needs a person where the settings of the first commit hide what is broken', async () => {
    verifies('bars.hiding');
    const [screen] = JSON.parse(await readFile(path.join(project.dir, '.codeloop/config.json'), 'utf8')).screens;
    await writeFile(path.join(project.dir, 'site/index.html'), lamps());
    await project.configure({ screens: [{ ...screen, mask: ['.tag', '.label', '.row'] }] });
    for (const command of [
      ['checkout', '-q', '--orphan', 'fresh'],
      ['commit', '-qam', 'first'],
      ['branch', '-D', 'main'],
    ])
      await project.git(...command);
    const ledger = path.join(userStateDir(), 'ledger', sha256(project.dir).slice(0, 32));
    for (const folder of [path.join(project.dir, 'artifacts'), ledger]) await rm(folder, { recursive: true });
    const gate = gateOf(await project.result('codeloop_verify', {}));
    const integrity = gate.failing_gates.find(({ id }) => id === 'evidence_integrity');
    expect([gate.passed, integrity?.problems.map(({ title }) => title)]).toEqual([
      false,
      [
        'screens./.mask is laxer than the shipped defaults and hides clipped at 320 to 1000 px; text_overlap at 320 to 1000 px.',
      ],
    ]);
  });
});
