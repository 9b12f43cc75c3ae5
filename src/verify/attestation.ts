import { writeAtomic } from '../core/atomic-write.js';
import { canonicalJson, sha256 } from '../core/digest.js';
import {
  bodyOf,
  type Envelope,
  IN_TOTO,
  type NamedKey,
  PREDICATE_TYPE,
  parseOnce,
  signEnvelope,
  signerOf,
} from '../core/dsse.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { insideRoots, readPlainSync } from '../core/path-walls.js';
import type { Stage } from '../core/vocabulary/gate.js';
import type { Cell, CodeState, RunManifest, StoredVerdict } from '../core/vocabulary/run.js';
import type { Session } from '../live/session.js';
import { watchCode } from '../project/code-state/code-state.js';
import type { Project } from '../project/project.js';
import { manifestFile, verdictFile } from '../store/paths.js';
import type { Run } from '../store/run.js';
import { inspectRun } from '../store/run-integrity.js';
import { readVerdicts } from '../store/verdict-files.js';
import { sameCodeState, whichRun } from '../store/which-run.js';
import { checkGate } from './sections/release-readiness.js';
import { newestCells } from './verification.js';

/** Folder of what is attested, relative to the project; outside of the run, whose files are all listed in its manifest. */
export const ATTESTATIONS_DIR = 'artifacts/attestations';

/** What a statement is made from: the manifest and one verdict, with the digests of their bytes. */
interface Attested {
  manifest: RunManifest;
  manifestSha256: string;
  stored: StoredVerdict;
  verdictSha256: string;
}

/** An in-toto statement about a run: who reads it needs nothing of codeloop's. */
interface Statement {
  _type: 'https://in-toto.io/Statement/v1';
  subject: { name: string; digest: { sha256: string } }[];
  predicateType: typeof PREDICATE_TYPE;
  predicate: Record<string, unknown>;
}

/** The statement that a run and its verdict make. Pure: the same files always give the same statement, so that it is checked by making it again. */
export function statementOf({ manifest, manifestSha256, stored, verdictSha256 }: Attested): Statement {
  const { verdict, code_state: code } = stored;
  const { bars: files, ...state } = code;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [
      { name: manifestFile(stored.run_id), digest: { sha256: manifestSha256 } },
      { name: verdictFile(stored.run_id, stored.n), digest: { sha256: verdictSha256 } },
    ],
    predicateType: PREDICATE_TYPE,
    predicate: {
      codeloop: manifest.codeloop_version,
      run: { id: stored.run_id, started_at: manifest.started_at, files: manifest.entries.length },
      verdict: {
        number: stored.n,
        at: stored.at,
        stage: verdict.stage,
        passed: verdict.passed,
        recommendation: verdict.recommendation,
        confidence_score: verdict.confidence_score,
        threshold: verdict.threshold,
        passing_gates: verdict.passing_gates.map(({ id }) => id),
        failing_gates: verdict.failing_gates.map(({ id }) => id),
        not_applicable: verdict.not_applicable.map(({ id }) => id),
      },
      code: state,
      bars: { sha256: sha256(canonicalJson(verdict.bars ?? {})), files },
      ...(manifest.environment ? { environment: manifest.environment } : {}),
      ...(manifest.native_environment ? { native_environment: manifest.native_environment } : {}),
      // By name: which page was ready first is no part of what is proved.
      pictures: newestCells(manifest.cells)
        .toSorted(byPlace)
        .flatMap(({ screen, viewport, screenshot }) =>
          screenshot ? [{ screen, viewport, path: screenshot.image.path, sha256: screenshot.image.sha256 }] : [],
        ),
    },
  };
}

function byPlace(a: Pick<Cell, 'screen' | 'viewport'>, b: Pick<Cell, 'screen' | 'viewport'>): number {
  const [one, other] = [`${a.screen}\n${a.viewport}`, `${b.screen}\n${b.viewport}`];
  return one < other ? -1 : Number(one > other);
}

/** A run to attest, and the key; without a key the statement's parts are written for a signer of the platform's. */
interface AttestRequest {
  project: Project;
  session: Session;
  runId: string | undefined;
  stage: Stage;
  key: NamedKey | undefined;
}

/** What was attested, and the files that say so. */
interface Attestation {
  runId: string;
  verdict: number;
  statement: Statement;
  paths: string[];
}

