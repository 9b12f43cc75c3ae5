import type { Status } from './gate.js';

/** One run on the review page, with what it found at each screen. */
export interface ReviewRun {
  run_id: string;
  /** ISO 8601. */
  started_at: string;
  duration_ms: number;
  status: Status | 'not_judged' | 'broken';
  /** 0-100; absent when nothing judged it. */
  score?: number | undefined;
  commit?: string | undefined;
  /** By screen: problems that keep a gate from passing, and the lowest share of equal pixels, where it was compared. */
  screens: Readonly<Record<string, { problems: number; min_score?: number | undefined }>>;
}

/** One thing that waits for a person. Texts are untrusted. */
export interface ReviewItem {
  /** What the decision names it by. */
  key: string;
  title: string;
  detail: string;
  /** Data addresses: as accepted until now, and as proposed. */
  before?: string | undefined;
  after?: string | undefined;
}

/** A decision that was made and can be undone, or why it cannot be any more. */
export interface ReviewDecision {
  id: string;
  at: string;
  by: string;
  verdict: 'accept' | 'refuse';
  items: readonly string[];
  reason: string;
  settled?: string | undefined;
}

/** Everything the review page shows, ready to be rendered. */
export interface ReviewModel {
  project: string;
  /** Newest first. */
  runs: readonly ReviewRun[];
  waiting: { baselines: readonly ReviewItem[]; findings: readonly ReviewItem[]; bars: readonly ReviewItem[] };
  /** Why findings and bars are not known, in codeloop's words: nothing was verified for the present code. */
  unknown?: string | undefined;
  decisions: readonly ReviewDecision[];
  /** Two runs beside each other: cells whose pictures differ, and how many are the same. */
  compared?:
    | {
        before: string;
        after: string;
        same: number;
        cells: readonly { screen: string; viewport: string; before?: string | undefined; after?: string | undefined }[];
        left: number;
      }
    | undefined;
  /** What the last decision came to. */
  message?: { text: string; bad: boolean } | undefined;
}
