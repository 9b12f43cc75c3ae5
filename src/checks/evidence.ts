import type { Criterion } from '../core/vocabulary/acceptance.js';
import type { CheckResult } from '../core/vocabulary/check.js';
import type { Unmatched } from '../core/vocabulary/design-compare.js';
import type { Issue } from '../core/vocabulary/issue.js';
import type { Pair, Severity } from '../core/vocabulary/pair.js';
import type { Cell } from '../core/vocabulary/run.js';

import type { BaselinePair } from '../core/vocabulary/visual-regression.js';
import type { AccessibilityEvidence } from './accessibility-evidence.js';
import type { BarsEvidence } from './bars-evidence.js';
import type { BaselineFindings } from './baseline-evidence.js';
import type { RunnerEvidence } from './runner-evidence.js';
import type { SectionStanding } from './section-evidence.js';
import type { WorkflowEvidence } from './workflow-evidence.js';

/** A screen at a viewport that the configuration asks for. */
export interface ExpectedCell {
  screen: string;
  viewport: string;
  /** Address the configuration leads to. */
  url: string;
  /** CSS pixels x device pixel ratio. */
  width: number;
  /** Desktop app whose window it is: no page, and of a size of its own. */
  app?: string;
}

/** What the integrity of a run was found to be, by the stage that may read disk and ledger. */
export interface IntegrityFindings {
  /** Files whose bytes differ from the manifest, or that are gone. */
  changed: { path: string; problem: string }[];
  /** How the run's manifest and verdicts stand against the ledger. */
  ledger: { state: 'agrees' | 'differs' | 'unknown'; reason: string };
  /** Trees: what the evidence was made from, what the project is now. */
  evidence_tree: string;
  current_tree: string;
  changed_files: string[];
  /** Bars (config, policy, designs, baselines, acceptance) that differ from the run's start. */
  changed_bars: string[];
  environments: string[];
  files_examined: number;
  /** Stored judgements that do not follow from the raw evidence. */
  contradictions: string[];
}

/** All that checks may look at. A part that could not be had is absent. */
export interface Evidence {
  expected: ExpectedCell[];
  /** Newest counting version of each cell (not ad hoc), with its logs. */
  cells: Cell[];
  /** Cells whose versions disagree on one code state. */
  flaky: { screen: string; viewport: string; reason: string }[];
  pairs: Pair[];
  unmatched: Unmatched;
  design: { threshold: number; blockOnSeverity: Severity; maxMaskedRatio: number };
  runtime: { allowedConsoleErrors: string[] };
  integrity: IntegrityFindings;
  /** How strictly is judged, against before. */
  bars: BarsEvidence;
  runners: RunnerEvidence;
  /** The run's comparison with the accepted pictures. */
  baselinePairs: BaselinePair[];
  /** How those pictures stand now. */
  baselines: BaselineFindings;
  workflow: WorkflowEvidence;
  accessibility: AccessibilityEvidence;
  /** Files of `docs/acceptance`, with what is wrong with one. */
  acceptance: { file: string; criteria: Criterion[]; problem?: string }[];
  /** Sections of the project that are planned, and how far each has come. */
  sections: SectionStanding[];
  /** How the other checks stand, for criteria that cite one. */
  checkResults: readonly CheckResult[];
  /** What the other checks' problems come to. */
  issues: readonly Issue[];
}

/** The cell of a screen at a viewport, if there is one. */
export function cellOf(cells: readonly Cell[], want: { screen: string; viewport: string }): Cell | undefined {
  return cells.find((cell) => cell.screen === want.screen && cell.viewport === want.viewport);
}
