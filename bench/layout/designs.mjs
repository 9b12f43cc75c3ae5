import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { lookAtAll } from './look.mjs';
import { serveFolder } from './serve-folder.mjs';

const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
/** What was decided by eye about each certain finding: `real`, or `wrong` when a designer would call it so; with why. */
const DECIDED = JSON.parse(readFileSync(new URL('decided-by-eye.json', import.meta.url), 'utf8'));
const each = (folder, names) => names.map((name) => `${folder}/${name}.html`);

/** Pages that professionals made, from npm, untouched: those of this project's own dev dependencies, and those of `--more`. */
const OWN = [
  ...each('startbootstrap-sb-admin-2', [
    'index',
    'buttons',
    'cards',
    'login',
    'tables',
    'charts',
    'utilities-color',
    'register',
    '404',
  ]),
  ...each('startbootstrap-modern-business/dist', ['index', 'pricing', 'contact', 'faq', 'about', 'blog-home']),
  ...each('startbootstrap-clean-blog/dist', ['index', 'about', 'contact', 'post']),
  ...each('startbootstrap-agency/dist', ['index']),
  ...each('startbootstrap-freelancer/dist', ['index']),
  ...each('startbootstrap-resume/dist', ['index']),
];
const MORE = [
  ...each('startbootstrap-creative/dist', ['index']),
  ...each('startbootstrap-grayscale/dist', ['index']),
  ...each('startbootstrap-landing-page/dist', ['index']),
  ...each('startbootstrap-new-age/dist', ['index']),
  ...each('material-dashboard/pages', [
    'dashboard',
    'tables',
    'billing',
    'profile',
    'sign-in',
    'sign-up',
    'notifications',
  ]),
  ...each('paper-dashboard-2/examples', ['dashboard', 'user', 'tables', 'typography', 'notifications']),
  ...each('now-ui-kit', ['index', 'examples/landing-page', 'examples/login-page', 'examples/profile-page']),
  ...each('spectre.css/docs', [
    'index',
    'elements',
    'layout',
    'components/cards',
    'components/menu',
    'components/steps',
  ]),
];

/** Every certain finding on the untouched pages, with what was decided about it by eye. */
export async function lookAtDesigns({ product, driver, more, say }) {
  const pages = [];
  for (const [folder, list] of [[modules, OWN], ...(more ? [[path.resolve(more), MORE]] : [])]) {
    const site = await serveFolder(folder);
    try {
      const there = list.filter((one) => existsSync(path.join(folder, one)));
      const urls = there.map((page) => ({ page, url: `${site.url}/${page}` }));
      pages.push(
        ...(await lookAtAll(product, driver, urls, say)).map(({ page, findings }) => {
          const certain = findings.filter((one) => one.certainty === 'certain').map(told);
          const likely = findings.filter((one) => one.certainty === 'likely').length;
          return { page, likely, certain: certain.map((one) => ({ ...one, decided: decided(page, one) })) };
        }),
      );
    } finally {
      await site.close();
    }
  }
  const wrong = pages.filter(({ certain }) => certain.some((one) => one.decided?.verdict === 'wrong'));
  const open = pages.filter(({ certain }) => certain.some((one) => one.decided === undefined));
  return {
    pages,
    figures: {
      ...{ pages: pages.length, packages: new Set(pages.map(({ page }) => page.split('/')[0])).size },
      ...{
        silent: pages.filter(({ certain }) => certain.length === 0).length,
        wrong: wrong.length,
        undecided: open.map(({ page }) => page),
      },
    },
  };
}

function told({ kind, from_width: from, to_width: to, element, siblings }) {
  return { kind, from, to, selector: element.selector, siblings: siblings.length };
}

function decided(page, { kind, selector }) {
  return DECIDED.find(
    (one) =>
      page.startsWith(one.page) && one.kind === kind && (one.selector === undefined || selector.includes(one.selector)),
  );
}
