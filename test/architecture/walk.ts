import path from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';

/** A function of a file: `verify/verify.ts` and `startVerify`. */
export interface Step {
  file: string;
  name: string;
}

/** A walk through the source: the files that it enters, in that order, and its steps into another file, from each of which it returns once. */
export interface Walk {
  files: string[];
  steps: (Step & { from: string })[];
}

interface Read {
  /** Functions at the top of the file, with their place in the text. */
  functions: Map<string, { start: number; end: number }>;
  /** Names that come from another file. */
  imports: Map<string, Step>;
  /** Names that are called or handed on, in order. */
  uses: { name: string; at: number }[];
}

/** Which walk. */
export interface Way {
  first: Step;
  /** The walk ends with what this one does. */
  last?: Step;
  /** Which files are entered; what lies in others is done when it is called. */
  isEntered: (file: string) => boolean;
}

/**
 * Walks from a function through what it calls, and through what that calls, in the order of the text: each function once, wherever it is
 * called again. A function that is handed on (`mapConcurrent(cells, judgeOne)`) is called. Methods of objects are not followed: whoever reads
 * the call has the interface in hand. `sources`: texts by their path in `src`. Pure.
 */
export function walkFrom({ first, last, isEntered }: Way, sources: Readonly<Record<string, string>>): Walk {
  const read = new Map<string, Read>();
  const facts = (file: string): Read => {
    const known = read.get(file) ?? readCalls(file, sources[file] ?? '');
    read.set(file, known);
    return known;
  };
  const seen = new Set<string>();
  const files = new Set([first.file]);
  const steps: Walk['steps'] = [];
  let ended = false;
  const walk = ({ file, name }: Step) => {
    const { functions, imports, uses } = facts(file);
    const body = functions.get(name);
    if (!body) return;
    for (const use of uses.filter(({ at }) => at >= body.start && at < body.end)) {
      const imported = imports.get(use.name);
      const next = imported ?? { file, name: use.name };
      const key = `${next.file} ${next.name}`;
      if (ended) return;
      if (seen.has(key) || !isEntered(next.file) || !facts(next.file).functions.has(next.name)) continue;
      seen.add(key);
      if (imported) {
        files.add(next.file);
        steps.push({ ...next, from: file });
      }
      walk(next);
      ended ||= next.file === last?.file && next.name === last.name;
    }
  };
  seen.add(`${first.file} ${first.name}`);
  walk(first);
  return { files: [...files], steps };
}

function readCalls(file: string, text: string): Read {
  const functions: Read['functions'] = new Map();
  const imports: Read['imports'] = new Map();
  const uses: Read['uses'] = [];
  const { program, errors } = parseSync(file, text);
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`);
  const fileOf = (specifier: string) => path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts');
  const top = new Set(
    program.body.map((node) => (node.type === 'ExportNamedDeclaration' ? (node.declaration ?? node) : node)),
  );
  new Visitor({
    ImportDeclaration: ({ source, specifiers, importKind }) => {
      if (importKind === 'type' || !source.value.startsWith('.')) return;
      for (const one of specifiers)
        if (one.type === 'ImportSpecifier' && one.imported.type === 'Identifier')
          imports.set(one.local.name, { file: fileOf(source.value), name: one.imported.name });
    },
    FunctionDeclaration: (node) => {
      if (node.id && top.has(node))
        functions.set(node.id.name, { start: node.body?.start ?? node.start, end: node.end });
    },
    VariableDeclaration: (node) => {
      for (const { id, init } of node.declarations) {
        if (id.type === 'Identifier' && init?.type === 'ArrowFunctionExpression' && top.has(node))
          functions.set(id.name, { start: init.start, end: init.end });
        // `const { writeReport } = await import('../report-phase.js')`
        if (id.type !== 'ObjectPattern' || init?.type !== 'AwaitExpression') continue;
        const { argument } = init;
        if (argument.type !== 'ImportExpression' || argument.source.type !== 'Literal') continue;
        const from = String(argument.source.value);
        for (const property of id.properties)
          if (property.type === 'Property' && property.key.type === 'Identifier' && from.startsWith('.'))
            imports.set(property.key.name, { file: fileOf(from), name: property.key.name });
      }
    },
    CallExpression: ({ callee, arguments: given }) => {
      for (const one of [callee, ...given]) if (one.type === 'Identifier') uses.push({ name: one.name, at: one.start });
    },
  }).visit(program);
  uses.sort((a, b) => a.at - b.at);
  return { functions, imports, uses };
}
