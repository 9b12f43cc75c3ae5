import { expect, test } from 'vitest';
import type { Issue } from '../../src/core/vocabulary/issue.js';
import { renderGithub, renderGitlab, renderSarif } from '../../src/report/render-issues.js';
import { verifies } from '../requirements.js';
import { sampleModel } from './sample-model.js';

const issue = (more: Partial<Issue>): Issue => ({
  ...{ id: 'layout-sound-0a1b2c', category: 'layout', severity: 'critical', status: 'fail' },
  ...{ title: 'Texts are over each other.', screens: ['home'], viewports: ['mobile'], evidence: [] },
  ...{ likely_cause: 'A fixed height.', repair_task: 'Let it grow.', consequences: [] },
  verify_with: { tool: 'codeloop_verify', arguments: {} },
  ...more,
});

const sample = {
  ...sampleModel(),
  source_root: 'apps/shop/',
  issues: [
    issue({
      id: 'page-errors-ffffff-2',
      severity: 'warning',
      title: 'A page threw an error.',
      evidence: [{ text: 'a\n::error::b % c' }],
    }),
    issue({ file: 'src/Card, new.tsx', line: 14, column: 3, element: { selector: '.card > h3' } }),
  ],
};

test('annotations of GitHub stand at the line, the worst first, and no text of a page is a command', () => {
  verifies('report.annotations');
  expect(renderGithub(sample).split('\n')).toEqual([
    '::error file=apps/shop/src/Card%2C new.tsx,line=14,col=3,title=codeloop%3A layout-sound::home at mobile: Texts are over each other. ".card > h3" Let it grow. (layout-sound-0a1b2c)',
    '::warning file=apps/shop/.codeloop/config.json,line=1,title=codeloop%3A page-errors::home at mobile: A page threw an error. "a ::error::b %25 c" Let it grow. (page-errors-ffffff-2)',
    '',
  ]);
});

test('what has no line of its own stands at its screen: its file, or its entry of the settings', () => {
  verifies('report.annotations');
  const screen_places = {
    home: { file: 'site/index.html', line: 1 },
    about: { file: '.codeloop/config.json', line: 7 },
  };
  const issues = [['home'], ['about'], ['gone', 'about'], []].map((screens) => issue({ screens }));
  const places = JSON.parse(renderGitlab({ ...sample, issues, screen_places })).map(
    ({ location }: { location: { path: string; lines: { begin: number } } }) => [location.path, location.lines.begin],
  );
  expect(places).toEqual([
    ['apps/shop/site/index.html', 1],
    ['apps/shop/.codeloop/config.json', 7],
    ['apps/shop/.codeloop/config.json', 7],
    ['apps/shop/.codeloop/config.json', 1],
  ]);
});

test('SARIF has a rule for each check, a place and a stable fingerprint for each issue', () => {
  verifies('report.sarif');
  const log = JSON.parse(renderSarif(sample));
  const [run] = log.runs;
  expect([log.version, run.tool.driver.rules.map(({ id }: { id: string }) => id)]).toEqual([
    '2.1.0',
    ['layout-sound', 'page-errors'],
  ]);
  expect(run.results[0]).toMatchObject({
    ...{ ruleId: 'layout-sound', ruleIndex: 0, level: 'error' },
    partialFingerprints: { 'codeloopIssue/v1': 'layout-sound-0a1b2c' },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: 'apps/shop/src/Card,%20new.tsx' },
          region: { startLine: 14, startColumn: 3 },
        },
      },
    ],
  });
  expect(run.results[1]).toMatchObject({ ruleId: 'page-errors', ruleIndex: 1, level: 'warning' });
});

test('GitLab gets a path, a line and a fingerprint for each issue', () => {
  const [first, second] = JSON.parse(renderGitlab(sample));
  expect(first).toMatchObject({
    ...{ check_name: 'layout-sound', severity: 'critical', fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
    location: { path: 'apps/shop/src/Card, new.tsx', lines: { begin: 14 } },
  });
  expect(second.fingerprint).not.toBe(first.fingerprint);
});

test('a run without issues is an empty list, a log without results, and no command', () => {
  const none = { ...sampleModel(), issues: [] };
  expect(renderGithub(none)).toBe('');
  expect(JSON.parse(renderGitlab(none))).toEqual([]);
  expect(JSON.parse(renderSarif(none)).runs[0].results).toEqual([]);
});
