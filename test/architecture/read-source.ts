import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Expression, parseSync, Visitor } from 'oxc-parser';

/** One import of a file, of any form: `import`, `import type`, `export from`, `import()`, `import('…').T`, `require()`. */
export interface ImportFact {
  /** The specifier as written, or `null` where it is computed. */
  readonly specifier: string | null;
  /** 1-based. */
  readonly line: number;
  /** True where nothing of the module is loaded when this file is loaded: type-only imports and `import()`. */
  readonly lazy: boolean;
}

/** A place in a file. */
export interface Place {
  readonly what: string;
  /** 1-based. */
  readonly line: number;
}

/** What the rules need to know of one source file. */
export interface SourceFacts {
  /** Relative to the folder that was read, with forward slashes. */
  readonly file: string;
  readonly lineCount: number;
  /** Whether it has a default export: a member of a list, as tools, checks and gates are. */
  readonly hasDefault: boolean;
  readonly imports: readonly ImportFact[];
  /** Each `any` type. */
  readonly anys: readonly Place[];
  /** Each write to `process.env`. */
  readonly envWrites: readonly Place[];
  /** Each use of `console` and each `process.stdout.write`. */
  readonly prints: readonly Place[];
  /** Literal arguments of calls by plain name, e.g. of `verifies('house.walls')`. */
  readonly literalCalls: readonly {
    readonly callee: string;
    readonly values: readonly string[];
    readonly line: number;
  }[];
}

/** The source files under a folder, sorted, relative and with forward slashes. Declaration files are left out. */
export function listSources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => /\.(ts|tsx|mts|cts)$/.test(file) && !/\.d\.[mc]?ts$/.test(file))
    .sort();
}

/** Reads the facts of one file from its text. Throws with the parser's message when the text is not TypeScript. */
export function readSource(file: string, text: string): SourceFacts {
  const parsed = parseSync(file, text);
  const broken = parsed.errors[0];
  if (broken !== undefined) throw new Error(`${file}: ${broken.message}`);
  const lineStarts = [...text.matchAll(/\n/g)].map((match) => match.index);
  const lineOf = (offset: number): number => 1 + lineStarts.filter((start) => start < offset).length;

  let hasDefault = false;
  const imports: ImportFact[] = [];
  const anys: Place[] = [];
  const envWrites: Place[] = [];
  const prints: Place[] = [];
  const literalCalls: { callee: string; values: string[]; line: number }[] = [];
  const add = (specifier: string | null, start: number, lazy: boolean) =>
    imports.push({ specifier, line: lineOf(start), lazy });

  new Visitor({
    ImportDeclaration: (node) => add(node.source.value, node.start, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source.value, node.start, node.exportKind === 'type'),
    ExportNamedDeclaration: (node) => {
      if (node.source !== null) add(node.source.value, node.start, node.exportKind === 'type');
    },
    ExportDefaultDeclaration: () => {
      hasDefault = true;
    },
    ImportExpression: (node) => add(literal(node.source), node.start, true),
    TSImportType: (node) => add(node.source.value, node.start, true),
    TSImportEqualsDeclaration: (node) => {
      if (node.moduleReference.type === 'TSExternalModuleReference')
        add(node.moduleReference.expression.value, node.start, node.importKind === 'type');
    },
    TSAnyKeyword: (node) => anys.push({ what: 'any', line: lineOf(node.start) }),
    AssignmentExpression: (node) => {
      if (isEnv(text.slice(node.left.start, node.left.end)))
        envWrites.push({ what: 'assignment', line: lineOf(node.start) });
    },
    UnaryExpression: (node) => {
      if (node.operator === 'delete' && isEnv(text.slice(node.argument.start, node.argument.end)))
        envWrites.push({ what: 'delete', line: lineOf(node.start) });
    },
    CallExpression: (node) => {
      const callee = text.slice(node.callee.start, node.callee.end);
      const first = node.arguments[0];
      if (
        /^(Object\.(assign|defineProperty|defineProperties)|Reflect\.(set|deleteProperty|defineProperty)|(process\.)?loadEnvFile)$/.test(
          callee,
        )
      ) {
        const target = first === undefined ? '' : text.slice(first.start, first.end);
        if (callee.endsWith('loadEnvFile') || isEnv(target)) envWrites.push({ what: callee, line: lineOf(node.start) });
      }
      if (/^process\.(stdout|stderr)\.write$/.test(callee)) prints.push({ what: callee, line: lineOf(node.start) });
      if (callee === 'require' || callee === 'require.resolve')
        add(first === undefined || first.type === 'SpreadElement' ? null : literal(first), node.start, false);
      const values = node.arguments.flatMap((argument) =>
        argument.type === 'SpreadElement' ? [] : (literal(argument) ?? []),
      );
      if (/^\w+$/.test(callee)) literalCalls.push({ callee, values, line: lineOf(node.start) });
    },
    MemberExpression: (node) => {
      if (node.object.type === 'Identifier' && node.object.name === 'console')
        prints.push({ what: 'console', line: lineOf(node.start) });
    },
  }).visit(parsed.program);

  return {
    file,
    lineCount: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    hasDefault,
    imports,
    anys,
    envWrites,
    prints,
    literalCalls,
  };
}

/** The string that an expression spells out, or `null`. */
function literal(node: Expression): string | null {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0]?.value.cooked ?? null;
  return null;
}

/** Whether the source text names `process.env` or something in it. */
function isEnv(text: string): boolean {
  return /^(globalThis\.)?process\.env(?![\w$])/.test(text);
}
