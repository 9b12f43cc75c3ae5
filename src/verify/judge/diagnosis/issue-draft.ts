import type { Repair } from '../../../checks/repair.js';
import { sha256 } from '../../../core/digest.js';
import type { Issue } from '../../../core/vocabulary/issue.js';
import type { NextCall } from '../../../core/vocabulary/tool-result.js';

/** An issue with the check it comes from, while issues are still being put together. */
export interface Draft {
  check: string;
  /** What it likely goes away with. */
  follows: NonNullable<Repair['follows']>;
  issue: Issue;
}

/** Screens named in one call; above it everything is verified. */
const MAX_SCREENS = 5;

/** An id that is the same for the same problem on another run. */
export function issueId(check: string, key: unknown): string {
  return `${check}-${sha256(JSON.stringify(key)).slice(0, 6)}`;
}

/** The cheapest call that shows whether an issue is fixed. */
export function verifyCall(repair: Repair, where: Pick<Issue, 'screens' | 'viewports' | 'flow'>): NextCall {
  const { screens, viewports, flow } = where;
  const [screen] = screens;
  const sizes = viewports.length > 0 ? { viewports } : {};
  if (repair.verify === 'person')
    return { tool: 'codeloop_gate_check', arguments: {}, why: 'after the person decided' };
  if (repair.verify === 'flow' && flow !== undefined)
    return { tool: 'codeloop_run_flow', arguments: { flow, ...sizes }, why: 'replays this flow only' };
  if (repair.verify === 'screen' && screen !== undefined && screens.length <= MAX_SCREENS) {
    const isLogs = repair.category === 'runtime' || repair.category === 'network';
    if (isLogs && screens.length === 1)
      return {
        tool: 'codeloop_capture_screenshot',
        arguments: { screen_name: screen, ...sizes },
        why: 'opens this screen only and lists its errors',
      };
    return { tool: 'codeloop_verify', arguments: { screens, ...sizes, skip_tests: true }, why: 'looks at these only' };
  }
  return { tool: 'codeloop_verify', arguments: {}, why: 'after fixing' };
}
