import type { FlowEvidence } from './match-flow.js';
import type { RecordingTimeline, TimedStep } from './recording-timeline.js';

/** Pieces of evidence at most. */
const MAX_EVIDENCE = 4000;
/** A step and its press reach us by different ways: times may be off by this much, ms. */
const SLACK_MS = 30;

/** Everything of a time line that can show a step of a flow, by time: steps, addresses, texts that came up, errors. */
export function flowEvidence(timeline: RecordingTimeline): FlowEvidence[] {
  const { steps, logs, texts, presses } = timeline;
  const placeAt = (atMs: number) => {
    const navigation = logs.findLast(({ atMs: at, entry }) => entry.kind === 'navigation' && at <= atMs);
    return addressWords(navigation?.entry.url);
  };
  const found: FlowEvidence[] = [];
  for (const step of steps) {
    const { action, success, url } = step.line;
    const by = `step ${step.number}`;
    const pressed = presses.filter(({ atMs }) => atMs >= step.atMs - SLACK_MS && atMs <= step.endMs);
    const text = [stepText(step), ...pressed.map(({ name }) => name ?? '')].join(' ');
    const context = `${placeAt(step.atMs)} ${addressWords(url ?? undefined)}`;
    found.push({ atMs: step.atMs, kind: 'action', text, context, ok: success, by });
    if (action.startsWith('assert_')) found.push({ atMs: step.endMs, kind: 'text', text, ok: success, by });
  }
  for (const { atMs, texts: lines } of texts)
    for (const text of lines) found.push({ atMs, kind: 'text', text, context: placeAt(atMs), ok: true, by: 'text' });
  for (const { atMs, entry } of logs) {
    if (entry.kind === 'navigation' && entry.url !== undefined)
      found.push({ atMs, kind: 'navigation', text: addressWords(entry.url), ok: true, by: 'navigation' });
    else if (entry.level === 'error')
      found.push({ atMs, kind: 'error', text: `error ${entry.text}`, ok: true, by: `${entry.kind} log` });
  }
  return found.toSorted((a, b) => a.atMs - b.atMs).slice(0, MAX_EVIDENCE);
}

function stepText({ line }: TimedStep): string {
  const target = line.input_args.target;
  return `${line.action.replaceAll('_', ' ')} ${line.detail} ${JSON.stringify(line.input_args)} ${codeWords(target)}`;
}

/** The words of the names that code gives to things: `user Dropdown` of `#userDropdown`. */
function codeWords(target: unknown): string {
  if (typeof target !== 'object' || target === null) return '';
  const names = Object.entries(target).flatMap(([kind, value]) => (/^(?:selector|test_id)$/.test(kind) ? [value] : []));
  return names.join(' ').replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' ');
}

/** Path, query and fragment of an address as words; of the start page the word `home`. */
function addressWords(url: string | undefined): string {
  if (url === undefined || !URL.canParse(url)) return url ?? '';
  const { pathname, search, hash } = new URL(url);
  const way = `${pathname} ${search} ${hash}`.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
  return way === '' ? 'home start shop front' : `${way} ${pathname}`;
}
