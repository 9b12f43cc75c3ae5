import { join } from 'node:path';
import { readText } from '../../core/path-walls.js';
import { detectProject } from '../../project/detect.js';
import { fileExists, type Project } from '../../project/project.js';
import { projectScreens } from '../../project/screens.js';
import { BROWSER_TOOLS } from './browser-tools.js';
import { CODE_TOOLS } from './code-tools.js';
import type { BuiltIn, StackKind, ToolEntry } from './tool-entry.js';

/** Files by which a language is seen. */
const MANIFESTS = {
  python: ['pyproject.toml', 'requirements.txt', 'setup.py'],
  go: ['go.mod'],
  rust: ['Cargo.toml'],
} as const;
type Language = keyof typeof MANIFESTS;

/** Returns what the manifests of a project name: its dependencies, and languages besides JavaScript. A broken manifest names nothing. */
export async function installedPackages(dir: string): Promise<{ packages: Set<string>; languages: Language[] }> {
  const languages: Language[] = [];
  const packages = new Set(await npmPackages(dir));
  for (const [language, files] of Object.entries(MANIFESTS) as [Language, readonly string[]][]) {
    // keys of MANIFESTS
    const there = [];
    for (const file of files) if (await fileExists(join(dir, file))) there.push(file);
    if (there.length === 0) continue;
    languages.push(language);
    if (language === 'python')
      for (const file of there) for (const name of await pythonNames(join(dir, file))) packages.add(name);
  }
  return { packages, languages };
}

async function npmPackages(dir: string): Promise<string[]> {
  try {
    const manifest: unknown = JSON.parse(await readText(join(dir, 'package.json')));
    const names = (field: string): string[] => {
      const inner: unknown =
        manifest !== null && typeof manifest === 'object' ? Reflect.get(manifest, field) : undefined;
      return inner !== null && typeof inner === 'object' ? Object.keys(inner) : [];
    };
    return [...names('dependencies'), ...names('devDependencies')];
  } catch {
    return []; // none, or not JSON
  }
}

