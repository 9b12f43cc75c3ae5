import { sha256 } from '../../../core/digest.js';
import type { Issue } from '../../../core/vocabulary/issue.js';
import type { NextCall } from '../../../core/vocabulary/tool-result.js';
import type { RepairRule } from './repair-rule.js';

/** An issue with the check it comes from, while issues are still being put together. */
export interface Draft {
  check: string;
  issue: Issue;
}

/** Screens named in one call; above it everything is verified. */
const MAX_SCREENS = 5;

/** An id that is the same for the same problem on another run. */
export function issueId(check: string, key: unknown): string {
  return `${check}-${sha256(JSON.stringify(key)).slice(0, 6)}`;
}

/** The cheapest call that shows whether an issue is mended. */
export function verifyCall(
  rule: Pick<RepairRule, 'category' | 'verify'>,
  where: Pick<Issue, 'screens' | 'viewports' | 'flow'>,
): NextCall {
  const { screens, viewports, flow } = where;
  const [screen] = screens;
  const sizes = viewports.length > 0 ? { viewports } : {};
  if (rule.verify === 'person') return { tool: 'codeloop_gate_check', arguments: {}, why: 'after the person decided' };
  if (rule.verify === 'flow' && flow !== undefined)
    return { tool: 'codeloop_run_flow', arguments: { flow, ...sizes }, why: 'replays this flow only' };
  if (rule.verify === 'screen' && screen !== undefined && screens.length <= MAX_SCREENS) {
    const isLogs = rule.category === 'runtime' || rule.category === 'network';
    if (isLogs && screens.length === 1)
      return {
        tool: 'codeloop_capture_screenshot',
        arguments: { screen_name: screen, ...sizes },
        why: 'opens this screen only and lists its errors',
      };
    return { tool: 'codeloop_verify', arguments: { screens, ...sizes, skip_tests: true }, why: 'looks at these only' };
  }
  return { tool: 'codeloop_verify', arguments: {}, why: 'after mending' };
}
