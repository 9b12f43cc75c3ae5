import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordingEvent } from '../core/vocabulary/recording-event.js';

/** How long a press may go without anything that came of it before the next step is taken, ms; what is judged later is 400. */
const HOLD_MS = 600;
const LOOK_MS = 20;

/**
 * Whether something came of the last press of a recorded page. Steps taken one right after the other would hide a press that came to
 * nothing behind what the next one does: such a press, and no other, is given time of its own.
 */
export class PressAnswer {
  #pressedMs: number | undefined;

  /** Hears what the page tells, as it comes. */
  hear(event: RecordingEvent): void {
    if (event.kind === 'press') this.#pressedMs = Date.now();
    else if (event.kind === 'activity' || event.kind === 'log') this.#pressedMs = undefined;
  }

  /** Resolves when something came of the last press, or nothing did for 600 ms, or the signal is aborted. Never throws. */
  async wait(signal: AbortSignal): Promise<void> {
    while (this.#pressedMs !== undefined && !signal.aborted) {
      const left = this.#pressedMs + HOLD_MS - Date.now();
      if (left <= 0) this.#pressedMs = undefined;
      else await sleep(Math.min(LOOK_MS, left));
    }
  }
}
