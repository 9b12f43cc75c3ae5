import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
const html = (root) =>
  root.pages.map((name) => ({
    id: `${root.short}-${name}`,
    path: `/${root.path}/${name}.html`,
    fullPage: !(root.firstScreen ?? []).includes(name),
  }));

/**
 * Third-party sites from npm, MIT; `path` is the folder of the package that is served. Pages are photographed whole, but those of
 * `firstScreen` as far as the viewport goes, as the product does for a reference of the viewport's height.
 */
const SITES = [
  {
    short: 'admin',
    path: 'startbootstrap-sb-admin-2',
    pages: ['index', 'buttons', 'cards', 'login', 'tables', 'charts', 'utilities-color', 'register', '404'],
  },
  {
    short: 'business',
    path: 'startbootstrap-modern-business/dist',
    pages: ['index', 'pricing', 'contact', 'faq', 'about', 'blog-home'],
    firstScreen: ['index', 'faq', 'about', 'blog-home'],
  },
  {
    short: 'blog',
    path: 'startbootstrap-clean-blog/dist',
    pages: ['index', 'about', 'contact'],
    firstScreen: ['index', 'about'],
  },
  { short: 'agency', path: 'startbootstrap-agency/dist', pages: ['index'], firstScreen: ['index'] },
  { short: 'freelancer', path: 'startbootstrap-freelancer/dist', pages: ['index'], firstScreen: ['index'] },
  { short: 'resume', path: 'startbootstrap-resume/dist', pages: ['index'] },
];

/** Pages by id, in a fixed order. */
export const PAGES = SITES.flatMap(html);

/** Name and version of each package. */
export const PACKAGES = SITES.map((site) => {
  const name = site.path.split('/')[0];
  return `${name} ${JSON.parse(readFileSync(path.join(modules, name, 'package.json'), 'utf8')).version}`;
});

const TYPES = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};

/** The sites on loopback, as `{url, close}`. `/slow/<ms>/<file>` answers that much later. */
export async function serveSites() {
  const roots = SITES.map(({ path: root }) => path.join(modules, root));
  const server = createServer((request, answer) => {
    const [, wait, asked] = /^(?:\/slow\/(\d+))?(\/.*)$/.exec(new URL(request.url, 'http://site').pathname);
    const file = path.join(modules, path.normalize(decodeURIComponent(asked)));
    const known = roots.some((root) => file.startsWith(root + path.sep)) && existsSync(file) && statSync(file).isFile();
    const send = () => {
      if (!known) return answer.writeHead(404).end();
      answer.writeHead(200, {
        'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
        'cache-control': wait ? 'no-store' : 'max-age=600',
      });
      createReadStream(file).pipe(answer);
    };
    if (wait) setTimeout(send, Number(wait));
    else send();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
