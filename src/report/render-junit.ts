import XMLBuilder from 'fast-xml-builder';
import { type GateResult, type GateVerdict, screensOf, shortList } from '../core/vocabulary/gate.js';
import { regionLine } from '../core/vocabulary/pair.js';
import type { ReportCell, ReportModel, ReportPair } from '../core/vocabulary/report-model.js';
import { cellStatus, pairStatus } from './entries.js';
import { type EntryStatus, pairSentence, problemsOfGate } from './labels.js';
import { wellFormed } from './untrusted.js';

/** One JUnit test case before it is XML: `type` and `message` where it did not pass, `detail` for the body. */
export interface JunitCase {
  suite: 'gates' | 'pairs' | 'cells';
  name: string;
  outcome: 'passed' | 'failure' | 'error' | 'skipped';
  type: string;
  message: string;
  detail: string;
  /** Seconds that the page took to stand still. */
  time?: number;
  /** Where in the repository the first issue of it lies. */
  file?: string;
  line?: number;
  /** Files that show it, from the project's folder: services that know `[[ATTACHMENT|…]]` (GitLab, Jenkins) show them. */
  attachments?: string[];
}

/** An entry that did not pass is a failure, one that could not be judged an error, one that is not judged is skipped. */
const outcomes: Readonly<Record<EntryStatus, JunitCase['outcome']>> = {
  pass: 'passed',
  fail: 'failure',
  needs_human: 'failure',
  could_not_run: 'error',
  not_compared: 'skipped',
};

/** One case per gate, pair and cell of the model, in its order. */
export function junitCases(model: ReportModel): JunitCase[] {
  return [
    ...(model.verdict === undefined ? [] : gateCases(model.verdict)),
    ...model.pairs.map((pair) => ({ ...pairCase(pair), ...placeOf(model, pair.pair) })),
    ...model.cells.map((cell) => ({ ...cellCase(cell), ...placeOf(model, cell.cell) })),
  ];
}

/** The source of the first issue at a screen and viewport, where one is known; paths from the root of the repository. */
function placeOf({ issues = [], source_root: root = '' }: ReportModel, at: { screen: string; viewport: string }) {
  const found = issues.find(
    ({ file, screens, viewports }) =>
      file !== undefined && screens.includes(at.screen) && (viewports.length === 0 || viewports.includes(at.viewport)),
  );
  if (found?.file === undefined) return {};
  return { file: root + found.file, ...(found.line === undefined ? {} : { line: found.line }) };
}

function gateCases(verdict: GateVerdict): JunitCase[] {
  return [
    ...[...verdict.failing_gates, ...verdict.passing_gates].map((gate) => gateCase(gate, verdict)),
    ...verdict.not_applicable.map(
      (gate): JunitCase => ({
        suite: 'gates',
        name: gate.id,
        outcome: 'skipped',
        type: 'not_applicable',
        message: gate.reason,
        detail: '',
      }),
    ),
  ];
}

function gateCase(gate: GateResult, verdict: GateVerdict): JunitCase {
  const { problems, total } = problemsOfGate(gate, verdict.checks);
  const lines = problems.map((problem) => {
    const screens = shortList(screensOf(problem).map(({ screen }) => screen));
    const place = [screens, problem.viewport].filter(Boolean).join(' at ');
    return [
      place === '' ? '' : `${place}: `,
      problem.title,
      problem.text === undefined ? '' : `: ${problem.text}`,
    ].join('');
  });
  if (total > problems.length) lines.push(`… and ${total - problems.length} more`);
  return {
    suite: 'gates',
    name: gate.id,
    outcome: outcomes[gate.status],
    type: gate.status,
    message: `${gate.title}: ${gate.reason}`,
    detail: lines.join('\n'),
  };
}

function pairCase(entry: ReportPair): JunitCase {
  const { pair, against } = entry;
  const status = pairStatus(entry);
  const lines = pair.regions.map((region, index) => {
    const { x, y, width, height } = region.rect;
    const line = regionLine(region);
    const place = `at x ${x}, y ${y}, ${width} x ${height}`;
    return `${index + 1}. ${region.severity} ${region.kind} ${place}${line === '' ? '' : `: ${line}`}`;
  });
  if (pair.note !== undefined) lines.unshift(pair.note);
  return {
    suite: 'pairs',
    name: `${pair.screen} at ${pair.viewport}${against === 'baseline' ? ' (baseline)' : ''}`,
    outcome: outcomes[status],
    type: pair.outcome,
    message: pairSentence(pair),
    detail: lines.join('\n'),
    attachments: status === 'pass' ? [] : [pair.reference, pair.actual, pair.diff].flatMap((one) => one?.path ?? []),
  };
}

