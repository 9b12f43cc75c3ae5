import { writeAtomic } from '../core/atomic-write.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { insideRoots, readText } from '../core/path-walls.js';
import type { Artifact } from '../core/vocabulary/screenshot.js';
import { InteractionLine } from '../core/vocabulary/step.js';
import { MARKDOWN_MARKS, setBlock } from '../project/init/marked-block.js';
import type { Project } from '../project/project.js';
import { type DevLog, type DevLogRun, renderDevLog } from '../report/render-dev-log.js';
import { readEntry } from '../store/artifact-files.js';
import { readBaselines } from '../store/baseline-files.js';
import { plainName } from '../store/paths.js';
import { runsNewestFirst } from '../store/run-list.js';
import { readSections } from '../store/section-files.js';
import { readVerdicts } from '../store/verdict-files.js';
import { runHistory } from '../verify/run-history.js';

/** Default path of the log; the one document that is no part of the code state. */
export const DEV_LOG = 'docs/DEVELOPMENT_LOG.md';
/** Interactions that are shown. */
const INTERACTIONS = 50;
const BASELINES = 50;
const TOOL = 'codeloop_generate_dev_report';

/**
 * Writes what the runs of a project tell into a marked block of a Markdown file; the rest of the file stays as it is, and the same
 * evidence gives the same bytes. Throws PATH_OUTSIDE_ROOTS, ARGUMENTS_INVALID (no Markdown), CONFIG_INVALID (sections).
 */
export async function writeDevReport(
  project: Project,
  options: { output: string; limit: number },
): Promise<{ artifact: Artifact; changed: boolean; log: DevLog }> {
  const { output } = options;
  if (!/\.md$/i.test(output))
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: TOOL,
      problem: `${output} is no Markdown file.`,
      hint: 'Give an output that ends in .md.',
    });
  const file = await insideRoots(output, [project.dir]);
  const log = await devLog(project, options.limit);
  const before = await textOf(file);
  const text = setBlock(before, renderDevLog(log), MARKDOWN_MARKS);
  if (text !== before) await writeAtomic(file, text);
  return { artifact: { path: output, bytes: Buffer.byteLength(text) }, changed: text !== before, log };
}

async function devLog(project: Project, limit: number): Promise<DevLog> {
  const runs = await runHistory(project.dir, { limit: Number.MAX_SAFE_INTEGER });
  const lines = await interactions(project);
  const { sections, scope_changes } = readSections(project.dir);
  const baselines = readBaselines(project.dir)
    .flatMap(({ screen, viewport, environment, history }) =>
      history.map((record) => ({ ...record, place: `${screen}@${viewport} (${environment})` })),
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  return {
    project: project.name,
    runs: runs.slice(0, limit).map((run) => ({
      ...{ run_id: run.run_id, started_at: run.started_at, tools: run.tools, status: run.status },
      ...{ commit: run.commit_sha, branch: run.branch },
      ...judgedAs(project, run.run_id),
    })),
    run_count: runs.length,
    interactions: lines.slice(0, INTERACTIONS),
    interaction_count: lines.length,
    baselines: baselines.slice(0, BASELINES),
    scope_changes: [...scope_changes].reverse(),
    sections,
  };
}

function judgedAs(project: Project, runId: string): Pick<DevLogRun, 'score' | 'stage' | 'failing'> {
  try {
    const verdict = readVerdicts(project.dir, runId).at(-1)?.verdict.verdict;
    if (!verdict) return { failing: [] };
    const { confidence_score: score, stage, failing_gates } = verdict;
    return { score, stage, failing: failing_gates.map(({ id }) => id) };
  } catch (error) {
    // Its status says that it is broken.
    if (error instanceof CodeloopError) return { failing: [] };
    throw error;
  }
}

/** Steps that were taken in pages and windows, newest first; logs that are not as they were written tell none. */
async function interactions(project: Project): Promise<DevLog['interactions']> {
  const found: DevLog['interactions'] = [];
  for (const run of runsNewestFirst(project.dir)) {
    if (!('read' in run)) continue;
    const logs = run.read.manifest.entries.filter(
      ({ kind, path }) => kind === 'log' && plainName(path) === 'interaction_log.jsonl',
    );
    for (const entry of logs) {
      try {
        const text = (await readEntry(project.dir, run.runId, entry)).toString('utf8');
        for (const line of text.split('\n').filter((one) => one !== ''))
          found.push({ ...InteractionLine.parse(JSON.parse(line)), run_id: run.runId });
      } catch (error) {
        if (!told(error)) throw error;
      }
    }
  }
  return found.sort((a, b) => (a.timestamp < b.timestamp ? 1 : -1));
}

/** A log that was changed, or has another shape: the gates say so, a report goes on. */
function told(error: unknown): boolean {
  return (
    error instanceof CodeloopError ||
    error instanceof SyntaxError ||
    (error instanceof Error && error.name === 'ZodError')
  );
}

async function textOf(file: string): Promise<string> {
  try {
    return await readText(file);
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return '';
    throw error;
  }
}
