import type { AccessibilityResult, Impact } from '../core/vocabulary/accessibility.js';

/** A violation that a person accepted: this rule, broken by this element, on these screens; without: on every screen. */
export interface AcceptedElement {
  rule: string;
  selector: string;
  screens?: readonly string[] | undefined;
  reason: string;
}

/** What was found on one screen at one viewport; without a result, why there is none. */
export interface ExaminedCell {
  screen: string;
  viewport: string;
  artifact?: string;
  result?: AccessibilityResult;
  missing?: string;
}

/** What is known of the accessibility of the app, and what of it a person accepted. */
export interface AccessibilityEvidence {
  /** Mildest impact that fails. */
  failOn: Impact;
  cells: ExaminedCell[];
  baseline: {
    file: string;
    accepted: AcceptedElement[];
    /** False where there is a repository and its commit holds another file, or none. */
    committed: boolean;
    /** Why the file cannot be read; nothing is accepted then. */
    problem?: string;
  };
}

/** True when `accepted` is about this element on this screen. */
export function accepts(accepted: AcceptedElement, screen: string, rule: string, selector: string): boolean {
  return accepted.rule === rule && accepted.selector === selector && (accepted.screens?.includes(screen) ?? true);
}