function cellCase({ cell }: ReportCell): JunitCase {
  const version = cell.version === 1 ? '' : ` (version ${cell.version})`;
  const [type, message] = cellFinding(cell);
  return {
    suite: 'cells',
    name: `${cell.screen} at ${cell.viewport}${version}`,
    outcome: cell.ad_hoc ? 'skipped' : outcomes[cellStatus(cell)],
    type: cell.ad_hoc ? 'ad_hoc' : type,
    message: cell.ad_hoc ? `Ad hoc, does not count: ${cell.ad_hoc_reasons.join('; ')}` : message,
    detail: (cell.screenshot?.logs ?? [])
      .filter(({ level }) => level === 'error')
      .map((entry) => [entry.kind, entry.text, entry.url ?? ''].join(' ').trim())
      .join('\n'),
    ...(cell.screenshot ? { time: cell.screenshot.steady.waited_ms / 1000 } : {}),
    attachments: cell.screenshot && type !== '' ? [cell.screenshot.image.path] : [],
  };
}

function cellFinding(cell: ReportCell['cell']): [type: string, message: string] {
  if (cell.failure !== undefined) return [cell.failure.code, cell.failure.message];
  if (cell.screenshot === undefined) return ['no_screenshot', 'No picture was taken'];
  if (cell.stale !== undefined) return ['stale', `The code changed during the capture: ${cell.stale.reason}`];
  if (!cell.screenshot.steady.settled) return ['unsteady', 'The page never stood still'];
  return cell.screenshot.blank ? ['blank', 'The picture is blank'] : ['', ''];
}

/** Longest body of one case, in UTF-16 units: a log of megabytes helps no CI page. */
const longestDetail = 20_000;

/** Characters that XML 1.0 cannot hold even when they are escaped (section 2.2); unpaired surrogates are replaced before. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const suites: readonly JunitCase['suite'][] = ['gates', 'pairs', 'cells'];

/**
 * The run as JUnit XML for CI: suites `gates`, `pairs` and `cells` with one case each; a `fail` or `needs_human` is a
 * failure, a `could_not_run` an error, what does not apply or was not compared is skipped. Well-formed XML 1.0 whatever the
 * page said: characters XML cannot hold are dropped. Pure.
 */
export function renderJunit(model: ReportModel): string {
  const cases = junitCases(model);
  const builder = new XMLBuilder({
    ignoreAttributes: false,
    format: true,
    suppressEmptyNode: true,
    suppressBooleanAttributes: false,
  });
  const body: string = builder.build({
    testsuites: {
      ...attributes({ name: 'codeloop', ...counts(cases), time: seconds(model) }),
      testsuite: suites
        .map((suite) => ({ suite, cases: cases.filter((entry) => entry.suite === suite) }))
        .filter((group) => group.cases.length > 0)
        .map((group) => ({
          ...attributes({ name: `codeloop.${group.suite}`, ...counts(group.cases), timestamp: model.started_at }),
          testcase: group.cases.map(caseNode),
        })),
    },
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
}

function caseNode(entry: JunitCase): Record<string, unknown> {
  const node = attributes({
    ...{ classname: `codeloop.${entry.suite}`, name: entry.name },
    ...(entry.time === undefined ? {} : { time: entry.time.toFixed(3) }),
    ...(entry.file === undefined ? {} : { file: entry.file }),
    ...(entry.line === undefined ? {} : { line: entry.line }),
  });
  if (entry.outcome === 'passed') return node;
  const shown = (entry.attachments ?? []).map((path) => `[[ATTACHMENT|${path}]]`).join('\n');
  const attached = shown === '' ? {} : { 'system-out': xmlText(shown) };
  if (entry.outcome === 'skipped') return { ...node, skipped: attributes({ message: entry.message }), ...attached };
  const detail = entry.detail.length > longestDetail ? `${entry.detail.slice(0, longestDetail)}…` : entry.detail;
  return {
    ...node,
    [entry.outcome]: {
      ...attributes({ type: entry.type, message: entry.message }),
      '#text': xmlText(detail || entry.message),
    },
    ...attached,
  };
}

function counts(cases: readonly JunitCase[]): Record<string, number> {
  const of = (outcome: JunitCase['outcome']) => cases.filter((entry) => entry.outcome === outcome).length;
  return { tests: cases.length, failures: of('failure'), errors: of('error'), skipped: of('skipped') };
}

/** Attribute values are on one line: XML would turn line ends into spaces anyway. */
function attributes(values: Readonly<Record<string, string | number>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`@_${name}`, xmlText(String(value)).replace(/\s+/g, ' ')]),
  );
}

function xmlText(text: string): string {
  return wellFormed(text).replace(notXml, '');
}

function seconds(model: ReportModel): string {
  const ms = new Date(model.finished_at ?? model.started_at).getTime() - new Date(model.started_at).getTime();
  return (Number.isFinite(ms) && ms > 0 ? ms / 1000 : 0).toFixed(3);
}