/**
 * Attests a run: it has to be green by its newest verdict, of the code and bars as they are now, and as it was written by disk and
 * ledger. The run is closed and judged once more, so that the verdict is on just the evidence that is attested. Throws
 * ATTESTATION_REFUSED, RUN_NOT_FOUND, EVIDENCE_STALE, EVIDENCE_TAMPERED, CONFIG_INVALID, and as `checkGate`.
 */
export async function attestRun({ project, session, runId, stage, key }: AttestRequest): Promise<Attestation> {
  const { state } = await watchCode(project);
  const question = { rule: 'proven', tool: 'codeloop_attest', clock: session.clock, current: state, runId } as const;
  const run = await whichRun(project.dir, question);
  const refuse = (reason: string) => new CodeloopError('ATTESTATION_REFUSED', { run_id: run.id, reason });
  const last = run.verdicts().at(-1);
  if (!last) throw refuse('it was never judged');
  if (!last.verdict.passed) throw refuse(`its newest verdict (${last.n}) is ${last.verdict.recommendation}`);
  if (run.state().state === 'writing') throw refuse('it is being written');
  if (run.manifest.state === 'open') await run.close('it is attested');
  const { verdict } = await checkGate({ project, session, runId: run.id, stage });
  if (!verdict.passed) throw refuse(`judged now it is ${verdict.recommendation}: ${failing(verdict)}`);
  // Nothing of it may have changed while it was judged.
  await whichRun(project.dir, { ...question, runId: run.id });
  const attested = newestVerdict(run);
  if (attested.stored.manifest_sha256 !== attested.manifestSha256)
    throw refuse('it grew while it was judged; attest it again when nothing else writes it');
  const moved = barsMoved(attested.stored.code_state, state);
  if (moved !== undefined) throw refuse(moved);
  const statement = statementOf(attested);
  return {
    runId: run.id,
    verdict: attested.stored.n,
    statement,
    paths: await writeStatement(project.dir, run.id, statement, key),
  };
}

function failing({ failing_gates }: StoredVerdict['verdict']): string {
  return failing_gates.map(({ id }) => id).join(', ');
}

function newestVerdict(run: Run): Attested {
  const { manifest, sha256: manifestSha256 } = run.read();
  const last = readVerdicts(run.projectDir, run.id).at(-1);
  if (!last) throw new CodeloopError('ATTESTATION_REFUSED', { run_id: run.id, reason: 'it was never judged' });
  return { manifest, manifestSha256, stored: last.verdict, verdictSha256: last.sha256 };
}

/** The first bar that lies elsewhere in the two states, in words. */
function barsMoved(then: CodeState, now: CodeState): string | undefined {
  const bars = Object.entries(then.bars).filter(([name, digest]) => Reflect.get(now.bars, name) !== digest);
  return bars.length === 0 ? undefined : `the bars differ: ${bars.map(([name]) => name).join(', ')}`;
}

/** Writes the signed envelope as `<run>.intoto.jsonl`, or `predicate.json` and `subjects.sha256` for a signer of the platform's. */
async function writeStatement(
  dir: string,
  runId: string,
  statement: Statement,
  key: NamedKey | undefined,
): Promise<string[]> {
  const write = async (name: string, text: string) => {
    const path = `${ATTESTATIONS_DIR}/${name}`;
    await writeAtomic(await insideRoots(path, [dir]), text);
    return path;
  };
  if (key) {
    const envelope = signEnvelope(IN_TOTO, Buffer.from(JSON.stringify(statement)), key);
    return [await write(`${runId}.intoto.jsonl`, `${JSON.stringify(envelope)}\n`)];
  }
  const sums = statement.subject.map(({ name, digest }) => `${digest.sha256}  ${name}\n`).join('');
  return [
    await write('predicate.json', `${JSON.stringify(statement.predicate, null, 1)}\n`),
    await write('subjects.sha256', sums),
  ];
}

/** What an attestation is worth here and now. */
interface Standing {
  runId?: string;
  /** Id of the key that signed it; absent: none of the given ones. */
  signedBy?: string;
  /** What differs; empty when all is as it is attested. */
  problems: string[];
}

/**
 * Compares an attestation with signature, run, verdict and code, offline: the statement is made again from the files at hand, every
 * listed file is hashed, and the code is the one that was judged. `keys` undefined: whoever signed it is checked elsewhere.
 */
