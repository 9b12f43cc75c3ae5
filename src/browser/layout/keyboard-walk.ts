import { differingRegion } from '../../capture/steady-frames.js';
import type { Focus } from '../../core/vocabulary/laid-out-page.js';
import { finishMotion, framesPass } from '../page/endless-motion.js';
import type { PageFacts } from '../page/page-facts.js';
import { beginWalk, currentStop, dropFocus, giveFocusBack, type Stop } from '../page/tab-stops.js';
import type { PageSession } from '../page-session.js';

/** Most presses of Tab; what was not come to by then is told. */
const MAX_PRESSES = 120;
/** Presses that one frame inside the page may take before the walk is given up. */
const MAX_IN_FRAME = 30;
const FRAME_LIMIT_MS = 1000;

/**
 * Presses Tab from the top of the document until the focus is back where it was, and looks at each stop with and without the focus: what
 * changes in the picture is the sign of the focus. Throws DEADLINE_EXCEEDED, BROWSER_CRASHED, CANCELLED.
 */
export async function walkKeyboard(
  session: PageSession,
  signal: AbortSignal,
): Promise<Pick<PageFacts, 'focus' | 'walk'>> {
  const { page } = session;
  const ask = <T>(what: string, work: () => Promise<T>) => session.call(what, work, signal);
  const controls = await ask('beginning the walk', () => page.evaluate(beginWalk));
  const focus = new Map<number, Focus>(
    controls.map(({ element, expected, focusable, takenOut }) => [
      element,
      { expected, focusable, taken_out: takenOut, reached: false },
    ]),
  );
  const stops: Stop[] = [];
  let presses = 0;
  let inFrame = 0;
  let trap: Stop | undefined;
  let complete = false;
  let caught = false;
  while (presses < MAX_PRESSES && inFrame < MAX_IN_FRAME) {
    presses += 1;
    const stop = await ask('pressing Tab', async () => {
      await page.keyboard.press('Tab');
      return page.evaluate(currentStop);
    });
    if (!stop) {
      // Beyond the last stop; or there is none.
      complete = stops.length > 0 || presses > 1;
      if (complete) break;
      continue;
    }
    if (stop.frame && stops.at(-1)?.id === stop.id) {
      inFrame += 1;
      continue;
    }
    const again = stops.findIndex(({ id }) => id === stop.id);
    if (again >= 0) {
      complete = true;
      // A dialog keeps the focus in it on purpose, and a page may begin anew without a stop between.
      caught = stops.slice(again).every(({ dialog }) => dialog);
      if (!caught && (again > 0 || stops.length === 1)) trap = stop;
      break;
    }
    stops.push(stop);
    const known = focus.get(stop.element);
    if (known) focus.set(stop.element, { ...known, reached: true, changed: await changeAt(session, stop, signal) });
  }
  return {
    focus: [...focus].map(([element, one]) => ({ element, ...one })),
    walk: {
      presses,
      // What lies outside a dialog that keeps the focus is not to be come to.
      complete: complete && !caught,
      ...(trap && trap.element >= 0 ? { trap: trap.element } : {}),
    },
  };
}

/** Pixels of the part that changes with the focus, first around the stop and, where nothing does, in the whole window. */
async function changeAt(session: PageSession, { around }: Stop, signal: AbortSignal): Promise<number> {
  const { page, shutter } = session;
  const clip = around.width >= 1 && around.height >= 1 ? around : undefined;
  const still = async () => {
    await page.evaluate(framesPass, { count: 1, limitMs: FRAME_LIMIT_MS });
    await page.evaluate(finishMotion);
  };
  const work = async () => {
    await still();
    const focused = clip && (await shutter.shoot(clip));
    await page.evaluate(dropFocus);
    await still();
    let region = focused && (await differingRegion(focused, await shutter.shoot(clip)));
    if (!region) {
      const without = await shutter.shoot();
      await page.evaluate(giveFocusBack);
      await still();
      region = await differingRegion(await shutter.shoot(), without);
    }
    // What the next press does is the business of what has the focus.
    await page.evaluate(giveFocusBack);
    return region ? Math.round(region.width * region.height) : 0;
  };
  return session.call('looking at the focus', work, signal);
}
