import type { Capture, Interactive } from '../capture/capture.js';
import type { ScreenConfig } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { Step } from '../core/vocabulary/step.js';

/** The steps that lead to a screen's state, checked. Throws CONFIG_INVALID, naming screen and step. */
export function screenSteps(screen: ScreenConfig): Step[] {
  return (screen.steps ?? []).map((given, index) => {
    const step = Step.safeParse(given);
    if (step.success) return step.data;
    const [issue] = step.error.issues;
    throw new CodeloopError('CONFIG_INVALID', {
      file: '.codeloop/config.json',
      problem: `screens "${screen.name}", step ${[index + 1, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`,
    });
  });
}

/** Takes a screen's steps before its picture. Throws SCREEN_STEP_FAILED, saying which and why; CANCELLED, BROWSER_CRASHED. */
export async function takeScreenSteps(
  capture: Capture & Partial<Interactive>,
  steps: readonly Step[],
  signal: AbortSignal,
): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (!capture.perform)
      throw new CodeloopError('STEP_INVALID', {
        action: step.action,
        problem: 'nothing can be done here',
        allowed: [],
      });
    const failed = (reason: string, cause?: unknown) =>
      new CodeloopError('SCREEN_STEP_FAILED', { n: index + 1, action: step.action, reason }, { cause });
    try {
      const { ok, detail } = await capture.perform(step, signal);
      if (!ok) throw failed(detail);
    } catch (error) {
      const ours = error instanceof CodeloopError ? error : undefined;
      if (!ours || ['CANCELLED', 'BROWSER_CRASHED', 'SCREEN_STEP_FAILED'].includes(ours.code)) throw error;
      throw failed(`${ours.code}: ${ours.message}`, error);
    }
  }
}
