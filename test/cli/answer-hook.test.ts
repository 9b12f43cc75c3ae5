import { expect, test } from 'vitest';
import { replyOf } from '../../src/cli/answer-hook.js';
import { verifies } from '../requirements.js';

const hold = { answer: 'hold', reason: 'not done' } as const;
const letGo = { answer: 'let_go', reason: 'NOT verified' } as const;
const silent = { answer: 'silent' } as const;

test.each([
  ['Stop', hold, { decision: 'block', reason: 'not done' }],
  ['Stop', letGo, { systemMessage: 'NOT verified' }],
  ['Stop', silent, {}],
  ['SubagentStop', hold, { decision: 'block', reason: 'not done' }],
  ['stop', hold, { followup_message: 'not done' }],
  ['stop', letGo, {}],
  ['stop', silent, {}],
  ['AfterAgent', hold, { decision: 'deny', reason: 'not done' }],
  ['AfterAgent', letGo, { systemMessage: 'NOT verified' }],
])('the client of %s gets %o as %o', (event, answer, reply) => {
  verifies('hook.holds');
  expect(replyOf(answer, event)).toEqual(reply);
});

test('a client that spells its fields in camel case reads the decision one level deeper', () => {
  verifies('hook.holds');
  expect(replyOf(hold, 'Stop', true)).toEqual({
    hookSpecificOutput: { hookEventName: 'Stop', decision: 'block', reason: 'not done' },
  });
  expect([replyOf(letGo, 'Stop', true), replyOf(silent, 'Stop', true)]).toEqual([
    { systemMessage: 'NOT verified' },
    {},
  ]);
});
