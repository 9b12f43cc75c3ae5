import { defineCheck, freshEvidence } from '../define-check.js';

export default defineCheck({
  id: 'evidence-fresh',
  title: 'The evidence belongs to the code as it is now',
  failureTitle: 'The evidence is not of this code as it is now',
  description:
    'The content hash of the working tree equals the one the run was made from, nothing changed while pictures were taken, and the app that was photographed runs from this project.',
  requires: ['integrity', 'cells'],
  repair: freshEvidence('The code changed after the evidence was taken.'),
  run({ integrity, cells }) {
    const files = integrity.changed_files.slice(0, 8).join(', ');
    const ours = (changed: readonly string[]) => {
      const names = integrity.output_files.filter((file) => changed.includes(file)).join(' and ');
      return names === ''
        ? undefined
        : `The output of codeloop goes to ${names}: send it out of the project, or to a file that git ignores.`;
    };
    const problems = [
      ...(integrity.current_tree === integrity.evidence_tree
        ? []
        : [
            {
              title: `The code changed after the evidence was made${files ? `: ${files}` : ''}.`,
              fix: ours(integrity.changed_files) ?? 'Run codeloop_verify again.',
            },
          ]),
      ...cells.flatMap((cell) =>
        cell.stale
          ? [
              {
                screen: cell.screen,
                viewport: cell.viewport,
                title: `The code changed while this picture was taken (${cell.stale.files.slice(0, 5).join(', ') || cell.stale.reason}).`,
                fix: ours(cell.stale.files) ?? 'Run codeloop_verify again and leave the files alone meanwhile.',
              },
            ]
          : [],
      ),
      ...cells.flatMap((cell) =>
        cell.unbound
          ? [
              {
                screen: cell.screen,
                viewport: cell.viewport,
                title: `The app that was photographed cannot be shown to run from this project: ${cell.unbound.reason}.`,
                fix: 'Let codeloop start the app from this project (server.command or server.static): what ran already, or runs elsewhere, proves nothing about this code.',
              },
            ]
          : [],
      ),
    ];
    return { status: problems.length > 0 ? 'fail' : 'pass', problems, examined: cells.length + 1 };
  },
});
