import type { CaptureDriver } from '../capture/capture.js';
import { toCodeloopError } from '../core/errors.js';
import type { Cell } from '../core/vocabulary/run.js';
import type { Run } from '../store/run.js';

/**
 * Examines the accessibility of the page that was just photographed and stores what was found beside its picture. That it cannot be
 * examined becomes a failure of the cell. Throws DISK_FULL, CANCELLED.
 */
export async function examineCell(
  capture: ReturnType<CaptureDriver['create']>,
  run: Run,
  name: string,
  signal: AbortSignal,
): Promise<Cell['accessibility']> {
  if (!capture.accessibility) return undefined;
  try {
    const found = await capture.accessibility(signal);
    const data = `${JSON.stringify(found, null, 1)}\n`;
    return { result: await run.put({ kind: 'accessibility', name: `${name}.axe.json`, data }) };
  } catch (thrown) {
    const error = toCodeloopError(thrown);
    if (['CANCELLED', 'DISK_FULL'].includes(error.code)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}
