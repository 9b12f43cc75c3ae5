import { z } from 'zod';

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The place of a baseline: the folder names under `.codeloop/baselines/`, each a slug. */
export const BaselinePlace = z.object({ environment: z.string(), screen: z.string(), viewport: z.string() });
export type BaselinePlace = z.infer<typeof BaselinePlace>;

/** The run and code that a picture comes from; `test`: the test that looked, so that no configured screen need ask for it. */
const Origin = z.object({
  run_id: z.string(),
  tree: z.string(),
  commit: z.string().optional(),
  test: z.string().optional(),
});

/** One line of a baseline's history (`<viewport>.history.jsonl`), the newest last: who allowed the change, when and why. */
export const BaselineRecord = z.object({
  schema_version: z.literal(1),
  event: z.enum(['accepted', 'removed']),
  at: z.string(),
  /** The person at the terminal, as git or the system knows them. */
  by: z.string(),
  reason: z.string(),
  /** The picture from then on; absent when it was removed. */
  sha256: Sha256.optional(),
  /** The picture that it replaced. */
  replaced: Sha256.optional(),
  from: Origin.optional(),
  /** Name of the client that proposed it. */
  proposed_by: z.string().optional(),
});
export type BaselineRecord = z.infer<typeof BaselineRecord>;

/** A picture that waits for a person to accept it: lies under `.codeloop/baselines/.proposals/` and counts for nothing. */
export const BaselineProposal = BaselinePlace.extend({
  schema_version: z.literal(1),
  /** Names as the configuration spells them. */
  screen_name: z.string(),
  viewport_name: z.string(),
  sha256: Sha256,
  /** Of the `.dom.json` beside it, where there is one. */
  dom_sha256: Sha256.optional(),
  /** The picture in its run. */
  source: z.string(),
  /** Its `.dom.json` in the run. */
  dom_source: z.string().optional(),
  from: Origin,
  reason: z.string(),
  at: z.string(),
  by: z.string(),
  /** The baseline it would replace. */
  replaces: Sha256.optional(),
});
export type BaselineProposal = z.infer<typeof BaselineProposal>;

/**
 * State of a baseline on disk. `counts`: as a person accepted it, and committed. `uncommitted`: accepted, not in the commit
 * yet. `unrecorded`: its bytes are not those of its last acceptance, or there never was one.
 */
export const BaselineStanding = BaselinePlace.extend({
  path: z.string(),
  sha256: Sha256,
  standing: z.enum(['counts', 'uncommitted', 'unrecorded']),
  /** The last line of its history. */
  last: BaselineRecord.optional(),
});
export type BaselineStanding = z.infer<typeof BaselineStanding>;

/** A baseline that is gone; `recorded`: a person removed it. */
export const RemovedBaseline = BaselinePlace.extend({ path: z.string(), recorded: z.boolean() });
export type RemovedBaseline = z.infer<typeof RemovedBaseline>;

/** A baseline that no configured screen and viewport asks for any more, or that was made elsewhere. */
export const StaleBaseline = BaselinePlace.extend({ path: z.string(), reason: z.string() });
export type StaleBaseline = z.infer<typeof StaleBaseline>;