/** Names of requirements: at the start of a line of requirements.txt, or quoted in the other files. */
async function pythonNames(file: string): Promise<string[]> {
  const text = await readText(file);
  return [...text.matchAll(/(?:^|["'])([a-z][\w.-]*)(?=\s*(?:[<>=~!;["'\n]|$))/gim)].map(([, name = '']) =>
    name.toLowerCase(),
  );
}

/** Needs that codeloop answers without anything else. */
const BUILT_IN: readonly BuiltIn[] = [
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

/** The stack of a project, as far as it is known. */
export interface Stack {
  /** As its detection names it. */
  framework: string;
  /** Names of what its manifest depends on. */
  packages: ReadonlySet<string>;
  /** Languages by their manifests: `python`, `go`, `rust`. */
  languages: readonly StackKind[];
  /** Its pages are verified: it has screens, whatever its manifests say. */
  pages?: boolean;
}

/** A tool with its place and why it has it. */
interface RankedTool extends ToolEntry {
  score: number;
  installed: boolean;
  /** Our own words. */
  reasons: string[];
}

interface RankedTools {
  tools: RankedTool[];
  /** What codeloop itself does for this need. */
  builtIn: BuiltIn[];
  /** Constraints of which nobody knows what they mean; they were not applied. */
  ignored: string[];
}

/** Everything in the catalogue. */
export const CATALOGUE: readonly ToolEntry[] = [...BROWSER_TOOLS, ...CODE_TOOLS];

const PERMISSIVE: ReadonlySet<string> = new Set(['MIT', 'Apache-2.0', 'ISC', 'BSD-3-Clause']);
/** Constraints, and what a tool has to be to meet each. */
const CONSTRAINTS: ReadonlyMap<string, (entry: ToolEntry) => boolean> = new Map([
  ['offline', ({ offline }: ToolEntry) => offline],
  ['no-browser', ({ browser }: ToolEntry) => !browser],
  ['browser', ({ browser }: ToolEntry) => browser],
  ['permissive', ({ licence }: ToolEntry) => PERMISSIVE.has(licence)],
  ['no-copyleft', ({ licence }: ToolEntry) => !/GPL/.test(licence)],
  ['npm', ({ install }: ToolEntry) => /^(?:npm|node)\b/.test(install)],
]);
/** Stacks that most projects are of. */
const BROAD: ReadonlySet<StackKind> = new Set(['web', 'node', 'typescript']);
/** Words that nearly every tool answers say little of what is needed. */
const GENERIC: ReadonlySet<string> = new Set(['test', 'tests']);
/** Words that mean the same need. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['accessible', 'accessibility'],
  ['vulnerability', 'vulnerabilities'],
  ['secret', 'secrets'],
  ['fast', 'speed'],
  ['slow', 'performance'],
  ['linting', 'lint'],
  ['typing', 'types'],
  ['testing', 'test'],
]);
/** Needs of more than one word, as they are one. */
const PHRASES = [
  [/\bend to end\b/g, 'end-to-end'],
  [/\bdesign system\b/g, 'design-system'],
  [/\bcross browser\b/g, 'cross-browser'],
  [/\bdead code\b/g, 'dead'],
] as const;

/** The stacks that a project is of, by what its detection and its manifests say. */
export function stackKinds({ framework, packages, languages, pages = false }: Stack): ReadonlySet<StackKind> {
  const kinds = new Set<StackKind>(languages);
  const has = (...names: string[]) => names.some((name) => packages.has(name) || framework.split('-').includes(name));
  if (pages || (framework !== 'none' && framework !== 'node')) kinds.add('web');
  if (framework !== 'none' && framework !== 'static') kinds.add('node');
  if (has('react', 'react-dom')) kinds.add('react');
  if (has('next')) kinds.add('next').add('react');
  if (has('vue', 'nuxt')) kinds.add('vue');
  if (has('svelte', 'sveltekit', '@sveltejs/kit')) kinds.add('svelte');
  if (has('@angular/core', 'angular')) kinds.add('angular');
  if (has('astro')) kinds.add('astro');
  if (has('vite')) kinds.add('vite');
  if (has('express')) kinds.add('express');
  if (has('typescript')) kinds.add('typescript');
  if (has('react-native', 'electron')) kinds.add('native');
  return kinds;
}

/**
 * Tools for a need, best first: how many of its words a tool answers, whether the project has it already, how closely it is made for the
 * stack; equals stand in the order of the catalogue. What does not answer the need, does not fit the stack or breaks a constraint is left out. Pure; no network is asked.
 */
export function rankTools(need: string, constraints: readonly string[], stack: Stack): RankedTools {
  const words = needWords(need);
  const kinds = stackKinds(stack);
  const given = constraints.map((one) =>
    one
      .toLowerCase()
      .trim()
      .replace(/[\s_]+/g, '-'),
  );
  const rules = given.flatMap((name) => CONSTRAINTS.get(name) ?? []);
  const tools = CATALOGUE.flatMap((entry): RankedTool[] => {
    const answered = entry.answers.filter((word) => words.has(word));
    const fitting = entry.fits.filter((kind) => kinds.has(kind));
    if (answered.length === 0 || fitting.length === 0 || !rules.every((holds) => holds(entry))) return [];
    const installed = entry.packages.some((name) => stack.packages.has(name));
    // Made for few stacks, and not for every page or program, means made for this one.
    const closeness = (fitting.some((kind) => !BROAD.has(kind)) ? 1 : 0.3) / entry.fits.length;
    return [
      {
        ...entry,
        installed,
        score:
          Math.round(
            100 *
              (answered.reduce((sum, word) => sum + (GENERIC.has(word) ? 0.25 : 1), 0) +
                (installed ? 1.5 : 0) +
                closeness),
          ) / 100,
        reasons: [
          ...(installed ? ['the project has it already'] : []),
          `answers ${answered.join(', ')}`,
          `fits ${fitting.join(', ')}`,
        ],
      },
    ];
  });
  return {
    tools: tools.sort((a, b) => b.score - a.score),
    builtIn: BUILT_IN.filter(({ answers }) => answers.some((word) => words.has(word))),
    ignored: constraints.filter((_one, index) => !CONSTRAINTS.has(given[index] ?? '')),
  };
}

function needWords(need: string): ReadonlySet<string> {
  let text = need.toLowerCase();
  for (const [said, meant] of PHRASES) text = text.replace(said, meant);
  const words = text.match(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu) ?? [];
  return new Set(words.map((word) => SAME.get(word) ?? word));
}

/** Tools for a need that fit the project's stack, from the catalogue that codeloop ships. */
export async function recommendTools(
  project: Project,
  need: string,
  constraints: readonly string[],
): Promise<RankedTools & { stack: string[] }> {
  const [{ framework }, { packages, languages }, screens] = await Promise.all([
    detectProject(project.dir),
    installedPackages(project.dir),
    projectScreens(project),
  ]);
  const stack = { framework, packages, languages, pages: screens.length > 0 };
  return { ...rankTools(need, constraints, stack), stack: [...stackKinds(stack)].sort() };
}
