import { join, posix } from 'node:path';
import { type StorybookScreens, StoryParameters } from '../config/place-settings.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { readText } from '../core/path-walls.js';

/** A node of the syntax tree (ESTree with Babel's additions): fields are looked at by name only. */
type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What a file of stories says to codeloop: of all its stories, and of each by the name of its export. */
export interface FileParameters {
  all: Record<string, unknown> | undefined;
  own: ReadonlyMap<string, Record<string, unknown>>;
}

/** Files of stories. */
export const STORY_FILE = /\.(?:stories|story)\.[cm]?[jt]sx?$/i;

const NOTHING: FileParameters = { all: undefined, own: new Map() };
const KNOWN = new Map<string, { text: string; said: FileParameters }>();

/**
 * Reads `parameters: { codeloop: … }` of a file's default export and of its stories out of the text, so that no browser is needed to
 * know what is to be looked at: they must be written as plain values there. Nothing where the file is not there. Throws CONFIG_INVALID.
 */
export async function storyParameters(dir: string, importPath: string): Promise<FileParameters> {
  const path = posix.normalize(importPath);
  const text = await readText(join(dir, path)).catch((error: unknown) => {
    if (isErrno(error)) return ''; // built elsewhere: it says nothing here
    throw error;
  });
  const known = KNOWN.get(join(dir, path));
  if (known?.text === text) return known.said;
  const said = await parametersIn(text, path);
  KNOWN.set(join(dir, path), { text, said });
  return said;
}

/** The parameters of one story: what all stories have, below what its file says, below its own. Throws CONFIG_INVALID. */
export function parametersOf(
  settings: StorybookScreens,
  { all, own }: FileParameters,
  { id, exportName, importPath }: { id: string; exportName: string | undefined; importPath: string },
): StoryParameters {
  const { storybook: _, include: __, exclude: ___, ...shared } = settings;
  // An older index has ids only: `atoms-button--size-1` is the export Size1.
  const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
  const last = plain(id.slice(id.lastIndexOf('--') + 2));
  const mine = exportName === undefined ? [...own].find(([name]) => plain(name) === last)?.[1] : own.get(exportName);
  const masks = [shared.mask, all?.mask, mine?.mask].flatMap((one) => one ?? []);
  const parsed = StoryParameters.safeParse({ ...shared, ...all, ...mine, mask: masks });
  if (parsed.success) return parsed.data;
  throw new CodeloopError('CONFIG_INVALID', {
    file: importPath,
    problem: parsed.error.issues
      .slice(0, 3)
      .map(({ path, message }) => `parameters.codeloop${path.map((one) => `.${String(one)}`).join('')}: ${message}`)
      .join('; '),
  });
}

/**
 * What files of stories take out of the judgement or make laxer, one line for each story: bars, wherever they are written. Stories that
 * are looked at with more args or globals are looked at more strictly, and wait as they like. `texts`: path → text.
 */
export async function storyExceptions(texts: ReadonlyMap<string, string>): Promise<string[]> {
  const lines: string[] = [];
  for (const [path, text] of texts) {
    if (!text.includes('codeloop')) continue;
    // A file that cannot be read this way stops the verification that reads it; as a bar it says that it is there.
    const said = await parametersIn(text, path).catch(() => ({ ...NOTHING, all: { unreadable: true } }));
    for (const [name, own] of [['*', said.all] as const, ...said.own])
      for (const [key, value] of Object.entries(own ?? {}))
        if (!['args', 'globals', 'wait_for'].includes(key))
          lines.push(`${path}#${name} ${key} ${JSON.stringify(value)}`);
  }
  return lines.sort();
}

