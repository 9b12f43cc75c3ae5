import { describe, expect, test } from 'vitest';
import { renderResult, renderSummary } from '../../src/cli/render-result.js';
import { renderError } from '../../src/cli/run-call.js';
import { palette } from '../../src/cli/terminal.js';
import { CodeloopError } from '../../src/core/errors.js';
import { hostileTexts } from '../report/hostile-text.js';
import { verifies } from '../requirements.js';
import { sampleTools } from '../tools/sample-tools.js';

const options = { colors: palette(false), columns: 100, tools: sampleTools };

describe('a result for a person', () => {
  test('says how it went, what was found, where the files are and what to do next', () => {
    const result = {
      schema_version: 1,
      status: 'fail',
      summary: '1 of 2 pairs match',
      artifacts: [
        { path: 'artifacts/runs/r/diffs/home.png', sha256: 'a'.repeat(64), bytes: 10, width: 375, height: 812 },
        { path: 'artifacts/runs/r/report.html' },
      ],
      next: [{ tool: 'codeloop_echo', arguments: { text: 'home' }, why: 'look at it' }],
      run_id: 'run-1',
      min_score: 0.912,
      pairs: [
        { screen: 'home', viewport: 'mobile', outcome: 'mismatch', score: 0.912, regions: [{}, {}], shifts: [] },
        { screen: 'a screen', viewport: 'desktop', outcome: 'match', score: 1, comparator: 'identical', regions: [] },
      ],
      empty: [],
      unmatched: { references: ['old'], screenshots: [] },
    };
    expect(renderResult(result, options)).toBe(
      `✖ fail  1 of 2 pairs match

run id: run-1
min score: 0.912

pairs
  screen    viewport  outcome   score  comparator  regions
  home      mobile    mismatch  0.912              2
  a screen  desktop   match     1      identical   0

unmatched
  references: old

files
  artifacts/runs/r/diffs/home.png  375 x 812
  artifacts/runs/r/report.html

next
  codeloop echo home  # look at it
`,
    );
  });

  test('of names from a page cannot act on the terminal', () => {
    verifies('doors.terminal-safe');
    for (const evil of ['\u001b[2J\u001b]0;x\u0007evil\nsecond', ...hostileTexts]) {
      const text = renderResult(
        {
          status: 'pass',
          summary: evil,
          artifacts: [{ path: evil }],
          next: [{ tool: evil, arguments: { a: evil }, why: evil }],
          note: evil,
          names: [evil],
          rows: [{ name: evil }],
          deep: { inner: evil },
        },
        options,
      );
      expect(text.replaceAll('\n', ''), evil.slice(0, 40)).not.toMatch(
        /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u,
      );
      expect(text.split('\n').filter((line) => /^(?:second|hacked: header)/.test(line))).toEqual([]);
    }
  });

  test('has colours only where they are wanted', () => {
    const result = { status: 'pass', summary: 'good' };
    expect(renderSummary(result, palette(false))).toBe('✔ pass  good');
    expect(renderSummary({ ...result, status: 'could_not_run' }, palette(false))).toBe('! could_not_run  good');
    expect(renderSummary({ ...result, status: 'needs_human' }, palette(false))).toBe('? needs_human  good');
  });

  test('shows the columns that matter of lists it knows, the first fields of others, within the width', () => {
    const narrow = { ...options, columns: 40 };
    const text = renderResult(
      {
        status: 'pass',
        summary: 's',
        runs: [
          { commit_sha: 'abc', run_id: 'r1', status: 'pass', artifact_paths: ['x'], tools: ['verify', 'compare'] },
        ],
        things: [{ a: 1, sha256: 'x', b: { c: 1 }, d: null, e: 'y'.repeat(100) }],
      },
      narrow,
    );
    expect(text).toBe(
      `✔ pass  s

runs
  run id  status  tools            comm…
  r1      pass    verify, compare  abc

things
  a  e
  1  ${'y'.repeat(34)}…
`,
    );
  });
});

