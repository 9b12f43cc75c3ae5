import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Public project starters: how each is made in a folder of that name, and what has to be changed where nothing but the package registry
 * can be reached.
 */
export const KINDS = {
  'vite-react': { make: ['create-vite@latest', 'vite-react', '--template', 'react-ts', '--no-interactive'] },
  'vite-vue': { make: ['create-vite@latest', 'vite-vue', '--template', 'vue-ts', '--no-interactive'] },
  'vite-svelte': { make: ['create-vite@latest', 'vite-svelte', '--template', 'svelte-ts', '--no-interactive'] },
  sveltekit: {
    make: ['sv', 'create', 'sveltekit', '--template', 'demo', '--types', 'ts', '--no-add-ons', '--no-install'],
  },
  next: {
    make: [
      ...['create-next-app@latest', 'next', '--ts', '--no-tailwind', '--eslint', '--app', '--no-src-dir', '--use-npm'],
      ...['--skip-install', '--disable-git', '--yes'],
    ],
    offline: withoutRemoteFonts,
  },
  'vue-router': { make: ['create-vue@latest', 'vue-router', '--ts', '--router', '--bare'] },
  angular: { make: ['@angular/cli@21', 'new', 'angular', '--defaults', '--skip-git', '--skip-install'] },
  express: { make: ['express-generator@latest', 'express', '--view=ejs'] },
  docusaurus: {
    make: [
      'create-docusaurus@latest',
      'docusaurus',
      'classic',
      '--typescript',
      '--skip-install',
      '--package-manager',
      'npm',
    ],
  },
};

/** create-next-app's page loads its fonts from Google while it is built. */
function withoutRemoteFonts(dir) {
  const file = path.join(dir, 'app/layout.tsx');
  const text = readFileSync(file, 'utf8')
    .replace(/import \{[^}]*\} from "next\/font\/google";\n/, '')
    .replace(/const \w+ = Geist\w*\(\{[^}]*\}\);\n/g, '')
    .replace(/\$\{geist\w+\.variable\}/g, '');
  writeFileSync(file, text);
}
