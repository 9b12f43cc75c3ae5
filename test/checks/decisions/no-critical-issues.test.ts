import { expect, test } from 'vitest';
import check from '../../../src/checks/decisions/no-critical-issues.js';
import type { Issue } from '../../../src/core/vocabulary/issue.js';
import { verifies } from '../../requirements.js';
import { checkTable } from '../tables.js';

const issue = (severity: Issue['severity'], status: Issue['status'] = 'fail'): Issue => ({
  id: 'page-errors-1',
  category: 'runtime',
  severity,
  status,
  title: 'Uncaught error on the page.',
  screens: ['cart'],
  viewports: ['mobile', 'desktop'],
  evidence: [],
  likely_cause: 'x',
  repair_task: 'Fix it.',
  verify_with: { tool: 'codeloop_verify', arguments: {} },
  consequences: [],
});
const title = 'page-errors-1: Uncaught error on the page.';

checkTable(check, [
  ['there is nothing to fix', { issues: [] }, 'pass', 0],
  ['what is left is a warning', { issues: [issue('warning'), issue('info')] }, 'pass', 2],
  [
    'something is critical',
    { issues: [issue('info'), issue('critical')] },
    'fail',
    2,
    { title, screen: 'cart', viewport: 'mobile, desktop' },
  ],
  ['only a person can help', { issues: [issue('blocker', 'needs_human')] }, 'needs_human', 1, title],
  ['only the machine can help', { issues: [issue('blocker', 'could_not_run')] }, 'could_not_run', 1, title],
]);

test('what the agent can fix outranks what only a person can', () => {
  verifies('diagnose.gate');
  const { status } = check.run({ issues: [issue('blocker', 'needs_human'), issue('critical', 'fail')] });
  expect(status).toBe('fail');
});
