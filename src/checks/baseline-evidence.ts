import type { BaselineStanding, RemovedBaseline, StaleBaseline } from '../core/vocabulary/baseline.js';

/** How the accepted pictures of a project stand now. Screens and viewports are named as the configuration spells them, where it knows them. */
export interface BaselineFindings {
  files: BaselineStanding[];
  removed: RemovedBaseline[];
  /** Those of screens and viewports that are not configured. */
  unused: StaleBaseline[];
  /** Pictures that wait for a person. */
  proposals: { environment: string; screen: string; viewport: string; sha256: string }[];
  /** What changed since the last green verdict; `text` quotes a history. */
  changes: { screen?: string; viewport?: string; path?: string; title: string; text?: string }[];
  /** True when there were baselines at the last green verdict, there are none now, and nothing says who took them away. */
  vanished: boolean;
}
