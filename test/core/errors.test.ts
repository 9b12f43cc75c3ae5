import { statSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CodeloopError, isErrno, toCodeloopError } from '../../src/core/errors.js';
import { readNamedFile } from '../../src/verify/attestation.js';
import { verifies } from '../requirements.js';

/** What a call throws. */
function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('errors of the system are told from our own, whose codes are texts too', () => {
  expect(isErrno(thrownBy(() => statSync('/nothing/there')))).toBe(true);
  expect(isErrno(new CodeloopError('RUN_NOT_FOUND', { run: 'x' }))).toBe(false);
  expect(isErrno(toCodeloopError(thrownBy(() => statSync('/nothing/there'))))).toBe(false);
  expect(isErrno({ code: 'ENOENT' })).toBe(false);
  expect(isErrno(new Error('none'))).toBe(false);
});

test('the advice of a refused argument fits: the known ones where there are some, else what the message names', () => {
  verifies('errors.advice');
  const fix = (values: Record<string, unknown>) => new CodeloopError('ARGUMENTS_INVALID', values).toBody().fix;
  const wrong = { tool: 'codeloop_x', problem: 'no.' };
  expect(fix({ ...wrong, allowed: ['a', 'b'] })).toBe('Known arguments: a, b. Correct the call and send it again.');
  for (const none of [{}, { allowed: [] }])
    expect(fix({ ...wrong, ...none })).toBe('Correct what the message names and send the call again.');
  expect(toCodeloopError(thrownBy(() => readNamedFile('/nothing/there', 'codeloop_x'))).toBody()).toEqual({
    code: 'ARGUMENTS_INVALID',
    message: 'codeloop_x: /nothing/there cannot be read (ENOENT).',
    fix: 'Name a file that is there and that this user can read: a key in PEM, or an attestation as codeloop attest writes it.',
  });
});
