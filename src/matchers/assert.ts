import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toCodeloopError } from '../core/errors.js';
import { type Assertion, type Judgement, judgePage, keepLook, proposeLook } from './judge.js';
import { type Looking, type LookRequest, looking } from './look.js';

/** When a runner may write what it holds pictures against; the names are Playwright's. codeloop proposes then, it never replaces. */
export type Updates = 'all' | 'changed' | 'missing' | 'none';

/** One assertion of a test. */
export interface AssertRequest extends LookRequest {
  assertion: Assertion;
  negated: boolean;
  /** How long it may take until it holds, ms; a look that has begun is finished. */
  timeoutMs: number;
  updates: Updates;
}

/** A picture that shows why, with an absolute path. */
export interface ShownPicture {
  /** `checkout-desktop-expected.png`: reports show three of one name side by side. */
  name: string;
  path: string;
}

/** What an assertion came to, in a runner's terms. */
export interface Asserted {
  pass: boolean;
  /** What was found, what it was held against, and where the evidence is. */
  lines: string[];
  pictures: ShownPicture[];
  run: string;
}

/** How often the page is looked at again while it does not hold, ms: each glance, and a page of which no picture may tell. */
const GLANCE_MS = 120;
const AGAIN_MS = 1000;

/**
 * Judges a page until what is asserted holds, or its time is over: again as soon as it looks otherwise, so that a page which is still
 * coming in is waited for and one that stands still is photographed once. Keeps what was seen last in the run. Throws as `looking`.
 */
export function assertPage(request: AssertRequest): Promise<Asserted> {
  return looking(request, async (at) => {
    const { assertion, negated, timeoutMs, page } = request;
    const until = Date.now() + timeoutMs;
    let before = await page.glance();
    let judged = await judgePage(at, assertion);
    while (judged.holds === negated && Date.now() < until) {
      const again = assertion === 'toBeAccessible' ? Math.min(until, Date.now() + AGAIN_MS) : until;
      const now = await looksOtherwise(page, before, again);
      if (!now && again === until) break;
      before = now ?? before;
      judged = await judgePage(at, assertion);
    }
    await keepLook(at, judged, assertion, negated);
    const failed = judged.holds === negated;
    return {
      pass: judged.holds,
      lines: [...judged.found, '', ...places(judged), ...(failed ? await proposal(at, judged, request) : [])],
      pictures: failed ? shown(at, judged) : [],
      run: at.run.dir,
    };
  });
}

/** The window as soon as it shows something else than before the page was judged, which takes a while itself; nothing at `until`. */
async function looksOtherwise(page: LookRequest['page'], before: Buffer, until: number): Promise<Buffer | undefined> {
  for (;;) {
    const now = await page.glance();
    if (!now.equals(before)) return now;
    if (Date.now() >= until) return undefined;
    await sleep(Math.min(GLANCE_MS, Math.max(0, until - Date.now())));
  }
}

function places({ reference, actual, diff }: Judgement): string[] {
  const line = (name: string, file: { path: string } | undefined) => (file ? [`${name} ${file.path}`] : []);
  return [...line('Expected:', reference), ...line('Received:', actual), ...line('    Diff:', diff)];
}

/** What becomes of a picture that is not the accepted one: it may be laid before a person, and nothing else. */
async function proposal(at: Looking, judged: Judgement, { updates, negated }: AssertRequest): Promise<string[]> {
  const { baseline } = judged;
  if (baseline === undefined || negated) return [];
  const wanted = baseline === 'differs' ? updates === 'all' || updates === 'changed' : updates !== 'none';
  const screen = at.planned.screen.name;
  const accept = `npx codeloop baseline accept ${/\s/.test(screen) ? JSON.stringify(screen) : screen}`;
  if (!wanted)
    return baseline === 'differs'
      ? [
          '',
          'If it is meant so, run the test with --update-snapshots: that proposes the picture, and a person accepts it.',
        ]
      : ['', 'Nothing was proposed: the runner was told to write no snapshots.'];
  try {
    const path = await proposeLook(at, judged);
    return ['', `Proposed: ${path}`, `A person accepts it with \`${accept}\`; the test is red until then.`];
  } catch (error) {
    const known = toCodeloopError(error);
    if (known.code !== 'BASELINE_READ_ONLY') throw known;
    return ['', `${known.message} ${known.toBody().fix}`];
  }
}

function shown({ project, planned }: Looking, { reference, actual, diff }: Judgement): ShownPicture[] {
  const all = { expected: reference, actual, diff };
  return Object.entries(all).flatMap(([kind, file]) =>
    file ? [{ name: `${planned.name.replaceAll('.', '-')}-${kind}.png`, path: join(project.dir, file.path) }] : [],
  );
}
