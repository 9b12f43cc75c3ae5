import { errorPageText } from '../../core/page-kind.js';
import type { RecordingTimeline, TimedStep } from '../recording-timeline.js';
import { isNumber, split, stem } from './flow-acts.js';
import type { FlowEvidence } from './match-flow.js';

/** A text, and from when until when it was to be seen, ms; without end it was there until the recording ended. */
interface ShownText {
  text: string;
  atMs: number;
  untilMs: number;
}

/**
 * Returns when each text of a recording was visible. A text counts as gone when the page says so, when it is reported again (it must have gone
 * meanwhile), when its replacement is reported (the same words with other numbers), or when the page navigated: a change of only the
 * query or the fragment keeps the document. By time.
 */
export function shownTexts({ texts, logs }: Pick<RecordingTimeline, 'texts' | 'logs'>): ShownText[] {
  const shown: ShownText[] = [];
  let there: ShownText[] = [];
  // The first one is where the recording began.
  const leaves = pageStarts(logs).slice(1);
  let left = 0;
  const end = (untilMs: number, isGone: (text: ShownText) => boolean) => {
    const gone = there.filter(isGone);
    for (const one of gone) one.untilMs = untilMs;
    if (gone.length > 0) there = there.filter((one) => !gone.includes(one));
  };
  for (const { atMs, texts: lines, gone = [] } of texts) {
    for (let leaveMs = leaves[left]; leaveMs !== undefined && leaveMs <= atMs; leaveMs = leaves[++left])
      end(leaveMs, () => true);
    const told = new Set(lines);
    const shapes = new Set(lines.flatMap((line) => shapeOf(line) ?? []));
    const went = new Set(gone);
    end(atMs, ({ text }) => told.has(text) || went.has(text) || shapes.has(shapeOf(text) ?? ''));
    for (const text of lines) {
      const one: ShownText = { text, atMs, untilMs: Number.POSITIVE_INFINITY };
      shown.push(one);
      there.push(one);
    }
  }
  for (const leaveMs of leaves.slice(left)) end(leaveMs, () => true);
  return shown;
}

/** A text with its numbers left open: `# item left`; none where nothing else is in it. */
function shapeOf(text: string): string | undefined {
  const words = split(text);
  if (!words.some(isNumber) || words.every(isNumber)) return undefined;
  return words.map((word) => (isNumber(word) ? '#' : stem(word))).join(' ');
}

/** Returns the times of navigations, ms; a change of only the query or the fragment stays on the page. */
export function pageStarts(logs: RecordingTimeline['logs']): number[] {
  let before: string | undefined;
  return logs.flatMap(({ atMs, entry }) => {
    if (entry.kind !== 'navigation' || entry.url === undefined) return [];
    const page = URL.canParse(entry.url) ? new URL(entry.url).origin + new URL(entry.url).pathname : entry.url;
    const changed = before !== page;
    before = page;
    return changed ? [atMs] : [];
  });
}

/** Pieces of evidence at most. */
const MAX_EVIDENCE = 4000;
/** A step and its press reach us by different ways: times may be off by this much, ms. */
const SLACK_MS = 30;
/** A page that was gone to shows what it is called within this, ms. */
const ARRIVAL_MS = 2000;

/** A text that comes up this long after a step, ms, may be its doing. */
const FRESH_MS = 3000;
/** A page that says no more than so many lines at once may say an error in its own words. */
const FEW_TEXTS = 12;

/**
 * Everything of a time line that can show a step of a flow, by time: steps, addresses, texts that came up, parts of pages that opened and
 * closed, errors. `dead`: numbers of the steps that came to nothing.
 */
