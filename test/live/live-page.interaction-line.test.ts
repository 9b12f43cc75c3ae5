import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CodeloopError } from '../../src/core/errors.js';
import { createRedactor } from '../../src/core/redact.js';
import type { Step, StepResult } from '../../src/core/vocabulary/step.js';
import { InteractionLine } from '../../src/core/vocabulary/step.js';
import { interactionLine, lastingStep } from '../../src/live/live-page.js';
import { verifies } from '../requirements.js';

const result = (over: Partial<StepResult>): StepResult => ({
  action: 'fill',
  ok: true,
  detail: 'filled',
  waited_for: '',
  waited_ms: 0,
  logs: [],
  ...over,
});

describe('a line of the interaction log', () => {
  test('holds no secret, wherever the step or its error has one', () => {
    verifies('steps.secrets');
    // From four characters on, as the redactor promises; of a kind that no word of ours has.
    const secret = fc
      .string({ minLength: 4, maxLength: 30, unit: 'binary' })
      .map((text) => `\u{1F511}${text.toWellFormed()}`);
    fc.assert(
      fc.property(secret, fc.boolean(), (value, failed) => {
        const page = { id: 'page-1', recordingId: 'rec-1', redact: createRedactor([value]) };
        const step: Step = {
          action: 'fill_form',
          target: { label: `a ${value} b` },
          value: { [value]: value, other: `x${value}` },
        };
        const end = failed
          ? { error: new CodeloopError('TARGET_NOT_FOUND', { target: value, url: `/${value}` }) }
          : { result: result({ detail: `said ${value}` }) };
        const line = interactionLine(page, { step, startedMs: 0, endedMs: 5, ...end });
        InteractionLine.parse(line);
        expect(JSON.stringify(line)).not.toContain(JSON.stringify(value).slice(1, -1));
      }),
    );
  });

  test('hides what went into a password field, and saves it in no flow', () => {
    verifies('steps.secrets');
    const page = { id: 'page-1', recordingId: undefined, redact: (text: string) => text };
    const step: Step = { action: 'fill', target: { ref: 'e3' }, value: 'hunter2' };
    const done = result({ hide_value: true, lasting_target: { role: 'textbox', name: 'Password' } });
    const line = interactionLine(page, { step, startedMs: 0, endedMs: 5, result: done });
    expect(line).toMatchObject({ target_type: 'ref', recording_id: null, input_args: { value: '[redacted]' } });
    expect(lastingStep(step, done)).toEqual({
      action: 'fill',
      target: { role: 'textbox', name: 'Password' },
      value: { secret: 'NOT_SAVED' },
    });
  });
});
