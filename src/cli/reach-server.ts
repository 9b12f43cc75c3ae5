import { resolve } from 'node:path';
import { isCi } from '../core/ci.js';
import type { DoorOptions, openReviewDoor } from '../server/review-door.js';
import type { ServeOptions } from '../server/serve.js';

/** The flags that name folders, as they were given. */
interface FolderFlags {
  projectDir: string | undefined;
  roots: readonly string[];
}

/** Folders given by flag and by CODELOOP_PROJECT_DIR, absolute, in the order in which they are asked. */
export function givenRoots({ projectDir, roots }: FolderFlags, env: NodeJS.ProcessEnv, cwd: string): string[] {
  const named = env.CODELOOP_PROJECT_DIR;
  const folders = [
    ...(projectDir === undefined ? [] : [projectDir]),
    ...roots,
    ...(named === undefined || named === '' ? [] : [named]),
  ];
  return [...new Set(folders.map((folder) => resolve(cwd, folder)))];
}

/**
 * What a plain `serve` is given, read without the command line's parser, which takes a third of the time that a client waits for its opening.
 * Undefined where there is anything but whole flags that every command has: the parser has the words for it.
 */
export function plainServe(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): { roots: string[]; ci: boolean } | undefined {
  let ci = isCi(env);
  let projectDir: string | undefined;
  const roots: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const [flag, value] = [argv[at], argv[at + 1]];
    if (flag === '--ci') {
      ci = true;
      continue;
    }
    if ((flag !== '--root' && flag !== '--project-dir') || value === undefined || value.startsWith('-'))
      return undefined;
    if (flag === '--root') roots.push(value);
    else projectDir = value;
    at += 1;
  }
  return { roots: givenRoots({ projectDir, roots }, env, cwd), ci };
}

/** What `--help` prints, as the build heard it, wrapped for 80 columns; undefined where nothing is recorded. */
export async function recordedHelp(version: string): Promise<string | undefined> {
  const { readRecorded } = await import('../server/opening.js');
  return readRecorded(version)?.help;
}

/** Serves until the client goes. The server's code loads when it runs. */
export async function startServer(options: ServeOptions): Promise<void> {
  const { serve } = await import('../server/serve.js');
  await serve(options);
}

/** Opens the page where a person decides, or answers why not. Its code loads when it runs. */
export async function openReviewPage(options: DoorOptions): ReturnType<typeof openReviewDoor> {
  const door = await import('../server/review-door.js');
  return door.openReviewDoor(options);
}
