import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const lists = [
  {
    folder: 'tools',
    define: 'defineTool',
    type: 'Tool',
    typeFile: '../call/define-tool',
    suffix: 'Tool',
    what: 'Every tool',
  },
  {
    folder: 'checks',
    define: 'defineCheck',
    type: 'AnyCheck',
    typeFile: './define-check',
    suffix: 'Check',
    what: 'Every check',
  },
];

/** The `index.ts` of each list, name → text: all files of the folder whose default export is made by its `define…`, by file name. */
export function indexFiles(root) {
  return Object.fromEntries(
    lists.map((list) => {
      const name = `src/${list.folder}/index.ts`;
      return [name, format(root, name, indexText(root, list))];
    }),
  );
}

/** `src/tools/by-command.ts`, name → text: how the tool of each command is loaded without the others. */
export function commandFile(root) {
  const name = 'src/tools/by-command.ts';
  const rows = membersOf(root, 'tools', 'defineTool').map((file) => {
    const text = readFileSync(path.join(root, 'src/tools', file), 'utf8');
    const [, command] = /^ {2}command: \{ name: '([^']+)'/m.exec(text) ?? [];
    if (command === undefined) throw new Error(`src/tools/${file} names no command`);
    return { command, specifier: `./${file.replace(/\.ts$/, '.js')}` };
  });
  const text = [
    '// Written by `npm run gen`; do not edit.',
    "import type { Tool } from '../call/define-tool.js';",
    '',
    '/** Loads the tool of a command, by its words, and none of the others. */',
    'export const byCommand: Readonly<Record<string, () => Promise<{ default: Tool }>>> = {',
    ...rows
      .sort((a, b) => (a.command < b.command ? -1 : 1))
      .map(({ command, specifier }) => `'${command}': () => import('${specifier}'),`),
    '};',
    '',
  ].join('\n');
  return { [name]: format(root, name, text) };
}

/** `src/checks/check-id.ts`, name → text: the ids of all checks as one type, so that a wrong one does not compile. Files give them. */
export function checkIdFile(root) {
  const name = 'src/checks/check-id.ts';
  const ids = membersOf(root, 'checks', 'defineCheck')
    .map((file) => path.posix.basename(file, '.ts'))
    .sort();
  const text = [
    '// Written by `npm run gen`; do not edit.',
    '',
    '/** The id of a check: the name of its file. */',
    `export type CheckId = ${ids.map((id) => `'${id}'`).join(' | ')};`,
    '',
  ];
  return { [name]: format(root, name, text.join('\n')) };
}

function indexText(root, { folder, define, type, typeFile, suffix, what }) {
  const members = membersOf(root, folder, define)
    .map((file) => ({
      specifier: `./${file.replace(/\.ts$/, '.js')}`,
      name: camel(path.posix.basename(file, '.ts')) + suffix,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return [
    '// Written by `npm run gen`; do not edit.',
    ...members.map(({ name, specifier }) => `import ${name} from '${specifier}';`),
    `import type { ${type} } from '${typeFile}.js';`,
    '',
    `/** ${what}, by file name. */`,
    `export const ${folder}: readonly ${type}[] = [${members.map(({ name }) => name).join(', ')}];`,
    '',
  ].join('\n');
}

/** The files of a folder of `src` whose default export is made by `define`. */
function membersOf(root, folder, define) {
  return filesOf(path.join(root, 'src', folder)).filter((file) =>
    isMember(readFileSync(path.join(root, 'src', folder, file), 'utf8'), define),
  );
}

/** `export default defineTool(…)`, or a default export of a constant that is made by it. */
function isMember(text, define) {
  if (new RegExp(`^export default ${define}\\b`, 'm').test(text)) return true;
  const named = /^export default (\w+);/m.exec(text)?.[1];
  return named !== undefined && new RegExp(`^(export )?const ${named}\\b[^=]*= ${define}\\b`, 'm').test(text);
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && file !== 'index.ts')
    .sort();
}

function camel(name) {
  return name.replace(/[^a-z0-9]+(.)/gi, (_all, letter) => letter.toUpperCase());
}

/** The text as the formatter wants it, imports sorted: generated files pass the same lint as the rest. */
function format(root, name, text) {
  const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
  const result = spawnSync(process.execPath, [biome, 'check', '--write', `--stdin-file-path=${name}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`biome could not format ${name}:\n${result.stderr}`);
  return result.stdout;
}
