import { z } from 'zod';
import { GateVerdict } from './gate.js';
import { Rect } from './geometry.js';
import { LayoutCondition } from './layout.js';
import { Artifact, Environment, Screenshot, StoredArtifact } from './screenshot.js';

/** What a page showed when it was opened again as people's browsers open it: `differences` one kind of look had each time, and the other never. */
export const SecondLook = z.object({
  /** Times that the page was opened for it. */
  looks: z.number().int(),
  differences: z.array(
    z.object({
      /** Who saw it: the browser that takes the pictures, or one without the marks of an automated browser. */
      by: z.enum(['codeloop', 'others']),
      /** `says …`, `shows …`, `lies …`, `answers …`; quotes the page. */
      what: z.string(),
    }),
  ),
});
export type SecondLook = z.infer<typeof SecondLook>;

/**
 * The code that evidence was made from: `tree` is a content hash of the working tree (tracked and untracked, not ignored),
 * `bars` are hashes of what decides how strictly work is judged. Commit and branch are recorded, not compared.
 */
export const CodeState = z.object({
  tree: z.string(),
  method: z.enum(['git', 'files']),
  commit: z.string().optional(),
  branch: z.string().optional(),
  dirty: z.boolean(),
  bars: z.object({
    config: z.string(),
    policy: z.string(),
    designs: z.string(),
    baselines: z.string(),
    acceptance: z.string(),
  }),
  /** Digest of served build output, where there is such a folder. */
  build_output: z.string().optional(),
  /** What the code reaches although the tree does not hold it, by name → digest; absent: nobody looked. */
  beyond: z.record(z.string(), z.string()).optional(),
  /** Names of `beyond` that moved while evidence was taken: the app writes them itself, and nothing is said of them. */
  moving: z.array(z.string()).optional(),
});
export type CodeState = z.infer<typeof CodeState>;

/** Why a cell has no picture. */
const CellFailure = z.object({ code: z.string(), message: z.string(), fix: z.string().optional() });

/** How a page lies in windows of several widths. */
const WidthsEvidence = z.object({
  evidence: StoredArtifact.optional(),
  /** Parts of the page as it lay so; `origin` is their corner on the page, CSS px. */
  pictures: z.array(
    z.object({
      width: z.number().int().positive(),
      origin: z.object({ x: z.number(), y: z.number() }),
      scale: z.number(),
      picture: StoredArtifact,
      /** What is covered in it, CSS px of the page. */
      masks: z.array(Rect).optional(),
    }),
  ),
  limits: z.array(z.string()),
  failure: CellFailure.optional(),
});

/**
 * The test of a runner that looked at a page which it drove itself, and what it asserted. Such a cell is always ad hoc: which state the
 * page is in, and which code its server ran, is the test's to know.
 */
export const TestLook = z.object({
  /** `playwright`, `vitest`. */
  runner: z.string(),
  /** Titles of the test, outermost first. */
  title: z.string(),
  /** `file:line` of the test, relative to the project. */
  place: z.string(),
  /** The matcher. */
  asserted: z.string(),
  /** It was asserted that it does not hold. */
  negated: z.boolean(),
  /** What was asserted is so. */
  holds: z.boolean(),
  /** What was found, a line each. It quotes the page: untrusted. */
  found: z.array(z.string()),
  /** The picture it was held against, and what differs. */
  reference: Artifact.optional(),
  diff: Artifact.optional(),
});
export type TestLook = z.infer<typeof TestLook>;

/**
 * One capture of one screen at one viewport. Immutable: capturing again appends the next `version`. `ad_hoc` cells were
 * made with overridden settings and never count for a gate; `stale` ones saw the code change meanwhile.
 */
