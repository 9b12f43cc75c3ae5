import { type GateVerdict, screensOf, shortList } from '../core/vocabulary/gate.js';
import { regionLine } from '../core/vocabulary/pair.js';
import type { ReportModel } from '../core/vocabulary/report-model.js';
import { buildEntries, type Entry } from './entries.js';
import {
  count,
  nextCommand,
  pairSentence,
  plural,
  problemsOfGate,
  recommendationLabels,
  statusHeadlines,
  statusLabels,
} from './labels.js';
import { showLine } from './untrusted.js';

/**
 * Our own words inside Markdown: on one line, with every character escaped that Markdown or HTML gives a meaning, so that a
 * screen's name cannot start a heading, a link, a table cell or a mention. Foreign text goes through {@link markdownCode}.
 */
export function markdownText(text: string, limit = 300): string {
  return (
    showLine(text, limit)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/[\\`*_{}[\]#+!|~>-]/g, '\\$&')
      // A zero-width joiner would do it too, but text that is copied should not carry one.
      .replace(/@/g, '&#64;')
      .replace(/:\/\//g, '&#58;//')
      .replace(/\bwww\./gi, 'www&#46;')
  );
}

/**
 * Foreign text as a code span: nothing in it is rendered, linked or mentions anyone. The fence is one backtick longer than
 * the longest run inside; `|` is escaped because GitHub's tables split cells before they look for code.
 */
export function markdownCode(text: string, limit = 160): string {
  const line = showLine(text, limit).replace(/\|/g, '\\|');
  if (line === '') return '';
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A Markdown table; cells are ready-made Markdown without line ends. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)];
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Screens and problems listed; a comment should be read, not scrolled. */
const mostRows = 10;

/** First line of every comment of ours, by which the next run finds it: it is written again, not another one beside it. */
export const COMMENT_MARK = '<!-- codeloop -->';

/** Longest comment in bytes: GitHub takes 65,536 characters, others count otherwise. */
export const MAX_COMMENT = 60_000;

/**
 * A short summary for a pull request comment or a log: verdict, gates, the worst screens with a picture of their worst place, the first
 * problems, what to do next, what it is bound to. GitHub-flavoured Markdown of at most 60 kB; texts from the page stay inside code spans.
 * Lists that are cut say how much was left out. Pure.
 */
export function renderMarkdown(model: ReportModel): string {
  const { verdict } = model;
  const entries = buildEntries(model);
  const headline = verdict ? recommendationLabels[verdict.recommendation] : statusHeadlines[model.status];
  const score = verdict ? ` (${Math.floor(verdict.confidence_score)} of 100, ${verdict.threshold} needed)` : '';
  const blocks = [
    [COMMENT_MARK],
    [`## codeloop: ${headline}${score}`],
    [markdownText(model.summary, 600)],
    model.incomplete_reason === undefined
      ? []
      : [`**This run is not complete.** ${markdownText(model.incomplete_reason)}`],
    verdict === undefined ? [] : gateTable(verdict),
    worstScreens(entries),
    pictureStrips(model),
    verdict === undefined ? [] : firstProblems(verdict),
    unmatchedLine(model),
    model.next.length === 0
      ? []
      : ['**Next**', '', ...model.next.map((call) => `- ${markdownCode(nextCommand(call), 400)}`)],
    [boundTo(model)],
  ];
  return bounded(blocks.filter((block) => block.length > 0).map((block) => block.join('\n')));
}

/** The blocks as one text; those in the middle that would make it too long are left out, which is said. */
function bounded(blocks: readonly string[]): string {
  const size = (parts: readonly string[]) => Buffer.byteLength(`${parts.join('\n\n')}\n`);
  const kept = [...blocks];
  while (size(kept) > MAX_COMMENT && kept.length > 3) {
    const [longest = ''] = kept.slice(2, -1).toSorted((a, b) => b.length - a.length);
    kept.splice(kept.indexOf(longest), 1, '(Too long to be shown here: see the report.)');
    if (longest.startsWith('(Too long')) break;
  }
  return `${kept.join('\n\n')}\n`;
}

/** The worst places as pictures where readers can load them, else where they lie. */
function pictureStrips({ strips = [], pictures_url: url }: ReportModel): string[] {
  if (strips.length === 0) return [];
  const title = '**What differs most** (wanted: above or on the left; there: below or on the right)';
  if (url === undefined)
    return [title, '', ...strips.map((strip) => `- ${placeOf(strip)}: ${markdownCode(strip.path, 300)}`)];
  return [
    title,
    ...strips.flatMap((strip) => {
      const path = strip.path.split('/').map((part) => encodeURIComponent(part).replace(/[()']/g, percent));
      const address = `${url}${path.join('/')}`;
      return ['', `${placeOf(strip)}<br>`, `[![${placeOf(strip)}](${address})](${address})`];
    }),
  ];
}

/** What `encodeURIComponent` leaves and Markdown gives a meaning. */
function percent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
}

function placeOf({ screen, viewport }: { screen: string; viewport: string }): string {
  return `${markdownText(screen, 80)} · ${markdownText(viewport, 40)}`;
}

function gateTable(verdict: GateVerdict): string[] {
  const judged = [...verdict.failing_gates, ...verdict.passing_gates].map((gate) => [
    markdownText(gate.title),
    statusLabels[gate.status],
    markdownText(gate.reason),
  ]);
  return markdownTable(
    ['Gate', 'Status', 'Why'],
    [
      ...judged,
      ...verdict.not_applicable.map((gate) => [markdownText(gate.id), 'Does not apply', markdownText(gate.reason)]),
    ],
  );
}

function worstScreens(entries: readonly Entry[]): string[] {
  const bad = entries.filter(({ status }) => status !== 'pass' && status !== 'not_compared');
  const total = plural(entries.length, 'screenshot');
  if (bad.length === 0) return entries.length === 0 ? [] : [`All ${total} hold.`];
  const rows = bad
    .slice(0, mostRows)
    .map((entry) => [
      markdownText(entry.screen, 80),
      markdownText(entry.viewport, 40),
      statusLabels[entry.status],
      whatIsWrong(entry),
    ]);
  return [
    `**${bad.length} of ${total} ${bad.length === 1 ? 'does' : 'do'} not hold**`,
    '',
    ...markdownTable(['Screen', 'Viewport', 'Status', 'Finding'], rows),
    ...rest(bad.length - rows.length),
  ];
}

function whatIsWrong(entry: Entry): string {
  const parts: string[] = [];
  if (entry.pair !== undefined)
    parts.push(
      `${entry.pair.against === 'baseline' ? 'baseline: ' : ''}${markdownText(pairSentence(entry.pair.pair))}`,
    );
  const cell = entry.cell?.cell;
  if (cell?.failure !== undefined) parts.push(markdownText(cell.failure.code));
  if (cell?.screenshot !== undefined && !cell.screenshot.steady.settled) parts.push('never stood still');
  if (cell?.screenshot?.blank) parts.push('blank');
  const [region] = entry.pair?.pair.regions ?? [];
  if (region?.element !== undefined) parts.push(`${region.kind} ${markdownCode(regionLine(region), 200)}`);
  return parts.join('; ');
}

function firstProblems(verdict: GateVerdict): string[] {
  const found = verdict.failing_gates.map((gate) => problemsOfGate(gate, verdict.checks));
  const problems = found.flatMap((gate) => gate.problems);
  const total = found.reduce((sum, gate) => sum + gate.total, 0);
  if (problems.length === 0) return [];
  const listed = problems.slice(0, mostRows).map((problem) => {
    const screens = shortList(screensOf(problem).map(({ screen }) => screen));
    const place = [screens, problem.viewport].filter(Boolean).join(' · ');
    return [
      `- ${markdownText(problem.title)}`,
      place === '' ? '' : ` (${markdownText(place)})`,
      problem.text === undefined ? '' : `: ${markdownCode(problem.text)}`,
    ].join('');
  });
  return ['**Problems**', '', ...listed, ...rest(total - listed.length)];
}

function unmatchedLine(model: ReportModel): string[] {
  const { references, screenshots } = model.unmatched;
  if (references.length + screenshots.length === 0) return [];
  const parts = [
    references.length === 0
      ? ''
      : plural(references.length, 'reference has no screenshot', 'references have no screenshot'),
    screenshots.length === 0
      ? ''
      : plural(screenshots.length, 'screenshot has no reference', 'screenshots have no reference'),
  ];
  return [`${parts.filter((part) => part !== '').join('; ')}.`];
}

function rest(left: number): string[] {
  return left > 0 ? ['', `… and ${count(left)} more.`] : [];
}

function boundTo(model: ReportModel): string {
  const code = model.code_state;
  const parts = [
    `Run ${markdownCode(model.run_id)}`,
    code.commit === undefined
      ? ''
      : `commit ${markdownCode(code.commit)}${code.dirty ? ' with uncommitted changes' : ''}`,
    `tree ${markdownCode(code.tree)}`,
    model.environment === undefined ? '' : markdownText(model.environment),
    markdownText(model.generated_by),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
