import type { GateVerdict, Status } from './gate.js';
import type { Rect, Size } from './geometry.js';
import type { Issue } from './issue.js';
import type { LayoutFinding } from './layout.js';
import type { Pair, Severity } from './pair.js';
import type { FlowReplay } from './recording.js';
import type { Cell, TestLook } from './run.js';
import type { NextCall } from './tool-result.js';

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
  /** By screen. */
  screens: Readonly<Record<string, ReviewScreen>>;
}

/** How a screen went in a run: problems that keep a gate from passing, the lowest share of equal pixels where it was compared, ms it took. */
export interface ReviewScreen {
  problems: number;
  min_score?: number | undefined;
  took_ms?: number | undefined;
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
  /** Data address of what a finding is about, with what stands around it. */
  where?: string | undefined;
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
  /** What was accepted before and can be taken back: findings and bars. */
  known: readonly ReviewItem[];
  /** The verification that is under way. */
  under_way?: { run_id: string; started_at: string } | undefined;
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

/** A picture for a report: a bounded copy that travels inside the report, and where the full-size file lies. */
export interface ReportPicture {
  /**
   * `data:image/png|jpeg|webp;base64,…`, already bounded by the builder of the model. Without it the report loads `path`
   * when the picture comes into view, and so depends on the file beside it.
   */
  data_uri?: string | undefined;
  /** Rows of a picture too tall for a readable copy, each as an embedded copy of its own, in `size`'s coordinates. */
  bands?: { data_uri: string; y: number; height: number }[] | undefined;
  /** Full-size file, relative to the folder of the report, with `/`. */
  path?: string | undefined;
  /**
   * Device pixels, in the coordinates the pair was compared in (those of the actual picture; a reference that was scaled to
   * be comparable has its size after scaling). Not the size of the copy.
   */
  size: Size;
  /** Pixels of the full-size file, where they are others: of a design at another device pixel ratio than the screen. */
  file_size?: Size | undefined;
}

/** A small picture of one part of a page, in device pixels of the page. */
export interface ReportThumb {
  data_uri: string;
  part: Rect;
}

/** One compared pair with its pictures. */
export interface ReportPair {
  pair: Pair;
  /** `baseline`: the reference is an accepted earlier picture; default: a design. */
  against?: 'baseline' | undefined;
  /** Status of the pair where its outcome does not give it (a difference of size that the configuration allows). */
  status?: Status | undefined;
  reference?: ReportPicture | undefined;
  actual?: ReportPicture | undefined;
  diff?: ReportPicture | undefined;
  thumb?: ReportThumb | undefined;
  /** Of a pair in a reply: where the part that its pictures show begins, device px. The difference has its numbers drawn on it already. */
  shown_from?: { x: number; y: number } | undefined;
}

/** A fault of a layout on a picture: its place in device px, how bad, and its number in the list of layouts. */
export interface ReportFault {
  rect: Rect;
  severity: Severity;
  number: number;
  /** What it is, in one sentence that names the element: untrusted. */
  words?: string | undefined;
  /** `file:line` of the element, where it is known; untrusted. */
  source?: string | undefined;
  /** False when the last green run had it too. */
  isNew?: boolean | undefined;
}

/** An element on a picture of which a check or the log speaks, in device px: by the rule that it breaks and its selector, or by what it asked for. */
export type ReportSpot = { rect: Rect } & ({ rule: string; element: string } | { url: string });

/** One cell of the run; `picture` is needed only where no pair shows the same screen at the same viewport. */
export interface ReportCell {
  cell: Cell;
  /** Faults of its layout that its picture shows. */
  faults?: ReportFault[] | undefined;
  /** Elements that problems and log entries are about. */
  spots?: ReportSpot[] | undefined;
  picture?: ReportPicture | undefined;
  thumb?: ReportThumb | undefined;
}

/** One fault of a layout. */
export interface ReportLayout {
  finding: LayoutFinding;
  widest: number;
  picture?: ReportPicture | undefined;
}

/** One moment of a recording. */
export interface ReportMoment {
  at_ms: number;
  kind: 'step' | 'request' | 'error' | 'finding';
  text: string;
}

/** A small picture of a moment of a recording. */
interface ReportKeyFrame {
  at_ms: number;
  data_uri: string;
}

/** One saved flow at one viewport, or a recording that somebody made: then `flow` is what it was called, and its viewport may be empty. */
export interface ReportFlow {
  replay: Pick<FlowReplay, 'flow' | 'viewport' | 'steps_done' | 'step_count' | 'findings'> &
    Partial<Pick<FlowReplay, 'failed_step' | 'error' | 'found_otherwise'>>;
  /** Status for the gate: a replay with findings fails, one of another code state says nothing. */
  status: Status;
  /** Why it says nothing, in codeloop's words. */
  why?: string | undefined;
  /** Picture of the step at which it stopped, for a flow that does not hold. */
  picture?: ReportPicture | undefined;
  /** Its video, relative to the folder of the report, or itself as `data:video/mp4;base64,…`. */
  video?: string | undefined;
  /** What happened in it, by time, ms since its first picture. Texts are untrusted. `left`: moments that had no room. */
  recording?:
    | {
        duration_ms: number;
        moments: ReportMoment[];
        left?: number | undefined;
        key_frames?: ReportKeyFrame[] | undefined;
      }
    | undefined;
}

/** What a test of a runner saw; pictures of one that does not hold. */
export interface ReportTest {
  look: TestLook;
  screen: string;
  viewport: string;
  status: Status;
  reference?: ReportPicture | undefined;
  actual?: ReportPicture | undefined;
  diff?: ReportPicture | undefined;
}

/** The worst place of a pair as a small picture beside a report: what is wanted, and what is there. */
export interface ReportStrip {
  screen: string;
  viewport: string;
  /** Path from the folder of the report, with `/`. */
  path: string;
}

/**
 * Everything that a report shows, ready to be rendered without disk, clock or network. Texts inside pairs, cells and problems that
 * come from the page are untrusted; the renderers escape them.
 */
export interface ReportModel {
  run_id: string;
  project: string;
  /** ISO 8601. */
  started_at: string;
  finished_at?: string | undefined;
  /** Why the run is not complete; absent for a complete one. */
  incomplete_reason?: string | undefined;
  code_state: { tree: string; commit?: string | undefined; branch?: string | undefined; dirty: boolean };
  /** One short line: system, browser and version, pixel ratio. */
  environment?: string | undefined;
  status: Status;
  /** True for pictures that were compared without a run: there are pairs alone, no gates and no code. */
  pairs_only?: boolean | undefined;
  /** One sentence: verdict, number, what it means. */
  summary: string;
  verdict?: GateVerdict | undefined;
  pairs: ReportPair[];
  cells: ReportCell[];
  /** Names of what the last green run showed as well; absent where there is none to compare with. */
  known_before?: readonly string[] | undefined;
  /** For reports that cannot hold pictures themselves, worst first. */
  strips?: ReportStrip[] | undefined;
  /** Address where the folder of the report can be read by those who read it, with a `/` at its end; without it pictures are named only. */
  pictures_url?: string | undefined;
  /** Faults of layouts, worst first, with their pictures; `widest`: the widest window that was looked at, CSS px. */
  layouts?: ReportLayout[] | undefined;
  /** Replayed flows, those that do not hold first. */
  flows?: ReportFlow[] | undefined;
  /** Recordings that are no replays of saved flows, those that do not hold first. */
  recordings?: ReportFlow[] | undefined;
  /** What tests saw, those that do not hold first. */
  tests?: ReportTest[] | undefined;
  unmatched: {
    references: { path: string; reason: string; nearest?: string | undefined }[];
    screenshots: { screen: string; viewport: string }[];
  };
  /** Issues with their places in the sources, for the formats that show them there. */
  issues?: readonly Issue[] | undefined;
  /** Where each screen stands in the project, for issues without a line of their own. */
  screen_places?: Readonly<Record<string, { file: string; line: number }>> | undefined;
  /** Folder of the project inside its repository, ending with `/`; empty at the root. */
  source_root?: string | undefined;
  next: NextCall[];
  /** The worst finding at true pixels, as it is to be and as it is: data addresses of `part`, device px of the actual picture. */
  closeup?: { part: Rect; reference?: string | undefined; actual?: string | undefined } | undefined;
  /** Which pictures are not whole, in codeloop's words. */
  pictures_note?: string | undefined;
  /** Name and version of the program. */
  generated_by: string;
}
