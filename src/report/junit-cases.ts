import { regionLine } from '../core/region-line.js';
import type { GateResult, GateVerdict } from '../core/vocabulary/gate.js';
import type { ReportCell, ReportModel, ReportPair } from '../core/vocabulary/report-model.js';
import { cellStatus, type EntryStatus, pairStatus } from './entries.js';
import { pairSentence, problemsOfGate } from './labels.js';

/** One JUnit test case before it is XML: `type` and `message` where it did not pass, `detail` for the body. */
export interface JunitCase {
  suite: 'gates' | 'pairs' | 'cells';
  name: string;
  outcome: 'passed' | 'failure' | 'error' | 'skipped';
  type: string;
  message: string;
  detail: string;
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
    ...model.pairs.map(pairCase),
    ...model.cells.map(cellCase),
  ];
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
    const place = [problem.screen, problem.viewport].filter((part) => part !== undefined).join(' at ');
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
  };
}

function cellFinding(cell: ReportCell['cell']): [type: string, message: string] {
  if (cell.failure !== undefined) return [cell.failure.code, cell.failure.message];
  if (cell.screenshot === undefined) return ['no_screenshot', 'No picture was taken'];
  if (cell.stale !== undefined) return ['stale', `The code changed during the capture: ${cell.stale.reason}`];
  if (!cell.screenshot.steady.settled) return ['unsteady', 'The page never stood still'];
  return cell.screenshot.blank ? ['blank', 'The picture is blank'] : ['', ''];
}
