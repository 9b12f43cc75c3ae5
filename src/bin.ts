#!/usr/bin/env node
import { mkdirSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/**
 * Keeps compiled code for the next start, in a folder of the user's own: in the system's temporary folder, where Node keeps it by default, somebody else
 * might have been first. Node 22.8 and later; without it, or where nothing can be written, the start takes a little longer.
 */
function keepCompiledCode(env: NodeJS.ProcessEnv): void {
  const enable: unknown = Reflect.get(module, 'enableCompileCache');
  if (typeof enable !== 'function') return;
  const base = [env.XDG_CACHE_HOME, env.LOCALAPPDATA].find((path) => path !== undefined && isAbsolute(path));
  const folder = join(base ?? join(homedir(), '.cache'), 'codeloop', 'compiled');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    enable.call(module, folder);
  } catch {
    // A home that cannot be written to: nothing is kept.
  }
}

keepCompiledCode(process.env);
// Only now, so that what it imports is kept too.
const { main } = await import('./cli/main.js');
await main(process.argv.slice(2));
