import { CodeloopError } from '../core/errors.js';
import { type Step, StepTarget, type StepValue } from '../core/vocabulary/step.js';

/** Text to type: as it is, or by the name of a secret. */
export type TypedText = { text: string } | { secret: string };

/** The goals of `wait`. Times in ms. */
export type WaitGoal =
  | { ms: number }
  | { text: string }
  | { textGone: string }
  | { url: string }
  | { load: 'load' | 'domcontentloaded' | 'networkidle' }
  | { target: StepTarget; gone: boolean };

type Value = StepValue | undefined;
type Invalid = (problem: string, wanted: string) => CodeloopError;

const MAX_WAIT_MS = 120_000;

/** A text, number or `{secret}`. */
export function typedText(value: Value): TypedText | undefined {
  if (typeof value === 'string') return { text: value };
  if (typeof value === 'number') return { text: String(value) };
  return isRecord(value) && typeof value.secret === 'string' ? { secret: value.secret } : undefined;
}

/** One text or several; undefined when there is none. */
export function list(value: Value): string[] | undefined {
  if (typeof value === 'string' && value !== '') return [value];
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

/** The fields of a form by their labels; true and false are for boxes. Throws what `invalid` makes. */
export function formFields(value: Value, invalid: Invalid): [string, TypedText | boolean][] {
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (entries.length === 0) throw invalid('it has no fields', '{label: text, …} as value, true or false for boxes');
  return entries.map(([label, given]) => {
    if (typeof given === 'boolean') return [label, given];
    return [label, typeof given === 'object' ? given : { text: String(given) }];
  });
}

/** Returns the goal of a wait: the target, or what the value says. Throws what `invalid` makes. */
export function goal(target: StepTarget | undefined, value: Value, invalid: Invalid): WaitGoal {
  if (typeof value === 'number' && value >= 0 && value <= MAX_WAIT_MS) return { ms: value };
  if (target) return { target, gone: value === 'gone' || value === false };
  if (value === 'load' || value === 'domcontentloaded' || value === 'networkidle') return { load: value };
  if (typeof value === 'string' && value !== '') return { text: value };
  if (isRecord(value)) {
    const { text, text_gone: textGone, url, load, ms } = value;
    if (typeof text === 'string') return { text };
    if (typeof textGone === 'string') return { textGone };
    if (typeof url === 'string') return { url };
    if (load === 'load' || load === 'domcontentloaded' || load === 'networkidle') return { load };
    if (inRange(typeof ms === 'number' ? ms : undefined, 0, MAX_WAIT_MS)) return { ms: Number(ms) };
    const element = StepTarget.safeParse(value);
    if (element.success && !('x' in element.data)) return { target: element.data, gone: false };
  }
  throw invalid(
    'it waits for nothing',
    `a target, or as value a text, ms (at most ${MAX_WAIT_MS}), "networkidle", {text}, {text_gone}, {url}, {selector} or {load}`,
  );
}

/** A number of a record. */
export function numberOf(value: Value, key: string): number | undefined {
  const found = isRecord(value) ? value[key] : undefined;
  return typeof found === 'number' ? found : undefined;
}

/** True for a number within both limits. */
export function inRange(value: number | undefined, least: number, most: number): value is number {
  return value !== undefined && value >= least && value <= most;
}

/** True for `{…}`. */
export function isRecord(value: Value): value is Extract<StepValue, Record<string, unknown>> & Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

type Targeted =
  | 'click'
  | 'double_click'
  | 'right_click'
  | 'hover'
  | 'check'
  | 'uncheck'
  | 'toggle'
  | 'clear'
  | 'scroll_into_view'
  | 'focus';
type Bare = 'navigate_back' | 'navigate_forward' | 'reload' | 'clear_storage' | 'screenshot';

/** One step for each of several actions that need the same. */
type Each<Action extends string, Rest> = Action extends Action ? { action: Action } & Rest : never;

/** A step for a page with everything it needs, checked. */
export type WebStep =
  | Each<Targeted, { target: StepTarget }>
  | Each<Bare, unknown>
  | { action: 'submit'; target: StepTarget | undefined }
  | { action: 'drag'; target: StepTarget; to: StepTarget }
  | { action: 'type'; target: StepTarget | undefined; typed: TypedText }
  | { action: 'fill'; target: StepTarget; typed: TypedText }
  | Each<'press' | 'hotkey', { target: StepTarget | undefined; keys: string }>
  | { action: 'select_option'; target: StepTarget; options: string[] }
  | { action: 'upload_file'; target: StepTarget; files: string[] }
  | { action: 'fill_form'; target: StepTarget | undefined; fields: [string, TypedText | boolean][] }
  | { action: 'scroll'; target: StepTarget | undefined; by: { dx: number; dy: number } | 'top' | 'bottom' }
  | { action: 'navigate_url'; url: string }
  | { action: 'wait'; goal: WaitGoal }
  | { action: 'dialog'; accept: boolean; text: string | undefined }
  | { action: 'new_tab'; url: string | undefined }
  | { action: 'switch_tab'; tab: number }
  | { action: 'close_tab'; tab: number | undefined }
  | { action: 'set_viewport'; width: number; height: number }
  | { action: 'set_color_scheme'; scheme: 'light' | 'dark' | 'no-preference' }
  | { action: 'emulate_offline'; offline: boolean }
  | { action: 'set_geolocation'; latitude: number; longitude: number; accuracy: number }
  | { action: 'grant_permission'; permissions: string[] }
  | { action: 'assert_visible'; target: StepTarget; visible: boolean }
  | { action: 'assert_text'; target: StepTarget | undefined; text: string }
  | { action: 'assert_url'; url: string }
  | { action: 'assert_count'; target: StepTarget; count: number };

/** Reads a step of the common form as one for a page. Throws STEP_INVALID, saying what it lacks. */
export function readWebStep(step: Step): WebStep {
  const { action, target, value } = step;
  const invalid = (problem: string, wanted: string) => new CodeloopError('STEP_INVALID', { action, problem, wanted });
  const needTarget = () => {
    if (target) return target;
    throw invalid(
      'it has no target',
      'target: {ref} of page_snapshot, {role, name}, {text}, {label}, {placeholder}, {test_id}, {selector} or {x, y}',
    );
  };
  const needElement = () => {
    const wanted = needTarget();
    if (!('x' in wanted)) return wanted;
    throw invalid('a point is no element', 'a target other than {x, y}');
  };
  const text = (what: string) => {
    if (typeof value === 'string' && value !== '') return value;
    throw invalid(`it has no ${what}`, `the ${what} as value`);
  };
  const number = (what: string) => {
    if (typeof value === 'number') return value;
    throw invalid(`it has no ${what}`, `the ${what} as value`);
  };
  const typed = (): TypedText => {
    const found = typedText(value);
    if (found) return found;
    throw invalid('it has no text', 'the text as value, or {secret: NAME} for a name of secrets[]');
  };
  switch (action) {
    case 'click':
    case 'double_click':
    case 'right_click':
    case 'hover':
      return { action, target: needTarget() };
    case 'check':
    case 'uncheck':
    case 'toggle':
    case 'clear':
    case 'scroll_into_view':
    case 'focus':
      return { action, target: needElement() };
    case 'navigate_back':
    case 'navigate_forward':
    case 'reload':
    case 'clear_storage':
    case 'screenshot':
      return { action };
    case 'submit':
      return { action, target };
    case 'drag': {
      const to = StepTarget.safeParse(value);
      if (!to.success) throw invalid('it has no end', 'where it ends as value: {x, y}, {ref} or {selector}');
      return { action, target: needTarget(), to: to.data };
    }
    case 'type':
      return { action, target, typed: typed() };
    case 'fill':
      return { action, target: needElement(), typed: typed() };
    case 'press':
    case 'hotkey':
      return { action, target, keys: text('keys') };
    case 'select_option': {
      const options = list(value);
      if (!options) throw invalid('it has no option', 'the label or value of the option as value, or a list of them');
      return { action, target: needElement(), options };
    }
    case 'upload_file': {
      const files = list(value);
      if (!files) throw invalid('it has no file', 'a path inside the project as value, or a list of them');
      return { action, target: needElement(), files };
    }
    case 'fill_form':
      return { action, target, fields: formFields(value, invalid) };
    case 'scroll': {
      if (value === 'top' || value === 'bottom') return { action, target, by: value };
      const [dx, dy] =
        typeof value === 'number' ? [0, value] : [numberOf(value, 'dx') ?? 0, numberOf(value, 'dy') ?? 0];
      if (dx === 0 && dy === 0) throw invalid('it has no way to go', 'px down as value, {dx, dy}, "top" or "bottom"');
      return { action, target, by: { dx, dy } };
    }
    case 'navigate_url':
      return { action, url: text('address') };
    case 'wait':
      return { action, goal: goal(target, value, invalid) };
    case 'dialog': {
      const accept = isRecord(value) ? value.accept : value;
      const answer = isRecord(value) ? value.text : undefined;
      if (accept !== true && accept !== false && accept !== 'accept' && accept !== 'dismiss')
        throw invalid(
          'it has no answer',
          '"accept", "dismiss" or {accept, text} as value, before the step that opens it',
        );
      return {
        action,
        accept: accept === true || accept === 'accept',
        text: answer === undefined ? undefined : String(answer),
      };
    }
    case 'new_tab':
      return { action, url: value === undefined ? undefined : text('address') };
    case 'switch_tab':
      return { action, tab: number('number of the tab') };
    case 'close_tab':
      return { action, tab: value === undefined ? undefined : number('number of the tab') };
    case 'set_viewport': {
      const [width, height] = [numberOf(value, 'width'), numberOf(value, 'height')];
      if (!inRange(width, 16, 8192) || !inRange(height, 16, 8192))
        throw invalid('it has no size', '{width, height} as value, 16 to 8192 px each');
      return { action, width, height };
    }
    case 'set_color_scheme':
      if (value === 'light' || value === 'dark' || value === 'no-preference') return { action, scheme: value };
      throw invalid('it has no scheme', '"light", "dark" or "no-preference" as value');
    case 'emulate_offline':
      return { action, offline: value !== false };
    case 'set_geolocation': {
      const [latitude, longitude] = [numberOf(value, 'latitude'), numberOf(value, 'longitude')];
      if (!inRange(latitude, -90, 90) || !inRange(longitude, -180, 180))
        throw invalid('it has no place', '{latitude, longitude} in degrees as value');
      return { action, latitude, longitude, accuracy: Math.max(0, numberOf(value, 'accuracy') ?? 10) };
    }
    case 'grant_permission': {
      const permissions = list(value);
      if (!permissions) throw invalid('it has no permission', 'a name such as "geolocation" as value, or a list');
      return { action, permissions };
    }
    case 'assert_visible':
      return { action, target: needElement(), visible: value !== false };
    case 'assert_text':
      return { action, target, text: text('text') };
    case 'assert_url':
      return { action, url: text('address') };
    case 'assert_count':
      return { action, target: needElement(), count: number('number') };
    case 'focus_app':
    case 'bring_to_front':
      throw new CodeloopError('STEP_INVALID', {
        action,
        problem: 'it is for desktop apps, and this is a page',
        allowed: [],
      });
  }
}
