import type { Lowering } from '../../core/vocabulary/bars.js';
import type { Problem } from '../../core/vocabulary/gate.js';
import { defineCheck, personDecides } from '../define-check.js';

export default defineCheck({
  id: 'bars-not-lowered',
  title: 'No bar was lowered without a person',
  failureTitle: 'A bar was lowered, and no person accepted it',
  description:
    'Settings, screens, viewports, masks, references, policy, criteria, flows, accepted violations, commands and the number of tests, against the commit that is checked out, the one where the branch left the main line, the last green gate and the shipped defaults; masks, full_page and windows also where there is nothing earlier, if they hide a fault that was measured. What is lower or gone needs `codeloop bars accept` by a person.',
  requires: ['bars'],
  repair: personDecides(
    'What the work is judged by is lower than before, or gone.',
    'Put it back, or let a person accept it with `codeloop bars accept`.',
  ),
  run({ bars }) {
    const problems: Problem[] = [
      ...(bars.problem === undefined
        ? []
        : [{ title: 'The file of accepted bars cannot be read.', text: bars.problem }]),
      ...bars.lowered.map((one) => ({
        title: `${loweringLine(one)}.`,
        text: `${shown(one.before)} → ${shown(one.after)}`,
        fix: 'Put it back, or let a person accept it with `codeloop bars accept`.',
      })),
      ...bars.uncommitted.map((one) => ({
        title: `${loweringLine(one)}; a person accepted it, which is not committed yet.`,
        text: `${shown(one.before)} → ${shown(one.after)}; ${one.by}, ${one.at}: ${one.reason}`,
        fix: 'A person commits .codeloop/bars.json.',
      })),
    ];
    if (bars.hidden)
      return {
        status: problems.length > 0 ? 'needs_human' : 'could_not_run',
        problems: [...problems, { title: bars.hidden.reason, fix: bars.hidden.fix }],
        examined: Object.keys(bars.now).length,
      };
    return {
      status: problems.length > 0 ? 'needs_human' : 'pass',
      problems,
      examined: Object.keys(bars.now).length,
    };
  },
});

/** A lower bar in a few words of our own; names of screens and files in it are the project's. */
export function loweringLine({ key, after, against, changed, hides }: Lowering): string {
  if (hides !== undefined) return `${key} is laxer than ${against} and hides ${hides}`;
  if (after === null && !key.startsWith('tests.')) return `${key} is gone, against ${against}`;
  return `${key} was ${changed === true ? 'changed' : 'lowered'}, against ${against}`;
}

/** A value as a person reads it. */
export function shown(value: Lowering['before']): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? (value.length === 0 ? 'nothing' : value.join(', ')) : String(value);
}
