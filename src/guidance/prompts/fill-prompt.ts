import { CodeloopError } from '../../core/errors.js';
import { nearestName } from '../../core/nearest-name.js';
import { LAYERS, STACK_LAYERS } from './layers.js';
import type { PromptTemplate } from './prompt.js';
import { PROMPTS } from './templates.js';

/** What is known of the project, for variables that are not given. */
export interface PromptProject {
  /** As the project's detection names it: `next`, `vite-react`, `static`. */
  framework: string | undefined;
  screens: readonly string[];
}

/** A prompt that was put together. */
export interface FilledPrompt {
  template: PromptTemplate;
  /** Values as they were put in, with where they are from. */
  values: { name: string; value: string; from: 'given' | 'project' | 'default' }[];
  text: string;
}

/** Characters of one value. */
const MAX_VALUE = 4000;
const TOOL = 'codeloop_get_prompt';

/** The prompt of an id. Throws PROMPT_NOT_FOUND with the nearest. */
export function findPrompt(id: string): PromptTemplate {
  const found = PROMPTS.find((prompt) => prompt.id === id);
  if (found) return found;
  const allowed = PROMPTS.map((prompt) => prompt.id);
  const nearest = nearestName(id, allowed);
  throw new CodeloopError('PROMPT_NOT_FOUND', { prompt: id, allowed, ...(nearest ? { nearest } : {}) });
}

/**
 * Puts a prompt together: its layers in order, variables filled in, lines without a value left out. A value is one line: line ends in it
 * become blanks, so that it cannot pose as a line of ours. Pure. Throws PROMPT_NOT_FOUND, ARGUMENTS_INVALID.
 */
export function fillPrompt(id: string, given: Readonly<Record<string, string>>, project: PromptProject): FilledPrompt {
  const template = findPrompt(id);
  const values = valuesOf(template, given, project);
  const byName = new Map(values.map(({ name, value }) => [name, value]));
  const blocks = template.layers.flatMap((layer) => {
    const text = layer === 'stack' ? stackLayer(byName.get('framework')) : LAYERS[layer];
    return text === undefined ? [] : [fillLayer(text, byName)];
  });
  return { template, values, text: blocks.join('\n\n') };
}

function valuesOf(
  { id, variables }: PromptTemplate,
  given: Readonly<Record<string, string>>,
  project: PromptProject,
): FilledPrompt['values'] {
  const allowed = variables.map(({ name }) => name);
  const invalid = (problem: string) => new CodeloopError('ARGUMENTS_INVALID', { tool: TOOL, problem, allowed });
  for (const [name, value] of Object.entries(given)) {
    const nearest = nearestName(name, allowed);
    if (!allowed.includes(name))
      throw invalid(`the prompt ${id} has no variable ${name}${nearest ? `; did you mean ${nearest}?` : '.'}`);
    if (value.length > MAX_VALUE) throw invalid(`${name} has ${value.length} characters; ${MAX_VALUE} are allowed.`);
  }
  const missing = variables.filter(({ name, required }) => required && oneLine(given[name] ?? '') === '');
  if (missing.length > 0) throw invalid(`the prompt ${id} needs ${missing.map(({ name }) => name).join(', ')}.`);
  return variables.flatMap(({ name, fallback }): FilledPrompt['values'] => {
    const value = oneLine(given[name] ?? '');
    if (value !== '') return [{ name, value, from: 'given' }];
    const known = ofProject(name, project);
    if (known !== undefined) return [{ name, value: known, from: 'project' }];
    return fallback === undefined ? [] : [{ name, value: fallback, from: 'default' }];
  });
}

function ofProject(name: string, { framework, screens }: PromptProject): string | undefined {
  if (name === 'framework') return framework;
  return name === 'screens' && screens.length > 0 ? screens.join(', ') : undefined;
}

/** What there is to know of a framework: by its name, else by the first part of it (`vite-react` is a Vite project too). */
function stackLayer(framework: string | undefined): string | undefined {
  const names = framework === undefined ? [] : [framework, framework.split('-')[0] ?? ''];
  const known = names.find((name) => Object.hasOwn(STACK_LAYERS, name));
  return known === undefined ? undefined : STACK_LAYERS[known];
}

function fillLayer(text: string, values: ReadonlyMap<string, string>): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const names = [...line.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name);
      if (names.some((name) => !values.has(name))) return [];
      return [line.replace(/\{\{(\w+)\}\}/g, (_all, name: string) => values.get(name) ?? '')];
    })
    .join('\n');
}

function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
