import type { Stage } from '../core/vocabulary/gate.js';
import type { RunnerKind } from '../core/vocabulary/runner.js';

/** What decides whether a gate is asked at all. */
export interface GateFacts {
  /** Screens configured or discovered. */
  screens: number;
  /** Those of them that are pages, not windows of desktop apps; absent: all. */
  pages?: number;
  /** References found on disk. */
  references: number;
  /** Baselines on disk, and those that were removed; 0 or absent: there never was one. */
  baselines?: number;
  /** Files in `.codeloop/flows`. */
  flows?: number;
  /** `workflow.required`, where it is set. */
  workflowRequired?: boolean | undefined;
  /** Sections that are planned. */
  sections?: number;
  /** Files of `docs/acceptance`. */
  acceptance?: number;
  /** `accessibility.enabled`. */
  accessibility?: boolean;
  /** Kinds of commands that the project has, or had at an earlier commit. */
  runners?: readonly RunnerKind[];
  /** Why the tests are not run at all: `tests.waive_gate.reason` where `tests.run` is false. */
  testsWaived?: string | undefined;
  stage: Stage;
}

/** Which checks must hold for a stage: data, not code. */
export interface Gate {
  id: string;
  stages: readonly Stage[];
  weight: number | 'blocks';
  title: string;
  failureTitle: string;
  description: string;
  /** True, or the reason why the gate has nothing to judge. */
  applies(facts: GateFacts): true | string;
  /** `stages`: asked only there; default: wherever the gate is. */
  checks: readonly { id: string; severity: 'block' | 'warn'; stages?: readonly Stage[] }[];
}

/** Declares a gate. */
export function defineGate(gate: Gate): Gate {
  return gate;
}
