import { CodeloopError } from '../../core/errors.js';

/** A node of the syntax tree: fields are looked at by name only. */
type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** What a settings file has in the place of a plain value: a function, a call, a name from elsewhere. */
export class Unreadable {
  constructor(readonly what: string) {}
}

/** Texts longer than this are no settings file. */
const MAX_CHARS = 1_000_000;

/**
 * The value that a settings file of another tool exports, read and never run: JSON, or a module in JavaScript or TypeScript whose
 * `module.exports`, `export default` or `export const config` is written out. Constants of the file, templates, sums of texts and spreads are
 * followed; what only running it could tell is an {@link Unreadable} in its place. Throws CONFIG_INVALID when it is no such file.
 */
export async function readStaticValue(text: string, file: string): Promise<unknown> {
  if (text.length > MAX_CHARS) throw invalid(file, 'is too long to be a settings file');
  const { parse } = await import('@babel/parser');
  const json = /\.json$/i.test(file);
  let program: Node;
  try {
    const source = json ? `(${text.replace(/^\uFEFF/, '')}\n)` : text;
    const parsed: unknown = parse(source, { sourceType: 'unambiguous', plugins: ['typescript'] }).program;
    if (!isNode(parsed)) throw new TypeError('no program');
    program = parsed;
  } catch (error) {
    throw invalid(file, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const constants = new Map<string, Node>();
  let exported: Node | undefined;
  let config: Node | undefined;
  for (const statement of nodes(program.body)) {
    const inner =
      statement.type === 'ExportNamedDeclaration' && isNode(statement.declaration) ? statement.declaration : statement;
    if (inner.type === 'VariableDeclaration')
      for (const one of nodes(inner.declarations))
        if (isNode(one.id) && typeof one.id.name === 'string' && isNode(one.init)) {
          constants.set(one.id.name, one.init);
          if (inner !== statement && one.id.name === 'config') config = one.init;
        }
    if (statement.type === 'ExportDefaultDeclaration' && isNode(statement.declaration))
      exported = statement.declaration;
    const expression = statement.type === 'ExpressionStatement' ? statement.expression : undefined;
    if (!isNode(expression)) continue;
    if (json) exported = expression;
    else if (expression.type === 'AssignmentExpression' && isNode(expression.right)) {
      const to = isNode(expression.left) ? nameOf(expression.left) : '';
      if (to === 'module.exports' || to === 'exports.default') exported = expression.right;
      else if (to === 'exports.config' || to === 'module.exports.config') config = expression.right;
    }
  }
  const root = exported ?? config;
  if (root === undefined) throw invalid(file, 'exports no settings');
  return staticValue(root, constants, 0);
}

/** Depth of constants and values that are followed. */
const MAX_DEPTH = 60;

function staticValue(node: Node, constants: ReadonlyMap<string, Node>, depth: number): unknown {
  const of = (child: unknown) =>
    isNode(child) ? staticValue(child, constants, depth + 1) : new Unreadable('something that is not written out');
  if (depth > MAX_DEPTH) return new Unreadable('something nested too deeply');
  switch (node.type) {
    case 'StringLiteral':
    case 'NumericLiteral':
    case 'BooleanLiteral':
      return node.value;
    case 'NullLiteral':
      return null;
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'TSNonNullExpression':
    case 'ParenthesizedExpression':
      return of(node.expression);
    case 'UnaryExpression': {
      const value = of(node.argument);
      return node.operator === '-' && typeof value === 'number' ? -value : new Unreadable('a calculation');
    }
    case 'BinaryExpression': {
      const [left, right] = [of(node.left), of(node.right)];
      return node.operator === '+' && isText(left) && isText(right)
        ? `${left}${right}`
        : new Unreadable('a calculation');
    }
    case 'TemplateLiteral': {
      const values = nodes(node.expressions).map(of);
      if (!values.every(isText)) return new Unreadable('a text made of values that are not written out');
      const parts = nodes(node.quasis).map(({ value }) => String(Reflect.get(Object(value), 'cooked')));
      return parts.map((part, at) => part + (at < values.length ? String(values[at]) : '')).join('');
    }
    case 'Identifier': {
      const name = String(node.name);
      const known = constants.get(name);
      if (name === 'undefined') return undefined;
      return known === undefined ? new Unreadable(`"${name}", which comes from elsewhere`) : of(known);
    }
    case 'ArrayExpression':
      return arrayOf(node, of);
    case 'ObjectExpression':
      return objectOf(node, of);
    case 'CallExpression': {
      // `defineConfig({…})` and the like hand their argument through.
      const [first] = nodes(node.arguments);
      const name = isNode(node.callee) ? nameOf(node.callee) : '';
      return /^define\w*$/.test(name) && first ? of(first) : new Unreadable(`a call of ${name === '' ? 'code' : name}`);
    }
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
    case 'FunctionDeclaration':
      return new Unreadable('a function');
    default:
      return new Unreadable('something that only running the file could tell');
  }
}

function arrayOf(node: Node, of: (child: unknown) => unknown): unknown[] {
  return nodes(node.elements).flatMap((element) => {
    if (element.type !== 'SpreadElement') return [of(element)];
    const spread = of(element.argument);
    return Array.isArray(spread) ? spread : [spread];
  });
}

function objectOf(node: Node, of: (child: unknown) => unknown): Record<string, unknown> {
  const entries: [string, unknown][] = [];
  for (const property of nodes(node.properties)) {
    if (property.type === 'SpreadElement') {
      const spread = of(property.argument);
      if (spread instanceof Unreadable) entries.push(['…', spread]);
      else entries.push(...Object.entries(Object(spread)));
      continue;
    }
    const key = isNode(property.key)
      ? property.computed === true
        ? of(property.key)
        : keyOf(property.key)
      : undefined;
    if (typeof key !== 'string' || key === '__proto__') continue;
    entries.push([key, property.type === 'ObjectMethod' ? new Unreadable('a function') : of(property.value)]);
  }
  return Object.fromEntries(entries);
}

function keyOf(key: Node): string {
  return String(key.type === 'Identifier' ? key.name : key.value);
}

/** `module.exports` of a member, the name of an identifier, else nothing. */
function nameOf(node: Node): string {
  if (node.type === 'Identifier') return String(node.name);
  return node.type === 'MemberExpression' && isNode(node.object) && isNode(node.property)
    ? `${nameOf(node.object)}.${nameOf(node.property)}`
    : '';
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function nodes(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && 'type' in value && typeof value.type === 'string';
}

function invalid(file: string, problem: string): CodeloopError {
  return new CodeloopError('CONFIG_INVALID', {
    file,
    problem,
    hint: 'Name a file that exports its settings written out; what a program makes can be saved as JSON first.',
  });
}
