import { expect, test } from 'vitest';
import { SectionState } from '../../../src/core/vocabulary/section.js';
import {
  judgeMove,
  MOVES,
  type MoveFacts,
  movesFrom,
  needOf,
  whyNotIntegrated,
} from '../../../src/verify/judge/judge-move.js';
import { failed, section, stored } from '../../project/sections/samples.js';
import { verifies } from '../../requirements.js';

const facts = (extra: Partial<MoveFacts> = {}): MoveFacts => ({
  screens: ['home'],
  flows: [],
  verdicts: [],
  noVerdict: 'nothing has been verified yet',
  seen: ['home'],
  ...extra,
});
const reason = (judged: ReturnType<typeof judgeMove>) => (judged.allowed ? 'allowed' : judged.reason);

test('what the table does not list is refused, with where the section can go instead', () => {
  verifies('sections.moves');
  const best = facts({ verdicts: [stored('section'), stored('integration')] });
  for (const from of SectionState.options)
    for (const to of SectionState.options) {
      const listed = needOf(from, to) !== undefined;
      const judged = judgeMove(section({ state: from }), to, best);
      if (!listed)
        expect(judged).toEqual({
          allowed: false,
          reason: `a section that is ${from} cannot become ${to}`,
          moves: movesFrom(from),
        });
      // All evidence is green here: what rests on red evidence is refused, everything else that is listed goes.
      else
        expect([from, to, judged.allowed]).toEqual([from, to, !['red', 'regressed'].includes(needOf(from, to) ?? '')]);
    }
});

test('no way leads to verified or done without a verdict', () => {
  verifies('sections.moves');
  const reached = new Set<string>(['planned']);
  for (let grown = true; grown; ) {
    const before = reached.size;
    for (const from of SectionState.options)
      for (const [to, need] of Object.entries(MOVES[from]))
        if (reached.has(from) && ['nothing', 'means', 'configured'].includes(need)) reached.add(to);
    grown = reached.size > before;
  }
  expect([...reached].sort()).toEqual(['building', 'planned', 'ready_to_build', 'verifying']);
  expect(new Set(SectionState.options.flatMap((from) => MOVES[from].done ?? []))).toEqual(new Set(['integrated']));
});

test.each<[string, Parameters<typeof judgeMove>[0], SectionState, Partial<MoveFacts>]>([
  [
    'it names no screen and no flow, so that nothing could ever prove it',
    section({ screens: [] }),
    'ready_to_build',
    {},
  ],
  [
    'its screen "home" is not configured, so that nothing looks at it',
    section({ state: 'building' }),
    'verifying',
    { screens: [] },
  ],
  [
    'its flow "buy" is not saved, or cannot be replayed',
    section({ state: 'building', flows: ['buy'] }),
    'verifying',
    {},
  ],
  ['nothing has been verified yet', section({ state: 'verifying' }), 'internally_verified', {}],
  [
    'verdict 1 of run-1 says: It throws',
    section({ state: 'verifying' }),
    'internally_verified',
    { verdicts: [stored('section', [failed()])] },
  ],
  [
    'run-1 holds no picture that counts of "home" at each of its viewports',
    section({ state: 'verifying' }),
    'internally_verified',
    { verdicts: [stored()], seen: [] },
  ],
  [
    'the code as it is now was not judged at stage integration',
    section({ state: 'integration_pending' }),
    'done',
    { verdicts: [stored('section')] },
  ],
  [
    'verdict 1 of run-1 finds nothing wrong with it',
    section({ state: 'verifying' }),
    'needs_repair',
    { verdicts: [stored()] },
  ],
  [
    'verdict 1 of run-1 finds nothing wrong with its screens and flows',
    section({ state: 'done' }),
    'integration_regression',
    { verdicts: [stored('integration', [failed({ problems: [{ screen: 'cart', title: 'It throws.' }] })])] },
  ],
])('refuses: %s', (why, given, to, extra) => {
  verifies('sections.evidence');
  expect(reason(judgeMove(given, to, facts(extra)))).toBe(why);
});

test('a verdict that is red elsewhere is not green, and one of integration proves a section whose own screens are well', () => {
  verifies('sections.evidence');
  const elsewhere = [failed({ problems: [{ screen: 'cart', title: 'It throws.' }] })];
  const section1 = section({ state: 'verifying' });
  expect(
    reason(judgeMove(section1, 'internally_verified', facts({ verdicts: [stored('section', elsewhere)] }))),
  ).toMatch(/^verdict 1 of run-1 is not green/);
  const shared = [failed({ problems: [{ screen: 'cart', also: { home: '' }, title: 'It throws.' }] })];
  const pending = section({ state: 'integration_pending' });
  expect(judgeMove(pending, 'done', facts({ verdicts: [stored('integration', shared)] })).allowed).toBe(false);
  expect(judgeMove(pending, 'done', facts({ verdicts: [stored('integration', elsewhere)] }))).toEqual({
    allowed: true,
    evidence: { run_id: 'run-1', verdict: 1, stage: 'integration', tree: 'a'.repeat(64) },
  });
});

test('a refusal says what helps: a verdict, one of integration, fixing, or nothing but another move', () => {
  verifies('sections.evidence');
  const help = (given: Parameters<typeof judgeMove>[0], to: SectionState, extra: Partial<MoveFacts> = {}) => {
    const judged = judgeMove(given, to, facts(extra));
    return judged.allowed ? 'allowed' : judged.help;
  };
  const verifying = section({ state: 'verifying' });
  expect(help(verifying, 'internally_verified')).toBe('verify');
  expect(help(verifying, 'internally_verified', { verdicts: [stored('section', [failed()])] })).toBe('fix');
  expect(help(section({ state: 'integration_pending' }), 'done', { verdicts: [stored()] })).toBe('integration');
  expect(help(verifying, 'needs_repair', { verdicts: [stored()] })).toBeUndefined();
  expect(help(verifying, 'done')).toBeUndefined();
});

test('what concerns the whole project, or a list that was cut, clears no section and regresses none', () => {
  verifies('sections.evidence');
  const build = failed({ gate: 'build_passes', problems: [{ title: 'The build fails.' }] });
  const cut = failed({ problems: [{ screen: 'cart', title: 'It throws.' }], problem_count: 60 });
  for (const check of [build, cut]) {
    const given = facts({ verdicts: [stored('integration', [check])] });
    expect(judgeMove(section({ state: 'done' }), 'integration_regression', given).allowed).toBe(false);
    expect(judgeMove(section({ state: 'integration_pending' }), 'done', given).allowed).toBe(false);
    expect(whyNotIntegrated(section({ state: 'done' }), given)).toMatch(/^verdict 1 of run-1 says: /);
  }
});
