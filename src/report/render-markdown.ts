import type { GateVerdict } from '../core/vocabulary/gate.js';
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

/**
 * A short summary for a pull request comment or a log: verdict, gates, the worst screens, the first problems, what to do
 * next, what it is bound to. GitHub-flavoured Markdown without pictures; texts from the page stay inside code spans. Lists
 * that are cut say how much was left out. Pure.
 */
export function renderMarkdown(model: ReportModel): string {
  const { verdict } = model;
  const entries = buildEntries(model);
  const headline = verdict ? recommendationLabels[verdict.recommendation] : statusHeadlines[model.status];
  const score = verdict ? ` (${Math.floor(verdict.confidence_score)} of 100, ${verdict.threshold} needed)` : '';
  const blocks = [
    [`## codeloop: ${headline}${score}`],
    [markdownText(model.summary, 600)],
    model.incomplete_reason === undefined
      ? []
      : [`**This run is not complete.** ${markdownText(model.incomplete_reason)}`],
    verdict === undefined ? [] : gateTable(verdict),
    worstScreens(entries),
    verdict === undefined ? [] : firstProblems(verdict),
    unmatchedLine(model),
    model.next.length === 0
      ? []
      : ['**Next**', '', ...model.next.map((call) => `- ${markdownCode(nextCommand(call), 400)}`)],
    [boundTo(model)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
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
    const place = [problem.screen, problem.viewport].filter((part) => part !== undefined).join(' · ');
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
