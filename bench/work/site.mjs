import { execFileSync } from 'node:child_process';
import { cpSync, createReadStream, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const ADMIN = ['index', 'charts', 'tables', 'buttons', 'cards', 'login', 'utilities-color'];
const OTHERS = ['modern-business', 'clean-blog', 'agency', 'freelancer', 'resume'];

/** Twelve pages of six templates that others made (npm, MIT), as paths below a folder that holds them. */
export const PAGES = [
  ...ADMIN.map((page) => `/startbootstrap-sb-admin-2/${page}.html`),
  ...OTHERS.map((name) => `/startbootstrap-${name}/dist/index.html`),
];
/** The two viewports of the work. */
export const VIEWPORTS = {
  phone: { width: 375, height: 812, is_mobile: true, has_touch: true },
  desktop: { width: 1440, height: 900 },
};
const TYPES = {
  ...{ '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml' },
  ...{ '.png': 'image/png', '.jpg': 'image/jpeg', '.woff2': 'font/woff2' },
};

/** Serves the templates on loopback, as `{url, close}`. */
export async function serveTemplates() {
  const server = createServer((request, answer) => {
    const file = path.join(modules, path.normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname)));
    if (!file.startsWith(modules) || !existsSync(file) || !statSync(file).isFile()) return answer.writeHead(404).end();
    answer.writeHead(200, { 'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(answer);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Makes a project of the templates in an empty folder, in git, with these settings besides. */
export function makeProject(dir, settings) {
  for (const folder of ['sb-admin-2', ...OTHERS.map((name) => `${name}/dist`)])
    cpSync(path.join(modules, `startbootstrap-${folder}`), path.join(dir, 'site', `startbootstrap-${folder}`), {
      recursive: true,
      dereference: true,
    });
  const screens = PAGES.map((page) => ({
    name: page.replace(/^\/startbootstrap-|\/dist|\.html$/g, '').replace(/\W+/g, '-'),
    path: page,
  }));
  mkdirSync(path.join(dir, '.codeloop'));
  writeFileSync(
    path.join(dir, '.codeloop/config.json'),
    JSON.stringify({ server: { static: 'site' }, screens, viewports: VIEWPORTS, ...settings }),
  );
  writeFileSync(path.join(dir, 'package.json'), '{ "name": "templates" }\n');
  writeFileSync(path.join(dir, '.gitignore'), 'artifacts/\n.codeloop/audit*\n');
  const identity = ['-c', 'user.name=b', '-c', 'user.email=b@b', '-c', 'commit.gpgsign=false'];
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '-A'],
    ['commit', '-qm', 'templates'],
  ])
    execFileSync('git', [...identity, ...args], { cwd: dir });
}
