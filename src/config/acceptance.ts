import { z } from 'zod';
import { CodeloopError } from '../core/errors.js';
import { type Criterion, PROOF_KINDS, Proof } from '../core/vocabulary/acceptance.js';
import { parseYaml } from './parse-yaml.js';

const Item = z.strictObject({ id: z.string().trim().min(1), text: z.string().trim().min(1), proof: Proof.optional() });
const Criteria = z.union([z.array(Item), z.strictObject({ criteria: z.array(Item) }).transform((one) => one.criteria)]);

/** An item of a check list: `- [ ] text`. Whether its box is ticked proves nothing. */
const ITEM = /^\s*(?:[-*+]|\d+[.)])\s+\[[ xX]\]\s+(.+?)\s*$/;
/** `[proof: flow checkout]` at the end of an item; `flow: checkout` is read too. */
export const PROOF = /\s*\[proof:\s*([^\]]*)\]$/i;

/**
 * The criteria of an acceptance file: YAML (a list of `id`, `text`, `proof`, or such a list as `criteria`) or a Markdown check list whose
 * items end in `[proof: <kind> <name>]`. An item without a proof has none. Throws CONFIG_INVALID with the place.
 */
export function parseAcceptance(text: string, file: string): Criterion[] {
  return /\.md$/i.test(file) ? fromMarkdown(text, file) : parseYaml(text, file, Criteria);
}

function fromMarkdown(text: string, file: string): Criterion[] {
  const criteria: Criterion[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const said = ITEM.exec(line)?.[1];
    if (said === undefined) continue;
    const cited = PROOF.exec(said)?.[1];
    const item = { id: String(criteria.length + 1), text: said.replace(PROOF, '') };
    if (cited === undefined) criteria.push(item);
    else criteria.push({ ...item, proof: citedProof(cited, file, index + 1) });
  }
  return criteria;
}

/** Parses what `[proof: flow checkout]` cites. Throws CONFIG_INVALID with the line, from 1. */
export function citedProof(cited: string, file: string, line: number): Proof {
  const [, kind = '', name = ''] = /^(\w+)\s*[:=]?\s+(.+?)\s*$/.exec(cited) ?? [];
  const read = Proof.safeParse({ [kind.toLowerCase()]: name });
  if (read.success) return read.data;
  throw invalid(
    file,
    `line ${line}: a proof is one of ${PROOF_KINDS.join(', ')} and its name, as in [proof: flow checkout]`,
  );
}

function invalid(file: string, problem: string): CodeloopError {
  return new CodeloopError('CONFIG_INVALID', { file, problem });
}