export async function checkAttestation(
  project: Project,
  envelope: Envelope,
  keys: readonly NamedKey[] | undefined,
): Promise<Standing> {
  const signer = keys && signerOf(envelope, keys);
  const unsigned = keys && !signer ? ['it is signed by none of the given keys, or was changed'] : [];
  const said = readStatement(envelope);
  if (said === undefined) return { problems: [...unsigned, `it is no statement of the type ${PREDICATE_TYPE}`] };
  const { runId, number } = said;
  const problems = [...unsigned, ...(await differences(project, said, runId, number))];
  return { runId, ...(signer ? { signedBy: signer.id } : {}), problems };
}

interface Said {
  runId: string;
  number: number;
  value: Record<string, unknown>;
}

/** Levels of a statement; one of ours has six. Whoever compares one that is nested thousands deep runs out of stack. */
const MOST_LEVELS = 50;

function isDeeper(value: unknown, most: number): boolean {
  return (
    value !== null &&
    typeof value === 'object' &&
    (most === 0 || Object.values(value).some((one) => isDeeper(one, most - 1)))
  );
}

/** The statement of an envelope, as far as it is ours; undefined: it is none. */
function readStatement(envelope: Envelope): Said | undefined {
  if (envelope.payloadType !== IN_TOTO) return undefined;
  try {
    const value = parseOnce(bodyOf(envelope).toString('utf8'));
    if (!isRecord(value) || value.predicateType !== PREDICATE_TYPE || !isRecord(value.predicate)) return undefined;
    if (isDeeper(value, MOST_LEVELS)) return undefined;
    const { run, verdict } = value.predicate;
    const runId = isRecord(run) ? run.id : undefined;
    const number = isRecord(verdict) ? verdict.number : undefined;
    return typeof runId === 'string' && typeof number === 'number' ? { runId, number, value } : undefined;
  } catch {
    return undefined; // a body that is no JSON is no statement
  }
}

async function differences(project: Project, said: Said, runId: string, number: number): Promise<string[]> {
  try {
    const { state } = await watchCode(project);
    const run = await whichRun(project.dir, { rule: 'newest', tool: 'codeloop_attest_verify', runId });
    const { manifest, sha256: manifestSha256 } = run.read();
    const verdicts = readVerdicts(run.projectDir, run.id);
    const of = verdicts.find(({ verdict }) => verdict.n === number);
    if (!of) return [`verdict ${number} of run ${runId} is gone`];
    const { verdict: stored } = of;
    const made = statementOf({ manifest, manifestSha256, stored, verdictSha256: of.sha256 });
    const later = verdicts.find(({ verdict }) => verdict.n > number && !verdict.verdict.passed)?.verdict;
    const moved = barsMoved(stored.code_state, state);
    return [
      ...(stored.verdict.passed ? [] : ['the verdict is not green']),
      // A signer of the platform's may order or name fields of its own around ours.
      ...differing(said.value, { ...made }, ''),
      ...(await inspectRun(run)).changed.map(({ path, problem }) => `${path} ${problem}`),
      ...(later ? [`verdict ${later.n} of the run came after it and is ${later.verdict.recommendation}`] : []),
      ...(sameCodeState(stored.code_state, state) ? [] : ['the code is not the one that was judged']),
      ...(moved === undefined ? [] : [moved]),
    ];
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
    return [error.message];
  }
}

/** Paths at which the attested value is not the one that the files give. */
function differing(said: unknown, made: unknown, at: string): string[] {
  const parts = (value: unknown) => (Array.isArray(value) ? { ...value } : value);
  const [one, other] = [parts(said), parts(made)];
  if (Array.isArray(said) === Array.isArray(made) && isRecord(one) && isRecord(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) => differing(one[key], other[key], at === '' ? key : `${at}.${key}`));
  }
  return canonicalJson(said ?? null) === canonicalJson(made ?? null) ? [] : [`${at} is not as it is attested`];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

/** Most bytes of a key or an attestation. */
const MAX_BYTES = 16_000_000;

/** The bytes of a file that a person names; no pipe or device is waited for. Throws ARGUMENTS_INVALID. */
export function readNamedFile(path: string, tool: string): Buffer {
  try {
    return readPlainSync(path, MAX_BYTES);
  } catch (error) {
    if (!isErrno(error)) throw error;
    const problem =
      error.code === 'EFBIG'
        ? `${path} is longer than ${MAX_BYTES} bytes.`
        : `${path} cannot be read (${error.code === 'ENXIO' ? 'it is no file' : error.code}).`;
    const hint =
      'Name a file that is there and that this user can read: a key in PEM, or an attestation as codeloop attest writes it.';
    throw new CodeloopError('ARGUMENTS_INVALID', { tool, problem, hint }, { cause: error });
  }
}
