import { createServer } from 'node:net';
import type { Project } from './project.js';
import { filesOnDisk } from './runners/project-files.js';
import { lastCommandOf, readManifest, runScript } from './runners/scripts.js';

/** Dev servers that take `--port <number>`, by their program and, where others of its commands do not, that command's name. */
const TAKES_PORT: Readonly<Record<string, RegExp>> = {
  ng: /^(?:serve|s|dev)$/,
  vite: /^(?!build$|optimize$)/,
  astro: /^(?:dev|preview)$/,
  next: /^(?:dev|start)$/,
  nuxt: /^(?:dev|preview)$/,
  nuxi: /^(?:dev|preview)$/,
  docusaurus: /^(?:start|serve)$/,
  gatsby: /^(?:develop|serve)$/,
  webpack: /^(?:serve|server|s)$/,
  'webpack-dev-server': /^/,
  'vue-cli-service': /^serve$/,
  rsbuild: /^(?:dev|preview)$/,
  rspack: /^(?:dev|serve|preview)$/,
  parcel: /^(?!build$)/,
  vitepress: /^(?:dev|serve|preview)$/,
  storybook: /^dev$/,
  'react-router': /^dev$/,
};

/**
 * The command with what makes the app come up on `port`: an argument for dev servers that take one, found through scripts; else as it
 * is (the port also goes with the environment, as `PORT`). `flags` go behind the port. Reads package.json only.
 */
export async function commandAtPort(
  project: Project,
  command: readonly string[],
  port: number,
  flags: readonly string[] = [],
): Promise<string[]> {
  const script = runScript(command);
  if (script && script.rest.length > 0) return [...command];
  const manifest = script && readManifest(await filesOnDisk(project.dir).read('package.json'));
  const last = script ? manifest && lastCommandOf(manifest.scripts, script.script) : { words: command, levels: 0 };
  if (!last || !takesPort(last.words)) return [...command];
  // npm takes flags for itself until a `--`, once for every script that is passed through.
  const dashes = script?.manager === 'npm' ? Array<string>(last.levels).fill('--') : [];
  return [...command, ...dashes, '--port', String(port), ...flags];
}

function takesPort(words: readonly string[]): boolean {
  const [word = '', ...args] = words;
  const name = (word.split('/').at(-1) ?? '').replace(/\.(?:[cm]?js|cmd)$/, '');
  if (/^[A-Za-z_]\w*=/.test(word) || /^(?:npx|bunx|cross-env|env|node)$/.test(name)) return takesPort(args);
  const verb = args.find((arg) => !arg.startsWith('-')) ?? '';
  return Object.hasOwn(TAKES_PORT, name) && (TAKES_PORT[name]?.test(verb) ?? false);
}

/** A port of loopback that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === 'object' ? address.port : 0;
}
