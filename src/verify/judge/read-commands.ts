import type { RunnerEvidence } from '../../checks/evidence.js';
import { CodeloopError } from '../../core/errors.js';
import { RunnersRecord } from '../../core/vocabulary/runner.js';
import type { FormerCommit } from '../../project/code-state/former-commits.js';
import type { Project } from '../../project/project.js';
import { detectRunners } from '../../project/runners/detect-runners.js';
import { formerCommands } from '../../project/runners/former-commands.js';
import { filesOnDisk } from '../../project/runners/project-files.js';
import type { Run } from '../../store/run.js';

/**
 * Returns a run's results of the project's own commands, compared with the present commands: a missing result cannot hide
 * behind a record that leaves its command out. `commits`: those whose commands it is to have still. Throws CONFIG_INVALID, EVIDENCE_TAMPERED.
 */
export async function runnerEvidence(
  project: Project,
  run: Run,
  commits: readonly FormerCommit[],
): Promise<{
  evidence: RunnerEvidence;
  /** The commands that the newest verification left out. */
  skipped: RunnersRecord['skipped'];
}> {
  const { runners, leftOut } = await detectRunners(filesOnDisk(project.dir), project.config);
  const commands = runners.map(({ name, kind, source, text }) => ({ name, kind, source, text }));
  const [records, changes] = await Promise.all([runnerRecords(run), formerCommands(project.dir, commands, commits)]);
  const { tree } = run.manifest.code_state;
  const results = records.flatMap((record) => record.results).filter((result) => result.tree === tree);
  const newest = new Map(results.map((result) => [result.name, result]));
  const skipped = records.at(-1)?.skipped ?? [];
  const waiver = project.config.tests.waive_gate?.reason;
  return {
    evidence: {
      commands,
      results: [...newest.values()].filter(({ name }) => commands.some((command) => command.name === name)),
      skipped: [...leftOut, ...skipped],
      changes,
      ...(waiver === undefined ? {} : { waiver, ...(project.config.tests.run ? {} : { testsOff: waiver }) }),
    },
    skipped,
  };
}

/** Returns the records of the verifications of a run, oldest first. Throws EVIDENCE_TAMPERED. */
export async function runnerRecords(run: Run): Promise<RunnersRecord[]> {
  const entries = run.manifest.entries.filter(({ kind }) => kind === 'runners');
  return Promise.all(
    entries.map(async (entry) => {
      const parsed = RunnersRecord.safeParse(JSON.parse((await run.readEntry(entry)).toString('utf8')));
      if (parsed.success) return parsed.data;
      throw new CodeloopError('EVIDENCE_TAMPERED', { run_id: run.id, reason: `${entry.path} has an unknown shape` });
    }),
  );
}
