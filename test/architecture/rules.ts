import { isBuiltin } from 'node:module';
import path from 'node:path';
import { findCycles } from './cycles.js';
import type { ImportFact, SourceFacts } from './read-source.js';
import { heavyPackages, maxFiles, maxLines, mayImport, minLines, owners, printers, registries } from './table.js';

/** The rules, by the name that a breach starts with. */
export type Rule =
  | 'wall'
  | 'owner'
  | 'cycle'
  | 'eager'
  | 'name'
  | 'length'
  | 'crumb'
  | 'crowd'
  | 'any'
  | 'env-write'
  | 'print'
  | 'unresolved'
  | 'computed';

/** One breach. `text` starts with the rule and the place: `wall: core/errors.ts:3 imports config (may import: nothing)`. */
export interface Breach {
  readonly rule: Rule;
  readonly text: string;
}

/** Judges a source tree by the architecture table. Pure: the same facts give the same breaches, in the order of the files. */
export function findBreaches(files: readonly SourceFacts[]): Breach[] {
  const known = new Set(files.map(({ file }) => file));
  const breaches: Breach[] = [];
  const report = (rule: Rule, text: string) => breaches.push({ rule, text: `${rule}: ${text}` });
  const graph = new Map<string, string[]>();
  const eagerGraph = new Map<string, string[]>();

  for (const source of files) {
    const folder = folderOf(source.file);
    const targets: string[] = [];
    const eager: string[] = [];
    graph.set(source.file, targets);
    eagerGraph.set(source.file, eager);
    if (mayImport[folder] === undefined) report('wall', `${source.file} lives in no folder of the table`);

    for (const fact of source.imports) {
      const place = `${source.file}:${fact.line}`;
      if (fact.specifier === null) {
        report('computed', `${place} imports a computed name, which no wall can see`);
      } else if (fact.specifier.startsWith('.')) {
        const target = resolveRelative(source.file, fact.specifier, known);
        if (target === 'outside') report('wall', `${place} reaches out of src: ${fact.specifier}`);
        else if (target === undefined) report('unresolved', `${place} imports ${fact.specifier}, which is not there`);
        else if (target !== 'asset') {
          targets.push(target);
          if (!fact.lazy) eager.push(target);
          checkWall(source.file, target, place, report);
        }
      } else {
        checkOwner(folder, fact, place, report);
        if (!fact.lazy) eager.push(packageOf(fact.specifier));
      }
    }

    for (const name of badNames(source.file)) report('name', `${source.file}: nothing is called ${name}`);
    if (source.lineCount > maxLines)
      report('length', `${source.file} has ${source.lineCount} lines, more than ${maxLines}`);
    if (source.file.endsWith('.tsx') && folder !== 'report')
      report('owner', `${source.file} is JSX, which loads preact: only report may`);
    for (const { line } of source.anys) report('any', `${source.file}:${line}`);
    for (const { what, line } of source.envWrites) report('env-write', `${source.file}:${line} (${what})`);
    if (!printers.includes(folder))
      for (const { what, line } of source.prints) report('print', `${source.file}:${line} (${what})`);
  }

  for (const [file, home] of crumbs(files, graph))
    report('crumb', `${file} belongs in ${home}, which alone imports it`);
  for (const [folder, count] of crowds(files))
    report('crowd', `${folder} has ${count} files at one level, more than ${maxFiles}`);
  for (const cycle of findCycles(graph)) report('cycle', `files ${cycle.join(' -> ')}`);
  for (const cycle of findCycles(folderGraph(graph))) report('cycle', `folders ${cycle.join(' -> ')}`);
  for (const trail of heavyTrails(eagerGraph)) report('eager', `${trail.join(' -> ')} is loaded at start`);
  const serverUsers = files.filter(({ file, imports }) => folderOf(file) === 'cli' && imports.some(reaches('server')));
  if (serverUsers.length > 1)
    report('wall', `only one file of cli may import server: ${serverUsers.map(({ file }) => file).join(', ')}`);
  return breaches;
}

/** The folder of src that a file belongs to; a file at the top stands for itself, by its name without extension. */
export function folderOf(file: string): string {
  const [first = ''] = file.split('/');
  return first.replace(/\.[cm]?tsx?$/, '');
}

