import { type Command, Option } from 'commander';
import { isCi } from '../core/ci.js';

/** The flags that every command takes. */
export interface GlobalFlags {
  projectDir: string | undefined;
  roots: string[];
  json: boolean;
  quiet: boolean;
  color: boolean;
  ci: boolean;
}

const HEADING = 'Flags of every command:';

/** Adds the flags of every command; `json` is left out where a command has its own meaning for it. */
export function addGlobalFlags(command: Command, options: { json: boolean }): void {
  const flags = [
    new Option('--project-dir <folder>', 'the project (default: found from the working directory)'),
    new Option('--root <folder>', 'a folder that projects may lie in; repeatable').argParser<string[]>(
      (folder, before) => [...(before ?? []), folder],
    ),
    ...(options.json ? [new Option('--json', 'print the result object as JSON, and nothing else')] : []),
    new Option('--quiet', 'print one line'),
    new Option('--no-color', 'print without colours'),
    new Option('--ci', 'no prompts, no baseline writes, plain lines (default when CI is set)'),
  ];
  for (const flag of flags) command.addOption(flag.helpGroup(HEADING));
}

/** The flags as given before and after the command's name; later ones add to earlier ones. */
export function readGlobalFlags(command: Command, env: NodeJS.ProcessEnv): GlobalFlags {
  const levels: Record<string, unknown>[] = [];
  for (let level: Command | null = command; level; level = level.parent) levels.push(level.opts());
  const some = (name: string) => levels.some((values) => values[name] === true);
  const projectDir = levels.map((values) => values.projectDir).find((value) => typeof value === 'string');
  return {
    projectDir: typeof projectDir === 'string' ? projectDir : undefined,
    roots: levels.reverse().flatMap((values) => (Array.isArray(values.root) ? values.root.map(String) : [])),
    json: some('json'),
    quiet: some('quiet'),
    color: !levels.some((values) => values.color === false),
    ci: some('ci') || isCi(env),
  };
}
