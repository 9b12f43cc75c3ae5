import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileExists } from './project.js';

/** Files by which a language is seen. */
const MANIFESTS = {
  python: ['pyproject.toml', 'requirements.txt', 'setup.py'],
  go: ['go.mod'],
  rust: ['Cargo.toml'],
} as const;
type Language = keyof typeof MANIFESTS;

/** Returns what the manifests of a project name: its dependencies, and languages besides JavaScript. A broken manifest names nothing. */
export async function installedPackages(dir: string): Promise<{ packages: Set<string>; languages: Language[] }> {
  const languages: Language[] = [];
  const packages = new Set(await npmPackages(dir));
  for (const [language, files] of Object.entries(MANIFESTS) as [Language, readonly string[]][]) {
    // keys of MANIFESTS
    const there = [];
    for (const file of files) if (await fileExists(join(dir, file))) there.push(file);
    if (there.length === 0) continue;
    languages.push(language);
    if (language === 'python')
      for (const file of there) for (const name of await pythonNames(join(dir, file))) packages.add(name);
  }
  return { packages, languages };
}

async function npmPackages(dir: string): Promise<string[]> {
  try {
    const manifest: unknown = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'));
    const names = (field: string): string[] => {
      const inner: unknown =
        manifest !== null && typeof manifest === 'object' ? Reflect.get(manifest, field) : undefined;
      return inner !== null && typeof inner === 'object' ? Object.keys(inner) : [];
    };
    return [...names('dependencies'), ...names('devDependencies')];
  } catch {
    return []; // none, or not JSON
  }
}

/** Names of requirements: at the start of a line of requirements.txt, or quoted in the other files. */
async function pythonNames(file: string): Promise<string[]> {
  const text = await readFile(file, 'utf8');
  return [...text.matchAll(/(?:^|["'])([a-z][\w.-]*)(?=\s*(?:[<>=~!;["'\n]|$))/gim)].map(([, name = '']) =>
    name.toLowerCase(),
  );
}
