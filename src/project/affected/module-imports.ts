/** The imports of one file, as written there. */
interface ModuleImports {
  /** Specifiers of imports and re-exports, and addresses that a page loads. */
  specifiers: string[];
  /** Why its imports are unknown. */
  unsure?: string;
}

const NOTHING: ModuleImports = { specifiers: [] };

/**
 * Returns what a file loads: imports of a module (static, dynamic with a plain text, `require`), those of the scripts in a component or
 * page, and what a page loads by `src`, `srcset` and `<link href>`. Links to other pages load nothing. What does not parse, or loads
 * by a computed name, is unsure.
 */
export async function moduleImports(file: string, text: string): Promise<ModuleImports> {
  if (/\.html?$/i.test(file)) return merge(pageLoads(text), await scripts(text));
  if (/\.(?:vue|svelte|astro)$/i.test(file)) return merge(await scripts(text), await frontMatter(file, text));
  return /\.[cm]?[jt]sx?$/i.test(file) ? imports(text) : NOTHING;
}

function pageLoads(text: string): ModuleImports {
  const attributes = [
    ...text.matchAll(/<(?:script|img|iframe|source|video|audio|embed|track)\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)/gi),
    ...text.matchAll(/<(?:link|object)\b[^>]*?\b(?:href|data)\s*=\s*["']?([^"'\s>]+)/gi),
  ];
  const specifiers = attributes.map(([, address = '']) => address).filter((address) => !/^(?:data:|#)/.test(address));
  return /\bsrcset\s*=|<base\b|http-equiv\s*=\s*["']?refresh/i.test(text)
    ? { specifiers, unsure: 'it loads by srcset, base or refresh' }
    : { specifiers };
}

async function scripts(text: string): Promise<ModuleImports> {
  const inline = [...text.matchAll(/<script\b[^>]*>([\s\S]*?)<\/script>/gi)].map(([, source = '']) => source);
  return merge(...(await Promise.all(inline.filter((source) => source.trim() !== '').map(imports))));
}

/** The code between the fences at the top of an Astro component. */
async function frontMatter(file: string, text: string): Promise<ModuleImports> {
  const code = /\.astro$/i.test(file) ? /^---\r?\n([\s\S]*?)\r?\n---/.exec(text)?.[1] : undefined;
  return code === undefined ? NOTHING : imports(code);
}

function merge(...parts: readonly ModuleImports[]): ModuleImports {
  const unsure = parts.find((part) => part.unsure !== undefined)?.unsure;
  return { specifiers: parts.flatMap(({ specifiers }) => specifiers), ...(unsure === undefined ? {} : { unsure }) };
}

async function imports(text: string): Promise<ModuleImports> {
  const { parse } = await import('@babel/parser');
  let program: unknown;
  try {
    program = parse(text, {
      sourceType: 'unambiguous',
      createImportExpressions: true,
      allowReturnOutsideFunction: true,
      allowAwaitOutsideFunction: true,
      plugins: ['typescript', ...(/<[A-Za-z>]/.test(text) ? (['jsx'] as const) : []), 'decorators'],
    }).program;
  } catch {
    return { specifiers: [], unsure: 'it does not parse' }; // what it loads stays unknown, which is the answer
  }
  const found: ModuleImports = { specifiers: [] };
  visit(program, found);
  return found;
}

function visit(value: unknown, found: ModuleImports): void {
  if (Array.isArray(value)) {
    for (const one of value) visit(one, found);
    return;
  }
  if (value === null || typeof value !== 'object') return;
  const type: unknown = Reflect.get(value, 'type');
  if (type === 'ImportDeclaration' || type === 'ExportNamedDeclaration' || type === 'ExportAllDeclaration')
    take(Reflect.get(value, 'source'), found, true);
  if (type === 'ImportExpression') take(Reflect.get(value, 'source'), found, false);
  if (type === 'CallExpression' || type === 'NewExpression') loads(value, found);
  // Bundlers' own ways to load a whole folder, and addresses made from where a module lies.
  if (type === 'MetaProperty') found.unsure ??= 'it uses import.meta';
  for (const inner of Object.values(value)) if (typeof inner === 'object') visit(inner, found);
}

/** Calls that load code or other pages into this one. */
const LOADERS: ReadonlySet<string> = new Set(['fetch', 'importScripts', 'Worker', 'SharedWorker', 'XMLHttpRequest']);

function loads(call: object, found: ModuleImports): void {
  const callee: unknown = Reflect.get(call, 'callee');
  const name: unknown = callee !== null && typeof callee === 'object' ? Reflect.get(callee, 'name') : undefined;
  const given: unknown = Reflect.get(call, 'arguments');
  const first: unknown = Array.isArray(given) ? given[0] : undefined;
  if (name === 'require') take(first, found, false);
  else if (typeof name === 'string' && LOADERS.has(name)) found.unsure ??= `it calls ${name}`;
}

function take(source: unknown, found: ModuleImports, optional: boolean): void {
  if (optional && (source === null || source === undefined)) return;
  const text: unknown = source !== null && typeof source === 'object' ? Reflect.get(source, 'value') : undefined;
  if (typeof text === 'string') found.specifiers.push(text);
  else found.unsure ??= 'it loads by a computed name';
}