test('a step that failed says why, what to do and what is near; a call that needs a page of this process is left out', () => {
  const failure = {
    code: 'TARGET_NOT_FOUND',
    message: 'Nothing matches text "Nope".',
    fix: 'Try one of these.',
    details: { candidates: ['button "No"', 'link "Note"'] },
  };
  const rendered = renderResult(
    {
      schema_version: 1,
      status: 'fail',
      summary: 'step 1 of 1 (click) failed',
      artifacts: [],
      next: [{ tool: 'codeloop_page_snapshot', arguments: { page_id: 'page-1' } }],
      steps: [{ n: 1, action: 'click', ok: false, failure }],
      lines: ['- heading "Shop" [e1]', `- button "${'a long name '.repeat(10)}" [e2]`],
    },
    options,
  );
  expect(rendered).toContain('  Nothing matches text "Nope".\n  Try one of these.\n    button "No"\n    link "Note"\n');
  expect(rendered).toContain('lines\n  - heading "Shop" [e1]\n  - button "a long name');
  expect(rendered).not.toContain('page-1');
});

test('gates, checks and regions are shown by what is wrong with them', () => {
  const text = renderResult(
    {
      status: 'fail',
      summary: 'FAIL 60 of 100',
      checks: [
        { id: 'a', status: 'pass', title: 'A' },
        { id: 'b', status: 'fail', severity: 'block', title: 'B' },
      ],
      failing_gates: [
        {
          id: 'runtime_clean',
          status: 'fail',
          reason: '1 error',
          problem_count: 7,
          problems: [{ screen: 'home', viewport: 'mobile', title: 'Console error', text: 'x is\nnull', fix: 'fix x' }],
        },
      ],
      probes: [{ id: 'browser', ok: false, detail: 'none found', fix: 'apt-get install chromium' }],
      pair: {
        outcome: 'mismatch',
        size: { reference: { width: 1, height: 2 } },
        reference: { path: 'r.png', sha256: 'x' },
        regions: [
          {
            rect: { x: 1, y: 2, width: 80, height: 32 },
            kind: 'missing',
            severity: 'critical',
            area: 9,
            element: { selector: '#buy' },
          },
        ],
      },
    },
    options,
  );
  expect(text).toBe(
    `✖ FAIL 60 of 100

checks  1 of 2 hold
  id  status  severity  title
  b   fail    block     B

failing gates
  id             status  reason
  runtime_clean  fail    1 error
    - home@mobile: Console error x is null
      → fix x
    … and 6 more

probes
  id       ok     detail
  browser  false  none found
    → apt-get install chromium

pair
  outcome: mismatch
  reference: r.png
  size
    reference: 1 x 2
  regions
    rect         kind     severity  area  element
    1,2 80 x 32  missing  critical  9     #buy
`,
  );
});

test('an error for a person names the code, the advice and the command that helps', () => {
  const body = new CodeloopError('PROJECT_NOT_FOUND', { dir: '/x', reason: 'it is empty' }).toBody();
  expect(renderError(body, palette(false), sampleTools)).toBe(
    `✖ PROJECT_NOT_FOUND  /x is no codeloop project (it is empty).
  Run \`codeloop init\` in the project folder, or give project_dir.
next
  codeloop call codeloop_init_project --json '{}'
`,
  );
});

test('faults of layouts are listed with their condition and element, in the width there is', () => {
  const fault = {
    screen: 'home',
    kind: 'covered',
    certainty: 'certain',
    from_width: 320,
    to_width: 768,
    viewport: 'mobile',
  };
  const result = {
    ...{ schema_version: 1, status: 'fail', summary: 'FAIL', artifacts: [], next: [] },
    layout: [
      { ...fault, element: { selector: '#buy', name: 'Buy' }, rect: { x: 0, y: 0, width: 9, height: 9 } },
      { ...fault, condition: 'rtl', element: { selector: 'p.tag' }, rect: { x: 0, y: 0, width: 9, height: 9 } },
    ],
  };
  const [, ...lines] = renderResult(result, options).slice(renderResult(result, options).indexOf('layout')).split('\n');
  expect(lines.slice(0, 3).map((line) => line.trim().split(/ {2,}/))).toEqual([
    ['screen', 'kind', 'certainty', 'condition', 'from width', 'to width', 'element'],
    ['home', 'covered', 'certain', '320', '768', '#buy'],
    ['home', 'covered', 'certain', 'rtl', '320', '768', 'p.tag'],
  ]);
});
