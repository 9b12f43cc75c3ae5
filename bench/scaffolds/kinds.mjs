import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Public project starters: how each is made in a folder of that name (`make`, arguments of npx), what is put around it (`around`), and
 * what has to be changed where nothing but the package registry can be reached (`offline`).
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
  // One version: the packages of the newest one may not all be published yet.
  angular: { make: ['@angular/cli@21.2.26', 'new', 'angular', '--defaults', '--skip-git', '--skip-install'] },
  workspaces: {
    make: ['create-vite@latest', 'workspaces/apps/web', '--template', 'react-ts', '--no-interactive'],
    around: withWorkspace,
  },
  plain: { around: plainFolder },
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

/** An app that is one of several packages, started from the top. */
function withWorkspace(dir) {
  const manifest = { name: 'top', private: true, workspaces: ['apps/*'], scripts: { dev: 'npm run dev -w apps/web' } };
  writeFileSync(path.join(dir, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(dir, '.gitignore'), 'node_modules\ndist\n');
}

/** Two pages of finished HTML and nothing else. */
function plainFolder(dir) {
  const page = (title, body) =>
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head><body><main><h1>${title}</h1>${body}</main></body></html>`;
  mkdirSync(path.join(dir, 'about'), { recursive: true });
  writeFileSync(path.join(dir, 'index.html'), page('Home', '<p><a href="about/">About us</a></p>'));
  writeFileSync(path.join(dir, 'about/index.html'), page('About', '<p>Who we are.</p>'));
}

/** create-next-app's page loads its fonts from Google while it is built. */
function withoutRemoteFonts(dir) {
  const file = path.join(dir, 'app/layout.tsx');
  const text = readFileSync(file, 'utf8')
    .replace(/import \{[^}]*\} from "next\/font\/google";\n/, '')
    .replace(/const \w+ = Geist\w*\(\{[^}]*\}\);\n/g, '')
    .replace(/\$\{geist\w+\.variable\}/g, '');
  writeFileSync(file, text);
}