function checkWall(file: string, target: string, place: string, report: (rule: Rule, text: string) => void): void {
  const [from, to] = [folderOf(file), folderOf(target)];
  const allowed = mayImport[from] ?? [];
  if (from !== to && !allowed.includes(to))
    report('wall', `${place} imports ${to} (may import: ${allowed.join(', ') || 'nothing'})`);
}

function checkOwner(folder: string, fact: ImportFact, place: string, report: (rule: Rule, text: string) => void): void {
  const name = packageOf(fact.specifier ?? '');
  const owner = owners[name];
  if (owner === 'everyone' || owner?.includes(folder)) return;
  if (owner === undefined && name.startsWith('node:')) return;
  report(
    'owner',
    `${place} imports ${name} (${owner === undefined ? 'nobody owns it' : `owner: ${owner.join(', ')}`})`,
  );
}

/** The package of a specifier without its subpath; built-ins always with `node:`, sub-paths of built-ins (`node:fs/promises`) kept. */
function packageOf(specifier: string): string {
  if (isBuiltin(specifier)) return specifier.startsWith('node:') ? specifier : `node:${specifier}`;
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function resolveRelative(from: string, specifier: string, known: ReadonlySet<string>): string | undefined {
  const target = path.posix.join(path.posix.dirname(from), specifier);
  if (target === '../package.json') return 'asset';
  if (target.startsWith('..')) return 'outside';
  if (!/\.[cm]?[jt]sx?$/.test(target) && path.posix.extname(target) !== '') return 'asset';
  const stem = target.replace(/\.([cm]?)[jt]sx?$/, '.$1');
  return [target, `${stem}ts`, `${stem}tsx`].find((candidate) => known.has(candidate));
}

/** Short files that one neighbour alone imports, with that neighbour; members of a registry may be short. */
function crumbs(
  files: readonly SourceFacts[],
  graph: ReadonlyMap<string, readonly string[]>,
): (readonly [file: string, home: string])[] {
  const importers = new Map<string, Set<string>>();
  for (const [from, targets] of graph)
    for (const target of targets) importers.set(target, (importers.get(target) ?? new Set<string>()).add(from));
  return files.flatMap(({ file, lineCount, hasDefault }) => {
    if (lineCount >= minLines || hasDefault || registries.some((registry) => registry.test(file))) return [];
    const [home, second] = importers.get(file) ?? [];
    if (home === undefined || second !== undefined) return [];
    return path.posix.dirname(home) === path.posix.dirname(file) ? [[file, home] as const] : [];
  });
}

/** Folders with too many files beside each other, with their count. */
function crowds(files: readonly SourceFacts[]): [folder: string, count: number][] {
  const counts = new Map<string, number>();
  for (const { file } of files) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > maxFiles);
}

function badNames(file: string): string[] {
  const parts = file.split('/').map((part) => part.replace(/\..*$/, '').toLowerCase());
  return parts.filter((part) => part === 'common' || /(^|[-_])(utils?|helpers?|misc)([-_]|$)/.test(part));
}

function reaches(folder: string): (fact: ImportFact) => boolean {
  return ({ specifier }) => specifier?.startsWith(`../${folder}/`) === true;
}

function folderGraph(graph: ReadonlyMap<string, readonly string[]>): Map<string, string[]> {
  const folders = new Map<string, Set<string>>();
  for (const [file, targets] of graph) {
    const from = folderOf(file);
    const set = folders.get(from) ?? new Set<string>();
    for (const target of targets) if (folderOf(target) !== from) set.add(folderOf(target));
    folders.set(from, set);
  }
  return new Map([...folders].map(([from, set]) => [from, [...set]]));
}

/** What `bin.ts` loads at once, after it has said where compiled code is kept. */
const START = 'cli/main.ts';

/** For each heavy package that the program loads at start, the shortest trail to it from `cli/main.ts`. */
function heavyTrails(eagerGraph: ReadonlyMap<string, readonly string[]>): string[][] {
  const trails = new Map([[START, [START]]]);
  const queue = [START];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const target of eagerGraph.get(next) ?? []) {
      if (trails.has(target)) continue;
      trails.set(target, [...(trails.get(next) ?? []), target]);
      queue.push(target);
    }
  }
  return heavyPackages.flatMap((name) => {
    const trail = trails.get(name);
    return trail === undefined ? [] : [trail];
  });
}
