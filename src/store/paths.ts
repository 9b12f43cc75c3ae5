import { CodeloopError } from '../core/errors.js';
import type { ManifestEntry } from '../core/vocabulary/run.js';

type Kind = ManifestEntry['kind'];

/** Every path below is relative to the project folder, with `/`. */
export const RUNS_DIR = 'artifacts/runs';
/** Folder of the accepted pictures; baseline-paths.ts has the paths below. */
export const BASELINES_DIR = '.codeloop/baselines';
export const FLOWS_DIR = '.codeloop/flows';
export const CACHE_DIR = '.codeloop/cache';
export const FIGMA_CACHE_DIR = '.codeloop/cache/figma';
/** Path of the current version of a Figma file, with the digests of its pictures. */
export const figmaVersionFile = (fileKey: string): string => `${FIGMA_CACHE_DIR}/${fileKey}/current.json`;
export const AUDIT_FILE = '.codeloop/audit.jsonl';
export const SECTIONS_FILE = '.codeloop/sections.json';
/** Counters of policy rules whose scope is the project. */
export const POLICY_COUNTERS_FILE = '.codeloop/cache/policy-counters.json';

/** The folder of a run. */
export const runDir = (runId: string): string => `${RUNS_DIR}/${runId}`;
/** `run.json`, the manifest. */
export const manifestFile = (runId: string): string => `${runDir(runId)}/run.json`;
export const verdictsDir = (runId: string): string => `${runDir(runId)}/verdicts`;
export const verdictFile = (runId: string, n: number): string => `${verdictsDir(runId)}/${n}.json`;
/** Path of the newest `checks.json`, `design_compare_summary.json` or `report.html` of a run. */
export const viewFile = (runId: string, name: string): string => `${runDir(runId)}/${name}`;

export const flowFile = (flow: string): string => `${FLOWS_DIR}/${flow}.json`;

/** Kinds whose newest version is also found under its plain name in the run's folder, for people and other programs. */
export const VIEWED_KINDS: ReadonlySet<Kind> = new Set<Kind>([
  'checks',
  'runners',
  'summary',
  'visual',
  'report',
  'layout_report',
]);

const FOLDERS: Readonly<Record<Exclude<Kind, 'frame'>, string>> = {
  screenshot: 'screenshots',
  dom: 'screenshots',
  accessibility: 'screenshots',
  layout: 'screenshots',
  layout_report: '',
  diff: 'diffs',
  tile: 'diffs',
  log: 'logs',
  flow: 'logs',
  video: 'videos',
  recording: 'videos',
  checks: '',
  runners: '',
  summary: '',
  visual: '',
  report: '',
};

/** The folder of a kind of file. Frames belong to a recording and need its id. Throws ARTIFACT_NAME_INVALID. */
export function artifactDir(runId: string, kind: Kind, recording?: string): string {
  if (kind === 'frame') return `${runDir(runId)}/frames/${safeName(recording ?? '')}`;
  const folder = FOLDERS[kind];
  return folder === '' ? runDir(runId) : `${runDir(runId)}/${folder}`;
}

/**
 * The file name of a version: `home.mobile.png`, then `home.mobile.v2.png`; kinds with a view count from `checks.v1.json`,
 * because the plain name is the view's. `.dom.json`, `.axe.json` and `.layout.json.gz` count as one extension, so that a picture and what belongs to it
 * carry their version at the same place.
 */
export function versionedName(name: string, version: number, kind?: Kind): string {
  if (version === 1 && (kind === undefined || !VIEWED_KINDS.has(kind))) return name;
  const extension = /(?:\.(?:dom|axe)\.json|\.layout\.json\.gz|\.[^.]+)?$/u.exec(name)?.[0] ?? '';
  return `${name.slice(0, name.length - extension.length)}.v${version}${extension}`;
}

/** The name that a version was put under: `design_compare_summary.json` for `…/design_compare_summary.v3.json`. */
export function plainName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.v\d+(?=\.|$)/u, '');
}

/** Letters and digits of every script (as `slug` keeps them), `.`, `_`, `-`; no leading dot or dash, no `..`, no dot at the end. */
const SAFE_NAME = /^[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_-]|\.(?!\.|$))*$/u;
/** Names that are devices on Windows whatever their extension. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** The name itself when it is safe as a file name on every system. Throws ARTIFACT_NAME_INVALID. */
export function safeName(name: string): string {
  // 200 bytes leave room for version, temporary suffix and the usual limit of 255.
  if (!SAFE_NAME.test(name) || DEVICE_NAME.test(name) || Buffer.byteLength(name) > 200)
    throw new CodeloopError('ARTIFACT_NAME_INVALID', { name });
  return name;
}