export function flowEvidence(timeline: RecordingTimeline, dead: ReadonlySet<number> = new Set()): FlowEvidence[] {
  const { steps, logs, presses } = timeline;
  const placeAt = (atMs: number) => {
    const navigation = logs.findLast(({ atMs: at, entry }) => entry.kind === 'navigation' && at <= atMs);
    return addressWords(navigation?.entry.url);
  };
  // A page is known by what it is called as well as by its address.
  const headAt = (atMs: number) => {
    const start = [...starts].findLast((at) => at <= atMs);
    return start === undefined ? '' : headOf(timeline, start);
  };
  const found: FlowEvidence[] = [];
  const starts = new Set(pageStarts(logs));
  for (const step of steps) {
    const { action, success, url } = step.line;
    const by = `step ${step.number}`;
    const pressed = presses.filter(({ atMs }) => atMs >= step.atMs - SLACK_MS && atMs <= step.endMs);
    const text = [stepText(step), ...pressed.map(({ name }) => name ?? '')].join(' ');
    const context = `${placeAt(step.atMs)} ${addressWords(url ?? undefined)}`;
    const names = [targetWords(step), ...pressed.map(({ name }) => name ?? '')].join(' ');
    found.push({
      atMs: step.atMs,
      kind: 'action',
      text,
      context,
      ok: success,
      by,
      action,
      names,
      ...(dead.has(step.number) ? { dead: true } : {}),
    });
    if (action.startsWith('assert_')) found.push({ atMs: step.endMs, kind: 'text', text, ok: success, by });
  }
  const seen = shownTexts(timeline);
  for (const { atMs, text, untilMs } of seen) {
    // What a page had and the next one has not is gone as well.
    const left =
      starts.has(untilMs) &&
      !seen.some((one) => one.text === text && one.atMs >= untilMs && one.atMs < untilMs + ARRIVAL_MS);
    if (left) found.push({ atMs: untilMs, kind: 'closed', text, ok: true, by: 'a page that was left' });
    found.push({
      atMs,
      kind: 'text',
      text,
      context: `${placeAt(atMs)} ${headAt(atMs)}`,
      ok: true,
      by: 'text',
      untilMs,
      ...(cameByStep(timeline, atMs) ? { fresh: true } : {}),
    });
  }
  for (const { atMs, opened = [], closed = [], gone = [] } of timeline.texts) {
    for (const text of opened) found.push({ atMs, kind: 'opened', text, ok: true, by: 'a part that opened' });
    for (const text of [...closed, ...gone])
      found.push({ atMs, kind: 'closed', text, ok: true, by: 'a part that closed' });
  }
  for (const { atMs, entry } of logs) {
    if (entry.kind === 'navigation' && entry.url !== undefined)
      found.push({
        atMs,
        kind: 'navigation',
        url: entry.url,
        text: `${addressWords(entry.url)} ${starts.has(atMs) ? headOf(timeline, atMs) : ''}`,
        ok: true,
        by: 'navigation',
        ...(starts.has(atMs) ? { head: headOf(timeline, atMs) } : {}),
        ...(isErrorPage(timeline, atMs) ? { errorPage: true } : {}),
      });
    else if (entry.level === 'error')
      found.push({ atMs, kind: 'error', text: `error ${entry.text}`, ok: true, by: `${entry.kind} log` });
  }
  // What a page shows at the moment it was gone to came after that.
  const rank = ({ kind }: FlowEvidence) => (kind === 'navigation' ? 0 : 1);
  return found.toSorted((a, b) => a.atMs - b.atMs || rank(a) - rank(b)).slice(0, MAX_EVIDENCE);
}

/** True when a step was taken shortly before. */
function cameByStep({ steps }: RecordingTimeline, atMs: number): boolean {
  return steps.some((step) => atMs >= step.atMs && atMs <= step.endMs + FRESH_MS);
}

/** True when what is shown first after a navigation is an error page, by its status or its words. */
function isErrorPage({ texts, logs }: RecordingTimeline, atMs: number): boolean {
  const next = logs.find((one) => one.atMs > atMs && one.entry.kind === 'navigation')?.atMs ?? Number.POSITIVE_INFINITY;
  const first = texts.filter((one) => one.atMs >= atMs - SLACK_MS && one.atMs < Math.min(next, atMs + ARRIVAL_MS));
  return first.some(
    ({ texts: lines }) => errorPageText(lines, lines.length <= FEW_TEXTS ? lines : lines.slice(0, 1)) !== undefined,
  );
}

/** Returns the name of a page: its title, else its first line, as it first appeared after the navigation. Further lines name links to others. */
function headOf({ texts, logs, steps }: RecordingTimeline, atMs: number): string {
  // What appears after another step may be caused by that step.
  const next = [
    ...logs.filter(({ entry }) => entry.kind === 'navigation'),
    ...steps,
    { atMs: atMs + ARRIVAL_MS },
  ].flatMap((one) => (one.atMs > atMs ? [one.atMs] : []));
  const first = texts.find(
    (one) => one.texts.length > 0 && one.atMs >= atMs - SLACK_MS && one.atMs <= Math.min(...next),
  );
  const head = first?.texts[0] ?? '';
  return `${head} ${apart(head)}`;
}

/** Returns the name of the element that a step presses or fills; of typed text only keys. */
function targetWords({ line }: TimedStep): string {
  const { target, value } = line.input_args;
  const called = typeof target === 'object' && target !== null ? Object.entries(target) : [];
  const names = called.flatMap(([kind, name]) => (kind !== 'ref' && typeof name === 'string' ? [name] : []));
  const typed = /^(?:type|fill|fill_form|clear)$/.test(line.action);
  const pressed = /^(?:press|hotkey|dialog)$/.test(line.action) ? JSON.stringify(value ?? '') : '';
  return `${names.join(' ')} ${codeWords(target)} ${pressed} ${typed || !line.success ? '' : line.detail}`;
}

function stepText({ line }: TimedStep): string {
  const target = line.input_args.target;
  return `${line.action.replaceAll('_', ' ')} ${line.detail} ${JSON.stringify(line.input_args)} ${codeWords(target)}`;
}

/** The words of the names that code gives to things: `user Dropdown` of `#userDropdown`. */
function codeWords(target: unknown): string {
  if (typeof target !== 'object' || target === null) return '';
  const names = Object.entries(target).flatMap(([kind, value]) => (/^(?:selector|test_id)$/.test(kind) ? [value] : []));
  return apart(names.join(' '));
}

/** `userDropdown` as `user Dropdown`. */
function apart(text: string): string {
  return text.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
}

/** Path, query and fragment of an address as words; of the start page the word `home`. */
function addressWords(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return url ?? '';
  const { pathname, search, hash } = new URL(url);
  const way = `${pathname} ${search} ${hash}`.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return way === '' ? 'home start shop front' : `${way} ${pathname}`;
}