export const Cell = z.object({
  screen: z.string(),
  viewport: z.string(),
  version: z.number().int().positive(),
  captured_at: z.string(),
  ad_hoc: z.boolean(),
  ad_hoc_reasons: z.array(z.string()),
  /** The test that looked; absent: codeloop itself did. */
  test: TestLook.optional(),
  /** Code state (tree) right before and right after the capture; differing or absent means stale. */
  tree: z.string(),
  stale: z.object({ reason: z.string(), files: z.array(z.string()) }).optional(),
  unbound: z.object({ reason: z.string() }).optional(),
  /** How long it took in all, ms; the work of a shard is measured by it. */
  took_ms: z.number().optional(),
  /** The run it was carried over from, because none of its inputs changed since; digest of those inputs. */
  carried: z.object({ from_run: z.string(), reason: z.string(), inputs_sha256: z.string() }).optional(),
  screenshot: Screenshot.optional(),
  failure: CellFailure.optional(),
  /** Result of axe-core on the page right after its picture, or why there is none. */
  accessibility: z.object({ result: StoredArtifact.optional(), failure: CellFailure.optional() }).optional(),
  /** What another browser saw of the page, where it was asked, or why nobody knows. */
  second_look: z.union([SecondLook, z.object({ failure: CellFailure })]).optional(),
  /** How the page lies in windows of other widths, or why nobody knows. */
  widths: WidthsEvidence.optional(),
  /** How the page lies under each condition that was asked for, as at other widths. */
  conditions: z.array(WidthsEvidence.extend({ condition: LayoutCondition })).optional(),
  /** How it lay right before them, with pictures: its scripts may have changed it since it was photographed. */
  plain: WidthsEvidence.optional(),
});
export type Cell = z.infer<typeof Cell>;

/** Any stored file of a run with its digest: the manifest lists each one. */
export const ManifestEntry = StoredArtifact.extend({
  kind: z.enum([
    'screenshot',
    'dom',
    'diff',
    'tile',
    'log',
    'video',
    'frame',
    'report',
    'summary',
    'visual',
    'checks',
    'recording',
    'flow',
    'runners',
    'accessibility',
    'layout',
    'layout_report',
  ]),
  tool: z.string(),
  at: z.string(),
});
export type ManifestEntry = z.infer<typeof ManifestEntry>;

/**
 * A process that writes a run now. `started` tells it from a later process with the same number; one that ended without
 * signing off was cut off. `id` is the session, since one process may have several.
 */
export const RunWriter = z.object({
  id: z.string(),
  pid: z.number().int(),
  started: z.string(),
  tool: z.string(),
  since: z.string(),
});
export type RunWriter = z.infer<typeof RunWriter>;

/** `run.json`: what a run holds. Paths are relative to the project folder. */
export const RunManifest = z.object({
  schema_version: z.literal(1),
  run_id: z.string(),
  codeloop_version: z.string(),
  started_at: z.string(),
  updated_at: z.string(),
  state: z.enum(['open', 'closed', 'incomplete']),
  /** Why it is closed or incomplete. */
  state_reason: z.string().optional(),
  /** The processes that write it now: several servers and commands may. */
  writers: z.array(RunWriter),
  /** Name of the user's ledger that keeps its digests; absent when none could be written. */
  ledger: z.string().optional(),
  code_state: CodeState,
  environment: Environment.optional(),
  /** Environment of the pictures of desktop windows, where the run has pages too. */
  native_environment: Environment.optional(),
  tools: z.array(z.string()),
  cells: z.array(Cell),
  entries: z.array(ManifestEntry),
});
export type RunManifest = z.infer<typeof RunManifest>;

/** `verdicts/<n>.json`: one judgement, bound to the manifest it was made from. */
export const StoredVerdict = z.object({
  schema_version: z.literal(1),
  n: z.number().int().positive(),
  run_id: z.string(),
  at: z.string(),
  /** SHA-256 of run.json's bytes when it was judged. */
  manifest_sha256: z.string(),
  code_state: CodeState,
  verdict: GateVerdict,
});
export type StoredVerdict = z.infer<typeof StoredVerdict>;

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

/** A file that a driver or a phase of verify stores: a name inside its folder of the run, no path. */
export interface ArtifactRequest {
  kind: ManifestEntry['kind'];
  /** Base name without version, for example `home.mobile.png`; letters, digits, `.`, `_`, `-`. */
  name: string;
  data: Buffer | string;
  /** Device pixels, for pictures. */
  size?: { width: number; height: number };
}

/**
 * The store into which drivers put frames, pictures and logs. `put` resolves when the file is on disk whole, hashed and listed (files of a cell are listed with it); a name that
 * exists already gets the next version (`home.mobile.v2.png`), nothing is overwritten. Throws DISK_FULL.
 */
export interface ArtifactSink {
  put(request: ArtifactRequest): Promise<StoredArtifact>;
}

/** A file of a run, as its manifest lists it, with its media type. */
export const RunFile = z.object({
  path: z.string(),
  sha256: z.string(),
  bytes: z.number(),
  kind: z.string(),
  mime: z.string(),
});
export type RunFile = z.infer<typeof RunFile>;
