import { expect, test } from 'vitest';
import { CATALOGUE, rankTools, type Stack, stackKinds } from '../../../src/guidance/catalogue/rank-tools.js';
import { verifies } from '../../requirements.js';

const stack = (framework: string, packages: string[] = [], languages: Stack['languages'] = []): Stack => ({
  framework,
  packages: new Set(packages),
  languages,
});
const names = (need: string, on: Stack, constraints: string[] = []) =>
  rankTools(need, constraints, on).tools.map(({ name }) => name);

test('a need is answered by tools made for the stack, the closest and those that are there already first', () => {
  verifies('recommend.tool');
  expect(names('component tests', stack('vite-vue', ['vue']))[0]).toBe('Testing Library (Vue)');
  expect(names('component tests', stack('next', ['react']))).not.toContain('Testing Library (Vue)');
  expect(names('end to end', stack('vite-react'))[0]).toBe('Playwright Test');
  expect(names('end to end', stack('vite-react', ['cypress']))[0]).toBe('Cypress');
  expect(names('unit tests', stack('none', [], ['python']))).toEqual(['pytest']);
  expect(names('accessibility', stack('sveltekit', ['svelte']))).toContain('svelte-check');
  expect(names('quantum entanglement', stack('next'))).toEqual([]);
});

test('reasons tell why, constraints leave out, and one that nobody knows is told', () => {
  verifies('recommend.tool');
  const on = stack('vite-react', ['@axe-core/playwright']);
  const { tools, builtIn, ignored } = rankTools('accessible pages', ['no copyleft', 'cheap', 'constructor'], on);
  expect(tools[0]).toMatchObject({
    name: '@axe-core/playwright',
    installed: true,
    reasons: ['the project has it already', 'answers accessibility', 'fits web'],
  });
  expect(tools.map(({ name }) => name)).not.toContain('Pa11y');
  expect(builtIn.map(({ tool }) => tool)).toEqual(['codeloop_diagnose']);
  expect(ignored).toEqual(['cheap', 'constructor']);
  for (const name of names('security secrets', on, ['offline'])) expect(name).not.toBe('OSV-Scanner');
  expect(names('accessibility', on, ['no-browser'])).toEqual(['html-validate']);
});

test('the catalogue names each tool once, with all it needs', () => {
  verifies('recommend.tool');
  expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  for (const { name, answers, fits, install, what, licence } of CATALOGUE)
    expect(
      [answers.length, fits.length, install.length, what.length, licence.length].every((n) => n > 0),
      name,
    ).toBe(true);
  expect([...stackKinds(stack('vite-react', ['typescript']))].sort()).toEqual([
    'node',
    'react',
    'typescript',
    'vite',
    'web',
  ]);
  expect([...stackKinds(stack('none'))]).toEqual([]);
});
