import { split, stem } from './expected-flow/flow-stems.js';
import type { RecordingTimeline } from './recording-timeline.js';

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
  if (!words.some((word) => /^\d+$/.test(word)) || words.every((word) => /^\d+$/.test(word))) return undefined;
  return words.map((word) => (/^\d+$/.test(word) ? '#' : stem(word))).join(' ');
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
