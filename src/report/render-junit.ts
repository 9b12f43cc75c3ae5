import XMLBuilder from 'fast-xml-builder';
import type { ReportModel } from '../core/vocabulary/report-model.js';
import { type JunitCase, junitCases } from './junit-cases.js';
import { wellFormed } from './untrusted-text.js';

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
  const node = attributes({ classname: `codeloop.${entry.suite}`, name: entry.name });
  if (entry.outcome === 'passed') return node;
  if (entry.outcome === 'skipped') return { ...node, skipped: attributes({ message: entry.message }) };
  const detail = entry.detail.length > longestDetail ? `${entry.detail.slice(0, longestDetail)}…` : entry.detail;
  return {
    ...node,
    [entry.outcome]: {
      ...attributes({ type: entry.type, message: entry.message }),
      '#text': xmlText(detail || entry.message),
    },
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
