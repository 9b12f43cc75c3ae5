import type { BaselineRecord } from '../core/vocabulary/baseline.js';
import type { ScopeChange, Section } from '../core/vocabulary/section.js';
import type { InteractionLine } from '../core/vocabulary/step.js';
import { markdownCode, markdownTable, markdownText } from './render-markdown.js';

/** One run in the log. `score`: confidence of its newest verdict, 0-100. */
export interface DevLogRun {
  run_id: string;
  started_at: string;
  tools: string[];
  status: string;
  commit?: string | undefined;
  branch?: string | undefined;
  score?: number | undefined;
  stage?: string | undefined;
  failing: string[];
}

/** Everything the development log tells; lists are newest first, and cut to what is shown. */
export interface DevLog {
  project: string;
  runs: DevLogRun[];
  run_count: number;
  interactions: (InteractionLine & { run_id: string })[];
  interaction_count: number;
  baselines: (BaselineRecord & { place: string })[];
  scope_changes: ScopeChange[];
  sections: Section[];
}

/**
 * The development log as Markdown: what runs, sections, interactions, accepted pictures and changes of scope tell. It holds no time of
 * its own, so that the same evidence gives the same text. Foreign words stand in code spans.
 */
export function renderDevLog(log: DevLog): string {
  return [
    `## Development log of ${markdownText(log.project)}`,
    '',
    'Written by `codeloop dev-report` from the evidence of its runs. What you write outside of this block stays.',
    ...section('Runs', runLines(log)),
    ...section('Gates', gateLines(log.runs)),
    ...section('Sections', sectionLines(log.sections)),
    ...section('Interactions', interactionLines(log)),
    ...section('Baselines', baselineLines(log.baselines)),
    ...section('Scope changes', scopeLines(log.scope_changes)),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', `### ${title}`, '', ...(lines.length > 0 ? lines : ['None.'])];
}

function runLines({ runs, run_count }: DevLog): string[] {
  if (runs.length === 0) return [];
  const rows = runs.map((run) => [
    markdownCode(run.run_id),
    run.started_at,
    run.commit === undefined ? '' : `${markdownCode(run.commit.slice(0, 10))} ${markdownCode(run.branch ?? '')}`.trim(),
    markdownText(run.status),
    run.score === undefined ? '' : `${run.score} (${run.stage})`,
    run.tools.map((tool) => markdownText(tool.replace(/^codeloop_/, ''))).join(', '),
  ]);
  const more = run_count > runs.length ? ['', `${run_count - runs.length} older run(s) are not shown.`] : [];
  return [...markdownTable(['Run', 'Started', 'Commit', 'Status', 'Confidence', 'Tools'], rows), ...more];
}

/** Returns how often each gate failed in the shown runs, and the confidence over time, oldest first. */
function gateLines(runs: readonly DevLogRun[]): string[] {
  const judged = runs.filter(({ score }) => score !== undefined);
  if (judged.length === 0) return [];
  const counts = new Map<string, number>();
  for (const gate of judged.flatMap(({ failing }) => failing)) counts.set(gate, (counts.get(gate) ?? 0) + 1);
  const failing = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return [
    `Confidence, oldest first: ${judged
      .map(({ score }) => score)
      .reverse()
      .join(' → ')}`,
    '',
    ...(failing.length === 0
      ? ['No gate failed.']
      : markdownTable(
          ['Gate', `Failed in (of ${judged.length})`],
          failing.map(([gate, n]) => [markdownCode(gate), String(n)]),
        )),
  ];
}

function sectionLines(sections: readonly Section[]): string[] {
  if (sections.length === 0) return [];
  const rows = sections.map(({ title, state, screens, flows, history }) => {
    const evidence = history.findLast((move) => move.evidence)?.evidence;
    return [
      markdownText(title),
      markdownCode(state),
      [...screens, ...flows].map((name) => markdownCode(name)).join(' '),
      history.at(-1)?.at ?? '',
      evidence ? `${markdownCode(evidence.run_id)} verdict ${evidence.verdict}` : '',
    ];
  });
  return markdownTable(['Section', 'State', 'Shown by', 'Since', 'Evidence'], rows);
}

function interactionLines({ interactions, interaction_count }: DevLog): string[] {
  if (interactions.length === 0) return [];
  const rows = interactions.map((line) => [
    line.timestamp,
    markdownCode(line.action),
    markdownText(line.target_type),
    line.success ? 'ok' : '**failed**',
    markdownCode(line.detail, 120),
    markdownCode(line.run_id),
  ]);
  return [
    `The last ${interactions.length} of ${interaction_count}.`,
    '',
    ...markdownTable(['Time', 'Action', 'Target', 'Result', 'Detail', 'Run'], rows),
  ];
}

function baselineLines(baselines: DevLog['baselines']): string[] {
  if (baselines.length === 0) return [];
  const rows = baselines.map(({ at, event, place, by, reason, from }) => [
    at,
    event,
    markdownCode(place),
    markdownText(by),
    markdownCode(reason),
    from ? markdownCode(from.run_id) : '',
  ]);
  return markdownTable(['Time', 'What', 'Picture', 'Who', 'Why', 'From run'], rows);
}

function scopeLines(changes: readonly ScopeChange[]): string[] {
  if (changes.length === 0) return [];
  const names = (list: readonly string[]) => list.map((name) => markdownCode(name)).join(' ');
  return markdownTable(
    ['Time', 'Specification', 'New', 'Changed', 'Gone'],
    changes.map(({ at, spec, added, changed, removed }) => [
      at,
      markdownCode(spec),
      names(added),
      names(changed),
      names(removed),
    ]),
  );
}
