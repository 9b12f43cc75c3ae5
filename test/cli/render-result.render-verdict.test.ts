import { expect, test } from 'vitest';
import { renderResult } from '../../src/cli/render-result.js';
import { palette } from '../../src/cli/terminal.js';
import { textWidth } from '../../src/cli/text-table.js';
import { verifies } from '../requirements.js';
import { sampleTools } from '../tools/sample-tools.js';

const alt = { title: 'Images must have alternative text.', fix: 'Fix the element.', text: 'img' };
const verdict = {
  schema_version: 1,
  status: 'fail',
  summary: 'FAIL 44 of 100: accessibility (2).',
  artifacts: [{ path: 'artifacts/runs/r/report.html' }],
  next: [{ tool: 'codeloop_echo', arguments: { text: 'home' }, why: 'look at it' }],
  run_id: 'r',
  state: 'finished',
  pass_count: 23,
  skipped: [
    { what: 'build', reason: 'there is none' },
    { what: 'tests', reason: 'there are none' },
  ],
  checks: [
    { id: 'assets-loaded', status: 'fail', severity: 'warn', problem_count: 2 },
    { id: 'accessibility-violations', status: 'fail', severity: 'block', problem_count: 4 },
  ],
  gate: {
    passed: false,
    passing_gates: ['layout_sound'],
    failing_gates: [
      {
        id: 'accessibility',
        status: 'fail',
        reason: 'Elements break rules (4)',
        problem_count: 4,
        problems: [
          { ...alt, screen: 'home', viewport: 'phone, desktop' },
          { ...alt, screen: '\u001b[2Jshop\nx', viewport: 'phone', file: 'src/a.tsx', line: 7 },
        ],
      },
      {
        id: 'required_tests_pass',
        status: 'could_not_run',
        reason: 'The tests timed out.',
        problem_count: 0,
        problems: [],
      },
      {
        id: 'zero_critical_issues',
        status: 'fail',
        reason: 'An issue is critical (4)',
        problem_count: 4,
        problems: [],
      },
    ],
  },
};
const at = (columns: number) => renderResult(verdict, { colors: palette(false), columns, tools: sampleTools });

test('a verdict lists what failed and nothing else', () => {
  verifies('doors.verdict-table', 'doors.terminal-safe');
  expect(at(90)).toBe(`✖ FAIL 44 of 100: accessibility (2).

what failed
  home@phone, desktop  Images must have alternative text. img
  shop x@phone         Images must have alternative text. img (src/a.tsx:7)
                       → Fix the element.
  required_tests_pass  The tests timed out.
  … and 2 more (the report shows all)

left out: build, tests (--json says why)
warns: assets-loaded (2)

files
  artifacts/runs/r/report.html

next
  codeloop echo home  # look at it
`);
});

test('in a narrow terminal each place has its own line', () => {
  verifies('doors.verdict-table');
  const lines = at(30).split('\n');
  expect(lines.slice(2, 9)).toEqual([
    'what failed',
    '  home@phone, desktop',
    '    Images must have',
    '    alternative text. img',
    '  shop x@phone',
    '    Images must have',
    '    alternative text. img',
  ]);
  const table = lines.slice(lines.indexOf('what failed'), lines.indexOf('files'));
  expect(Math.max(...table.map(textWidth))).toBeLessThanOrEqual(38);
});

test('a verdict that holds lists nothing', () => {
  verifies('doors.verdict-table');
  const green = {
    ...verdict,
    status: 'pass',
    summary: 'PASS 100 of 100.',
    skipped: [],
    checks: [],
    gate: { failing_gates: [] },
  };
  expect(renderResult(green, { colors: palette(false), columns: 90, tools: sampleTools })).toBe(`✔ PASS 100 of 100.

files
  artifacts/runs/r/report.html

next
  codeloop echo home  # look at it
`);
});
