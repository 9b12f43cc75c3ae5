import type { RecordingTimeline, TimedStep } from '../recording-timeline.js';
import { pageStarts, shownTexts } from '../shown-texts.js';
import type { FlowEvidence } from './match-flow.js';

/** Pieces of evidence at most. */
const MAX_EVIDENCE = 4000;
/** A step and its press reach us by different ways: times may be off by this much, ms. */
const SLACK_MS = 30;
/** A page that was gone to shows what it is called within this, ms. */
const ARRIVAL_MS = 2000;

/** Everything of a time line that can show a step of a flow, by time: steps, addresses, texts that came up, errors. */
export function flowEvidence(timeline: RecordingTimeline): FlowEvidence[] {
  const { steps, logs, presses } = timeline;
  const placeAt = (atMs: number) => {
    const navigation = logs.findLast(({ atMs: at, entry }) => entry.kind === 'navigation' && at <= atMs);
    return addressWords(navigation?.entry.url);
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
    found.push({ atMs: step.atMs, kind: 'action', text, context, ok: success, by, action, names });
    if (action.startsWith('assert_')) found.push({ atMs: step.endMs, kind: 'text', text, ok: success, by });
  }
  for (const { atMs, text, untilMs } of shownTexts(timeline))
    found.push({ atMs, kind: 'text', text, context: placeAt(atMs), ok: true, by: 'text', untilMs });
  for (const { atMs, entry } of logs) {
    if (entry.kind === 'navigation' && entry.url !== undefined)
      found.push({
        atMs,
        kind: 'navigation',
        text: `${addressWords(entry.url)} ${starts.has(atMs) ? headOf(timeline, atMs) : ''}`,
        ok: true,
        by: 'navigation',
      });
    else if (entry.level === 'error')
      found.push({ atMs, kind: 'error', text: `error ${entry.text}`, ok: true, by: `${entry.kind} log` });
  }
  // What a page shows at the moment it was gone to came after that.
  const rank = ({ kind }: FlowEvidence) => (kind === 'navigation' ? 0 : 1);
  return found.toSorted((a, b) => a.atMs - b.atMs || rank(a) - rank(b)).slice(0, MAX_EVIDENCE);
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
