import type { BuiltIn } from './tool-entry.js';

/** Needs that codeloop answers without anything else. */
export const BUILT_IN: readonly BuiltIn[] = [
  {
    tool: 'codeloop_verify',
    arguments: {},
    what: 'screenshots of every screen at every viewport, console and network errors, the project’s own build and tests',
    answers: ['screenshot', 'console', 'network', 'errors', 'responsive', 'viewport', 'smoke'],
  },
  {
    tool: 'codeloop_design_compare',
    arguments: {},
    what: 'comparison with design pictures or Figma frames, differing elements named',
    answers: ['visual', 'design', 'figma', 'pixel', 'regression', 'screenshot'],
  },
  {
    tool: 'codeloop_start_recording',
    arguments: { url: '/' },
    what: 'recording of interactions, replayed as flows at each viewport',
    answers: ['e2e', 'end-to-end', 'flow', 'interaction', 'video', 'recording', 'click'],
  },
  {
    tool: 'codeloop_diagnose',
    arguments: {},
    what: 'violations of accessibility rules (axe-core) on every screen, against accepted ones',
    answers: ['accessibility', 'a11y', 'wcag', 'axe', 'contrast'],
  },
  {
    tool: 'codeloop_generate_spec',
    arguments: {},
    what: 'design tokens in the W3C format from frames or matching screens',
    answers: ['tokens', 'design-system'],
  },
];
