import { join } from 'node:path';
import {
  acceptsLayout,
  type BarsEvidence,
  executed,
  type LayoutEvidence,
  type RunnerEvidence,
} from '../../checks/evidence.js';
import { ACCEPTED_BARS_FILE, type AcceptedBar, parseAcceptedBars } from '../../config/acceptance.js';
import { type HiddenFault, hidingBars, isCovered, loweredBars, shippedBars } from '../../config/lowered-bars.js';
import type { ScreenConfig } from '../../config/schema.js';
import { isErrno, toCodeloopError } from '../../core/errors.js';
import { readPlainSync } from '../../core/path-walls.js';
import type { Bars, Lowering } from '../../core/vocabulary/bars.js';
import type { CodeState } from '../../core/vocabulary/run.js';
import {
  committedFiles,
  designsFolder,
  formerBars,
  isPointerTo,
  presentBars,
  referenceKey,
} from '../../project/code-state/bars-of-commit.js';
import { snapshotFiles } from '../../project/code-state/code-state.js';
import type { FormerCommits } from '../../project/code-state/former-commits.js';
import type { Project } from '../../project/project.js';
import type { Ledger } from '../../store/ledger.js';
import { lastGreen } from '../../store/run-list.js';

interface BarsRequest {
  project: Project;
  screens: readonly ScreenConfig[];
  current: CodeState;
  ledger: Ledger;
  runners: RunnerEvidence;
  layout: LayoutEvidence;
  /** The commit that is checked out, and where it left the main line. */
  history: FormerCommits;
}

/**
 * The bars as they are now, and which of them are lower than at the commit that is checked out, where the branch left the
 * main line, at the last green gate, or by the shipped defaults, with what a person said of each.
 */
export async function barsEvidence(request: BarsRequest): Promise<BarsEvidence> {
  const { project, screens, current, ledger, runners, layout, history } = request;
  const tests = runners.results.filter(({ kind }) => kind === 'test').map(executed);
  const now = await presentBars(project, screens, {
    files: await snapshotFiles(project.dir, project.config, current),
    commands: runners.commands,
    executed: tests.length === 0 ? undefined : tests.reduce((sum, one) => sum + one, 0),
  });
  const green = lastGreen(ledger, current.branch);
  // Content is named otherwise with git than without.
  const greenBars = green?.bars && withoutReferences(green.bars, green.code_state.method !== current.method);
  const found = [
    ...(await Promise.all(history.commits.map(({ commit, what }) => againstCommit(project, commit, what, now)))).flat(),
    ...runnerLowerings(runners),
    ...(greenBars ? loweredBars(greenBars, now, `the last green gate (${green?.run_id ?? ''})`) : []),
    ...loweredBars(shippedBars(screens), now, 'the shipped defaults'),
    ...hidingBars(project.config, screens, hiddenFaults(layout)),
  ];
  // The same bar is told once, against the first of them.
  const lowerings = [...new Map(found.toReversed().map((one) => [one.key, one])).values()].toSorted((a, b) =>
    a.key < b.key ? -1 : 1,
  );
  const { accepted, committed, problem } = await acceptedBars(project, current);
  const word = (one: Lowering) => accepted.find((by) => isCovered(one, [by]));
  const spoken = lowerings.flatMap((one) => {
    const said = word(one);
    return said ? [{ ...one, by: said.by, at: said.at, reason: said.reason }] : [];
  });
  return {
    now,
    lowered: lowerings.filter((one) => !word(one)),
    uncommitted: committed ? [] : spoken,
    accepted: committed ? spoken : [],
    compared: history.commits.length + (greenBars ? 1 : 0) + 1,
    ...(problem === undefined ? {} : { problem }),
    ...(history.hidden ? { hidden: history.hidden } : {}),
  };
}

/** Faults of the layout that were measured, that a setting keeps out of the pictures, and that nobody accepted. */
function hiddenFaults({ report, baseline }: LayoutEvidence): HiddenFault[] {
  return report.findings.flatMap((finding) => {
    const { screen, kind, hidden_by: by, from_width: from, to_width: to } = finding;
    if (by === undefined || baseline.accepted.some((one) => acceptsLayout(one, finding))) return [];
    return [{ screen, by, what: `${kind} at ${from === to ? '' : `${from} to `}${to} px` }];
  });
}

async function againstCommit(project: Project, commit: string, what: string, now: Bars): Promise<Lowering[]> {
  const { bars, references } = await formerBars(project.dir, commit, designsFolder(project.config.design.dir));
  const held = Object.fromEntries([...references].map(([path, value]) => [referenceKey(path), value]));
  const lowered = loweredBars({ ...bars, ...held }, now, what);
  const pointers = await Promise.all(
    lowered.map(({ before, after }) =>
      typeof before === 'string' && typeof after === 'string' ? isPointerTo(project.dir, before, after) : false,
    ),
  );
  return lowered.filter((_, at) => !pointers[at]);
}

/** Commands that read differently than at an earlier commit; those that are gone stop their own gate. */
function runnerLowerings({ changes }: RunnerEvidence): Lowering[] {
  return changes.flatMap(({ name, commit, before, now }) =>
    now === undefined
      ? []
      : [{ key: `runners.${name}`, before, after: now, against: `commit ${commit}`, changed: true }],
  );
}

function withoutReferences(bars: Bars, without: boolean): Bars {
  if (!without) return bars;
  return Object.fromEntries(Object.entries(bars).filter(([key]) => !key.startsWith(referenceKey(''))));
}

/** Returns the bars that persons accepted, and whether the commit holds that file as it is (outside git it counts at once). */
async function acceptedBars(
  project: Project,
  current: CodeState,
): Promise<{ accepted: AcceptedBar[]; committed: boolean; problem?: string }> {
  let bytes: Buffer;
  try {
    bytes = readPlainSync(join(project.dir, ACCEPTED_BARS_FILE));
  } catch (error) {
    if (isErrno(error) && error.code === 'ENOENT') return { accepted: [], committed: true };
    return { accepted: [], committed: false, problem: toCodeloopError(error).message };
  }
  try {
    const accepted = parseAcceptedBars(bytes.toString('utf8'));
    const held =
      current.method === 'git' ? await committedFiles(project.dir, ACCEPTED_BARS_FILE, current.commit) : undefined;
    return { accepted, committed: held ? await held.holds(ACCEPTED_BARS_FILE, bytes) : true };
  } catch (error) {
    return { accepted: [], committed: false, problem: toCodeloopError(error).message };
  }
}
