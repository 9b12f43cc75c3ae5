import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isErrno } from '../core/errors.js';

/** Settings files of dev servers, in which `port: 4000` is the server's. */
const SETTINGS = /^(?:vite|nuxt|astro|vue|rsbuild|rspack|webpack|svelte)\.config\.[cm]?[jt]s$/;
const IN_SCRIPT = /(?:--port[ =]|-p[ =]?|\bPORT=)(\d{2,5})\b/;
const IN_SETTINGS = /\bport\s*:\s*(\d{2,5})\b/;

/** The port that a project gives its dev server: in the script's own arguments, else in the settings file. Undefined: the framework's default. */
export async function devPort(dir: string, script: string): Promise<number | undefined> {
  const own = IN_SCRIPT.exec(script)?.[1];
  if (own !== undefined) return Number(own);
  for (const name of (await namesIn(dir)).filter((one) => SETTINGS.test(one))) {
    const set = IN_SETTINGS.exec(withoutPreview(await readFile(join(dir, name), 'utf8')))?.[1];
    if (set !== undefined) return Number(set);
  }
  return angularPort(dir);
}

/** Vite's settings of the preview server have a port of their own. */
function withoutPreview(text: string): string {
  return text.replaceAll(/\bpreview\s*:\s*\{[^}]*\}/g, '');
}

async function angularPort(dir: string): Promise<number | undefined> {
  const text = await readFile(join(dir, 'angular.json'), 'utf8').catch((error: unknown) => {
    if (isErrno(error) && error.code === 'ENOENT') return '';
    throw error;
  });
  const port = /"serve"\s*:[\s\S]*?"port"\s*:\s*(\d{2,5})/.exec(text)?.[1];
  return port === undefined ? undefined : Number(port);
}

async function namesIn(dir: string): Promise<string[]> {
  return (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
}
