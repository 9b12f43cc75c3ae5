import type { Problem, Status } from '../core/vocabulary/check.js';
import { standingOf } from './acceptance-proof.js';
import { defineCheck } from './define-check.js';

/** Order in which a status decides: what can be mended outranks what only the machine or a person can help with. */
const WORST: readonly Status[] = ['fail', 'could_not_run', 'needs_human'];

export default defineCheck({
  id: 'acceptance-criteria',
  title: 'Every acceptance criterion is proven',
  failureTitle: 'An acceptance criterion is not proven',
  description:
    'Each item of docs/acceptance cites one proof that exists and passed in this run: a saved flow replayed at each of its viewports, a screen photographed at each viewport and as designed where there is a reference, a test command whose tests all passed, or a check. An item without proof needs a person; so does a list without items. A ticked box proves nothing.',
  requires: ['acceptance', 'workflow', 'runtime', 'runners', 'expected', 'cells', 'pairs', 'checkResults'],
  run(evidence) {
    const found: { status: Status; problem: Problem }[] = [];
    const seen = new Set<string>();
    let examined = 0;
    for (const { file, criteria, problem } of evidence.acceptance) {
      if (problem !== undefined)
        found.push({
          status: 'fail',
          problem: { file, title: 'This acceptance file cannot be read.', text: problem, fix: 'Correct the file.' },
        });
      else if (criteria.length === 0)
        found.push({
          status: 'needs_human',
          problem: {
            file,
            title: 'This acceptance file has no criteria.',
            fix: 'A person writes them, or removes it.',
          },
        });
      for (const { id, text, proof } of criteria) {
        examined += 1;
        // Numbers of check lists count from 1 in each file.
        const key = /\.md$/i.test(file) ? `${file}#${id}` : id;
        const said = { file, text: `${id}: ${text}` };
        if (seen.has(key))
          found.push({
            status: 'fail',
            problem: { ...said, title: 'Two acceptance criteria have the same id.', fix: 'Give one of them another.' },
          });
        seen.add(key);
        if (!proof) {
          found.push({
            status: 'needs_human',
            problem: {
              ...said,
              title: 'This acceptance criterion cites no proof.',
              fix: 'A person confirms it, or names the flow, screen, test or check that proves it.',
            },
          });
          continue;
        }
        const { status, why } = standingOf(proof, evidence);
        if (status === 'pass') continue;
        const [kind = '', name = ''] = Object.entries(proof)[0] ?? [];
        found.push({
          status,
          problem: {
            ...said,
            text: `${said.text} [proof: ${kind} ${name}]`,
            title: `The proof of an acceptance criterion does not hold (${kind}): ${why}.`,
            fix: 'Mend what the proof shows, then run codeloop_verify.',
          },
        });
      }
    }
    const status = WORST.find((one) => found.some((other) => other.status === one)) ?? 'pass';
    if (evidence.acceptance.length === 0)
      return { status: 'needs_human', problems: [{ title: 'There are no acceptance files.' }], examined };
    return {
      status,
      problems: found
        .toSorted((a, b) => WORST.indexOf(a.status) - WORST.indexOf(b.status))
        .map(({ problem }) => problem),
      examined,
    };
  },
});
