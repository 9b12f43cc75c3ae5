import { CodeloopError, isErrno } from '../../core/errors.js';
import { AccessibilityResult } from '../../core/vocabulary/accessibility.js';
import { DesignCompare, VisualRegression } from '../../core/vocabulary/pair.js';
import { knownProblem, knownRegion } from '../../report/findings.js';
import { Run } from '../../store/run.js';
import { lastGreen } from '../../store/run-list.js';
import { newestCells } from '../verification.js';

/**
 * The names of what the last green run of the branch showed as well, so that a report can tell what is new: regions of its pairs, and
 * elements that broke rules of accessibility, accepted or not. `undefined` where there is no such run, or it is this one, or it is not as it
 * was written: then nobody knows.
 */
export async function knownBefore(run: Run): Promise<string[] | undefined> {
  const green = lastGreen(run.ledger, run.manifest.code_state.branch);
  if (!green || green.run_id === run.id) return undefined;
  try {
    const before = await Run.open(run.projectDir, green.run_id, { tool: 'codeloop_verify' });
    const designs = (await before.readJson('summary', DesignCompare))?.pairs ?? [];
    const accepted = (await before.readJson('visual', VisualRegression))?.pairs ?? [];
    const regions = [...designs, ...accepted].flatMap((pair) =>
      pair.regions.map((region) => knownRegion(pair, region)),
    );
    return [...new Set([...regions, ...(await brokenRules(before))])];
  } catch (error) {
    // Retention may have taken it away, or somebody edited it.
    if (error instanceof CodeloopError || isErrno(error)) return undefined;
    throw error;
  }
}

/** Which element broke which rule, on each screen. A result that cannot be read is told by the gate of its own run. */
async function brokenRules(run: Run): Promise<string[]> {
  const names: string[] = [];
  for (const { screen, accessibility } of newestCells(run.manifest.cells)) {
    if (!accessibility?.result) continue;
    const read = AccessibilityResult.safeParse(
      JSON.parse((await run.readEntry(accessibility.result)).toString('utf8')),
    );
    for (const { rule, nodes } of read.success ? read.data.violations : [])
      for (const { selector } of nodes) names.push(knownProblem(screen, rule, selector));
  }
  return names;
}
