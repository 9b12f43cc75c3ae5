import { defineCheck, failOn, freshEvidence } from '../define-check.js';

export default defineCheck({
  id: 'cells-not-carried',
  title: 'Every picture was taken of the code as it is now',
  failureTitle: 'A picture was taken over from an earlier run',
  description:
    'Pictures that were carried over because nothing they are made from has changed are good enough while a section is built, and not for integration or a release.',
  requires: ['cells'],
  repair: freshEvidence(
    'A picture was taken over from an earlier run, which is good enough for a section and not for what is called integrated or released.',
    'Run codeloop_verify with scope full.',
  ),
  run({ cells }) {
    const problems = cells.flatMap(({ screen, viewport, carried }) =>
      carried
        ? [
            {
              screen,
              viewport,
              title: `Its picture was taken over from ${carried.from_run}.`,
              fix: 'Run codeloop_verify {scope: "full"}.',
            },
          ]
        : [],
    );
    return failOn(problems, cells.length, 'There are no pictures.');
  },
});