async function parametersIn(text: string, path: string): Promise<FileParameters> {
  if (!text.includes('codeloop')) return NOTHING;
  const { parse } = await import('@babel/parser');
  let body: readonly Node[];
  try {
    const { program } = parse(text, {
      sourceType: 'module',
      errorRecovery: true,
      plugins: [
        'typescript',
        ...(/\.[cm]?tsx?$/.test(path) && !path.endsWith('x') ? [] : (['jsx'] as const)),
        'decorators',
      ],
    });
    body = nodes(program.body);
  } catch {
    return NOTHING; // not a module in a spelling that is known (MDX, Vue, Svelte): it says nothing to us
  }
  const top = new Map<string, Node>();
  for (const statement of body) {
    const { declaration } = statement;
    for (const one of [statement, ...(isNode(declaration) ? [declaration] : [])])
      for (const { id, init } of nodes(one.type === 'VariableDeclaration' ? one.declarations : []))
        if (isNode(id) && typeof id.name === 'string' && isNode(init)) top.set(id.name, init);
  }
  const own = new Map<string, Record<string, unknown>>();
  for (const [name, init] of top) {
    const said = codeloopOf(unwrapped(init, top), top, path);
    if (said) own.set(name, said);
  }
  let all: Record<string, unknown> | undefined;
  for (const statement of body) {
    if (statement.type === 'ExportDefaultDeclaration' && isNode(statement.declaration))
      all = codeloopOf(unwrapped(statement.declaration, top), top, path);
    // CSF 2 sets them afterwards: `Primary.parameters = { codeloop: … }`.
    const assigned = statement.type === 'ExpressionStatement' ? statement.expression : undefined;
    if (!isNode(assigned) || assigned.type !== 'AssignmentExpression' || !isNode(assigned.left)) continue;
    const { object, property } = assigned.left;
    if (!isNode(object) || !isNode(property) || property.name !== 'parameters' || !isNode(assigned.right)) continue;
    const said = given(member(unwrapped(assigned.right, top), 'codeloop'), top, path);
    if (said && typeof object.name === 'string') own.set(object.name, said);
  }
  return { all, own };
}

/** `parameters.codeloop` of an object literal. */
function codeloopOf(node: Node, top: ReadonlyMap<string, Node>, path: string): Record<string, unknown> | undefined {
  const parameters = member(node, 'parameters');
  return parameters && given(member(unwrapped(parameters, top), 'codeloop'), top, path);
}

function given(
  node: Node | undefined,
  top: ReadonlyMap<string, Node>,
  path: string,
): Record<string, unknown> | undefined {
  if (!node) return undefined;
  const value = literal(unwrapped(node, top), top, path);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value };
  throw unreadable(path, node);
}

/** The value that is written there. Throws CONFIG_INVALID for what only running the file would tell. */
function literal(node: Node, top: ReadonlyMap<string, Node>, path: string): unknown {
  if (['StringLiteral', 'NumericLiteral', 'BooleanLiteral'].includes(node.type)) return node.value;
  if (node.type === 'NullLiteral') return null;
  if (node.type === 'UnaryExpression' && node.operator === '-' && isNode(node.argument))
    return -Number(literal(unwrapped(node.argument, top), top, path));
  if (node.type === 'TemplateLiteral' && nodes(node.expressions).length === 0)
    return Reflect.get(Object(nodes(node.quasis)[0]?.value), 'cooked');
  if (node.type === 'ArrayExpression')
    return nodes(node.elements).map((one) => literal(unwrapped(one, top), top, path));
  if (node.type === 'ObjectExpression') {
    const entries = nodes(node.properties).map((one): [string, unknown] => {
      const key = keyOf(one);
      if (key === undefined || !isNode(one.value)) throw unreadable(path, one);
      return [key, literal(unwrapped(one.value, top), top, path)];
    });
    return Object.fromEntries(entries);
  }
  throw unreadable(path, node);
}

function unreadable(path: string, node: Node): CodeloopError {
  const line = Reflect.get(Object(Reflect.get(Object(node.loc), 'start')), 'line');
  return new CodeloopError('CONFIG_INVALID', {
    file: path,
    problem: `line ${String(line)}: parameters.codeloop holds something that is not a plain value`,
    hint: 'Write text, numbers, true or false, lists and objects of them: codeloop reads them without running the file.',
  });
}

function member(node: Node, name: string): Node | undefined {
  const found = nodes(node.type === 'ObjectExpression' ? node.properties : []).find((one) => keyOf(one) === name);
  return found && isNode(found.value) ? found.value : undefined;
}

function keyOf({ type, key, computed }: Node): string | undefined {
  if (type !== 'ObjectProperty' || computed === true || !isNode(key)) return undefined;
  const name = key.type === 'Identifier' ? key.name : key.value;
  return typeof name === 'string' ? name : undefined;
}

/** The expression itself: without types, and for a name that the file gives a value, or `meta.story(…)`, what stands behind it. */
function unwrapped(node: Node, top: ReadonlyMap<string, Node>, depth = 0): Node {
  if (depth > 8) return node;
  if (['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(node.type) && isNode(node.expression))
    return unwrapped(node.expression, top, depth + 1);
  if (node.type === 'Identifier' && typeof node.name === 'string') {
    const value = top.get(node.name);
    return value ? unwrapped(value, top, depth + 1) : node;
  }
  const { callee } = node;
  const called = isNode(callee) && isNode(callee.property) ? callee.property.name : undefined;
  const [first] = nodes(node.arguments);
  if (node.type === 'CallExpression' && (called === 'story' || called === 'meta') && first)
    return unwrapped(first, top, depth + 1);
  return node;
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && typeof Reflect.get(value, 'type') === 'string';
}
