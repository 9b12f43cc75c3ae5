import { sha256 } from '../core/digest.js';
import { ISSUE_SEVERITIES, type Issue, type IssueSeverity } from '../core/vocabulary/issue.js';
import type { ReportModel } from '../core/vocabulary/report-model.js';
import { showLine } from './untrusted.js';

/** Longest message, in characters: GitHub cuts annotations at 4 KB, and nobody reads more on a line of code. */
const MAX_MESSAGE = 1000;
/** Place of an issue that no source line is known of: services show only what has one. */
const ELSEWHERE = '.codeloop/config.json';

/** An issue at its place in the repository. */
interface Placed {
  issue: Issue;
  /** Path from the root of the repository, with `/`. */
  file: string;
  line: number;
  column?: number;
  message: string;
}

/**
 * The issues of a model, worst first, each at the line that it is about; where none is known, at its screen's own file or entry of the
 * settings, and only what is about no screen at the settings' first line.
 */
function placed({ issues = [], source_root: root = '', screen_places: places }: ReportModel): Placed[] {
  const rank = (severity: IssueSeverity) => ISSUE_SEVERITIES.indexOf(severity);
  return [...issues]
    .sort((a, b) => rank(a.severity) - rank(b.severity))
    .map((issue) => {
      const { file, line = 1, column, screens } = issue;
      const screen = screens.map((name) => places?.[name]).find((place) => place !== undefined);
      const at = file === undefined ? (screen ?? { file: ELSEWHERE, line: 1 }) : { file, line };
      return {
        issue,
        ...{ file: root + at.file, line: at.line },
        ...(file !== undefined && column !== undefined ? { column } : {}),
        message: messageOf(issue),
      };
    });
}

/** What is wrong, where, and what to do, on one line. Texts of the page are set in quotes. */
function messageOf({ title, screens, viewports, element, evidence, repair_task: task, id }: Issue): string {
  const where = [screens.join(', '), viewports.join(', ')].filter((part) => part !== '').join(' at ');
  const text = evidence.find((one) => one.text !== undefined)?.text;
  const quoted = [text?.includes(element?.selector ?? '') ? undefined : element?.selector, text]
    .filter((one) => one !== undefined)
    .map((one) => `"${showLine(one, 160)}"`);
  const parts = [where === '' ? title : `${where}: ${title}`, ...quoted, task, `(${id})`];
  return showLine(parts.join(' '), MAX_MESSAGE);
}

/** The check that an issue comes from: its id without the digest. */
function checkOf({ id }: Issue): string {
  return id.replace(/-[0-9a-f]{6}(?:-\d+)?$/, '');
}

const COMMANDS: Readonly<Record<IssueSeverity, string>> = {
  ...{ blocker: 'error', critical: 'error', warning: 'warning', info: 'notice' },
};

/**
 * Renders issues as workflow commands of GitHub Actions, a line each: printed to the log of a step they become annotations at the line.
 * Source: docs.github.com, "Workflow commands for GitHub Actions" (read 2026-11).
 */
export function renderGithub(model: ReportModel): string {
  const value = (text: string) => text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  const property = (text: string) => value(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  const lines = placed(model).map(({ issue, file, line, column, message }) => {
    const at = [`file=${property(file)}`, `line=${line}`, ...(column === undefined ? [] : [`col=${column}`])].join(',');
    return `::${COMMANDS[issue.severity]} ${at},title=${property(`codeloop: ${checkOf(issue)}`)}::${value(message)}`;
  });
  return lines.map((line) => `${line}\n`).join('');
}

const LEVELS: Readonly<Record<IssueSeverity, string>> = {
  ...{ blocker: 'error', critical: 'error', warning: 'warning', info: 'note' },
};

/**
 * Renders issues as SARIF 2.1.0 (OASIS standard), for GitHub's code scanning, Azure DevOps and editors. `partialFingerprints` holds the
 * id of the issue, which is the same for the same problem in another job.
 */
export function renderSarif(model: ReportModel): string {
  const all = placed(model);
  const rules = [...new Set(all.map(({ issue }) => checkOf(issue)))];
  const { commit, branch } = model.code_state;
  const [name = 'codeloop', version = '0.0.0'] = model.generated_by.split(' ');
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            ...{ name, version, semanticVersion: version, informationUri: 'https://www.npmjs.com/package/codeloop' },
            rules: rules.map((id) => {
              const title = model.verdict?.checks.find((check) => check.id === id)?.title ?? id;
              return {
                id,
                name: pascal(id),
                shortDescription: { text: `${title}.` },
                help: { text: `See docs/gates.md, ${id}.` },
              };
            }),
          },
        },
        automationDetails: { id: `codeloop/${model.run_id}` },
        columnKind: 'utf16CodeUnits',
        results: all.map(({ issue, file, line, column, message }) => ({
          ruleId: checkOf(issue),
          ruleIndex: rules.indexOf(checkOf(issue)),
          level: LEVELS[issue.severity],
          message: { text: message },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(file) },
                region: { startLine: line, ...(column === undefined ? {} : { startColumn: column }) },
              },
            },
          ],
          partialFingerprints: { 'codeloopIssue/v1': issue.id },
          properties: { category: issue.category, screens: issue.screens, viewports: issue.viewports },
        })),
        ...(commit === undefined
          ? {}
          : { properties: { commit, ...(branch === undefined ? {} : { branch }), dirty: model.code_state.dirty } }),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function pascal(id: string): string {
  return id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

const SEVERITIES: Readonly<Record<IssueSeverity, string>> = {
  ...{ blocker: 'blocker', critical: 'critical', warning: 'minor', info: 'info' },
};

/** Renders issues as a GitLab Code Quality report. Source: docs.gitlab.com, "Code Quality report format" (read 2026-11). */
export function renderGitlab(model: ReportModel): string {
  const list = placed(model).map(({ issue, file, line, message }) => ({
    description: message,
    check_name: checkOf(issue),
    fingerprint: sha256(issue.id),
    severity: SEVERITIES[issue.severity],
    location: { path: file, lines: { begin: line } },
  }));
  return `${JSON.stringify(list, null, 2)}\n`;
}
