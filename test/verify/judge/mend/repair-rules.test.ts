import { expect, test } from 'vitest';
import { checks } from '../../../../src/checks/index.js';
import { REPAIR_RULES } from '../../../../src/verify/judge/mend/repair-rules.js';

test('every check has a rule of what its problems mean, and no rule is left over', () => {
  expect(Object.keys(REPAIR_RULES).sort()).toEqual(checks.map(({ id }) => id).sort());
});

test('every rule says what happened and what to do in whole sentences', () => {
  for (const [id, { cause, task }] of Object.entries(REPAIR_RULES))
    expect([id, /^[A-Z].*\.$/.test(cause), /^[A-Z].*[.;]?$/.test(task)]).toEqual([id, true, true]);
});
