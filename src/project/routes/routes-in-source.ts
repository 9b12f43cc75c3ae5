import { joinPath } from './route.js';

/** A node of the syntax tree (ESTree with Babel's additions): fields are looked at by name only. */
type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The routes that a module names. */
interface SourceRoutes {
  paths: string[];
  /** Modules (as imported) that name the routes below a path: Angular's `loadChildren`. */
  lazy: { path: string; module: string }[];
}

/**
 * Paths that a module names as routes: objects with `path` and a view (`component`, `element`, `children`, …), `<Route path>`
 * elements, and the calls `route()`, `index()`, `layout()`, `prefix()` of `@react-router/dev/routes`. Nested paths are joined; a
 * redirect is no page. Nothing when the module does not parse.
 */
export async function routesInSource(text: string, base = ''): Promise<SourceRoutes> {
  const { parse } = await import('@babel/parser');
  let program: unknown;
  try {
    program = parse(text, {
      sourceType: 'module',
      createImportExpressions: true,
      errorRecovery: true,
      plugins: ['typescript', ...(/<[A-Za-z]/.test(text) ? (['jsx'] as const) : []), 'decorators'],
    }).program;
  } catch {
    return { paths: [], lazy: [] }; // not a module in a spelling that is known: it names no routes for us
  }
  const found: Found = { paths: new Set(), lazy: [], calls: /@react-router\/dev\/routes/.test(text) };
  collect(program, base, found);
  return { paths: [...found.paths], lazy: found.lazy };
}

interface Found {
  paths: Set<string>;
  lazy: { path: string; module: string }[];
  /** True when calls name routes, as in React Router's `routes.ts`. */
  calls: boolean;
}

function collect(value: unknown, base: string, found: Found): void {
  if (Array.isArray(value)) {
    for (const one of value) collect(one, base, found);
    return;
  }
  if (!isNode(value)) return;
  const inner =
    value.type === 'ObjectExpression'
      ? routeObject(value, base, found)
      : value.type === 'JSXElement'
        ? routeElement(value, base, found)
        : value.type === 'CallExpression' && found.calls
          ? routeCall(value, base, found)
          : base;
  for (const [key, child] of Object.entries(value)) {
    if (key !== 'loc' && child !== null && typeof child === 'object') collect(child, inner, found);
  }
}

const VIEWS = ['component', 'components', 'element', 'Component', 'lazy', 'loadComponent', 'view', 'render'];

/** A route as an object; answers the path that its children stand below. */
function routeObject(node: Node, base: string, { paths, lazy }: Found): string {
  const fields = new Map<string, unknown>();
  for (const property of listOf(node.properties)) {
    const name = nameOf(property.key);
    if (name !== undefined) fields.set(name, property.value ?? property);
  }
  const own = textOf(fields.get('path'));
  const isIndex = fields.has('index') && !fields.has('path');
  const hasView = VIEWS.some((name) => fields.has(name));
  if (own === undefined && !(isIndex && hasView)) return base;
  const path = joinRoute(base, own ?? '');
  const module = importedModule(fields.get('loadChildren'));
  if (module !== undefined) lazy.push({ path, module });
  const redirects = fields.has('redirect') || fields.has('redirectTo');
  // A parent is a page of its own only where no child stands at its own path.
  const start = listOf(isNode(fields.get('children')) ? (fields.get('children') as Node).elements : undefined).some(
    (child) => child.type === 'ObjectExpression' && isStart(child),
  );
  if (hasView && !redirects && !start) paths.add(path);
  return path;
}

/** The module of the first `import('…')` within. */
function importedModule(value: unknown): string | undefined {
  if (Array.isArray(value)) return firstOf(value.map(importedModule));
  if (!isNode(value)) return undefined;
  if (value.type === 'ImportExpression') return textOf(value.source);
  return firstOf(Object.entries(value).map(([key, child]) => (key === 'loc' ? undefined : importedModule(child))));
}

function firstOf(found: readonly (string | undefined)[]): string | undefined {
  return found.find((one) => one !== undefined);
}

/** Returns true when a child route stands at its parent's own path. */
function isStart(node: Node): boolean {
  return listOf(node.properties).some((property) => {
    const name = nameOf(property.key);
    return name === 'index' || (name === 'path' && textOf(property.value) === '');
  });
}

/** `<Route path="about" element={…}>`; answers the path that its children stand below. */
function routeElement(node: Node, base: string, { paths }: Found): string {
  const opening = node.openingElement;
  if (!isNode(opening) || !/^(?:\w*Route)$/.test(nameOf(opening.name) ?? '')) return base;
  const given = new Map(
    listOf(opening.attributes).map((attribute) => [nameOf(attribute.name) ?? '', attribute.value] as const),
  );
  const own = textOf(given.get('path'));
  if (own === undefined && !given.has('index')) return base;
  const path = joinRoute(base, own ?? '');
  const element = JSON.stringify(given.get('element') ?? null);
  const parent = listOf(node.children).some((child) => child.type === 'JSXElement');
  const shown = ['element', 'component', 'Component', 'render', 'lazy'].some((name) => given.has(name)) || !parent;
  if (shown && !/"name":"(?:Navigate|Redirect)"/.test(element)) paths.add(path);
  return path;
}

/** `route("about", "./about.tsx", […])`, `index("./home.tsx")`, `prefix("shop", […])`; answers the path that its children stand below. */
function routeCall(node: Node, base: string, { paths }: Found): string {
  const [first] = listOf(node.arguments);
  const callee = nameOf(node.callee);
  if (callee === 'index') paths.add(joinRoute(base, ''));
  if (callee !== 'route' && callee !== 'prefix') return base;
  const path = joinRoute(base, textOf(first) ?? '');
  if (callee === 'route') paths.add(path);
  return path;
}

/** A path below another one; one that begins with `/` stands for itself. `**` and `:any(.*)` are rests. */
function joinRoute(base: string, own: string): string {
  const plain = own
    .replaceAll(/:\w+\(\.\*\)[*+]?/g, '*')
    .replaceAll(/\*+/g, '*')
    .replaceAll(/:(\w+)\([^)]*\)/g, ':$1')
    .replaceAll(/\/?:\w+\?/g, '');
  return plain.startsWith('/') ? joinPath(plain) : joinPath(base, plain);
}

function isNode(value: unknown): value is Node {
  return value !== null && typeof value === 'object' && typeof Reflect.get(value, 'type') === 'string';
}

function listOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Name of an identifier, a JSX name or a text used as a key. */
function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  const name = value.name ?? value.value;
  return typeof name === 'string' ? name : undefined;
}

/** A text written as such: `'a'`, `` `a` ``, `{'a'}`, `'a' as const`; undefined for what is computed. */
function textOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'StringLiteral') return String(value.value);
  if (value.type === 'JSXExpressionContainer' || value.type === 'TSAsExpression') return textOf(value.expression);
  const quasis = listOf(value.quasis);
  if (value.type !== 'TemplateLiteral' || quasis.length !== 1) return undefined;
  const cooked: unknown = Reflect.get(Object(quasis[0]?.value), 'cooked');
  return typeof cooked === 'string' ? cooked : undefined;
}
