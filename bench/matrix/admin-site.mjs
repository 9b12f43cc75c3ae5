import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = fileURLToPath(new URL('../../node_modules/startbootstrap-sb-admin-2', import.meta.url));
/** Parts of the icon package that no page loads; they are four fifths of the site's bytes. */
const UNUSED = /fontawesome-free[/\\](svgs|sprites|less|scss|metadata|js)$/;

/** Pages of the admin template by the name of their screen, sorted. */
export const pages = readdirSync(PACKAGE)
  .filter((name) => name.endsWith('.html'))
  .map((name) => (name === 'index.html' ? 'home' : name.slice(0, -'.html'.length)))
  .sort();

/**
 * Defects that can be planted into a page: what changes of which one element. `paints` says which box the change shows in: the
 * element's own or that of its text.
 */
export const defects = [
  {
    kind: 'color',
    page: 'buttons',
    selector: '.btn-google',
    paints: 'element',
    css: 'background-color:#7b43ea!important;border-color:#7b43ea!important',
  },
  {
    kind: 'color',
    page: 'home',
    selector: '.progress-bar.bg-danger',
    paints: 'element',
    css: 'background-color:#2a9134!important',
  },
  {
    kind: 'color',
    page: 'utilities-color',
    selector: '.bg-gray-600',
    paints: 'element',
    css: 'background-color:#c06b3d!important',
  },
  { kind: 'shift', page: 'buttons', selector: 'h1.h3', paints: 'text', css: 'position:relative;left:4px' },
  { kind: 'shift', page: 'home', selector: 'h1.h3', paints: 'text', css: 'position:relative;top:4px' },
  { kind: 'shift', page: 'cards', selector: 'h1.h3', paints: 'text', css: 'position:relative;left:4px' },
  { kind: 'shift', page: 'login', selector: 'h1.h4', paints: 'text', css: 'position:relative;top:4px' },
  {
    kind: 'shift',
    page: 'utilities-other',
    selector: '.rotate-15',
    paints: 'element',
    css: 'position:relative;left:4px',
  },
  { kind: 'missing', page: 'buttons', selector: '.btn-facebook', paints: 'element', css: 'visibility:hidden' },
  { kind: 'missing', page: 'home', selector: '.d-sm-flex a.btn', paints: 'element', css: 'visibility:hidden' },
  { kind: 'missing', page: 'register', selector: 'a.btn-facebook', paints: 'element', css: 'visibility:hidden' },
  { kind: 'missing', page: 'forgot-password', selector: 'a.btn-user', paints: 'element', css: 'visibility:hidden' },
];

/** The file of a screen's page. */
const fileOf = (dir, page) => path.join(dir, page === 'home' ? 'index.html' : `${page}.html`);

/** Copies the site into `dir` as a codeloop project with these screens; `concurrency` pages are photographed at once. */
export function makeSite(dir, screens, concurrency, viewports) {
  mkdirSync(dir, { recursive: true });
  for (const name of readdirSync(PACKAGE).filter((entry) => /\.html$|^(css|js|img|vendor)$/.test(entry)))
    cpSync(path.join(PACKAGE, name), path.join(dir, name), { recursive: true, filter: (file) => !UNUSED.test(file) });
  configure(dir, screens, concurrency, viewports);
}

/** Writes the project's settings anew. `viewports`: names of those to look at, default all. */
export function configure(dir, screens, concurrency, viewports) {
  const config = {
    server: { static: '.' },
    screens: screens.map((name) => ({ name, path: name === 'home' ? '/' : `/${name}.html`, viewports })),
    capture: { concurrency },
    // The template has faults of its own; this is about its pictures.
    accessibility: { enabled: false },
    layout: { enabled: false },
  };
  mkdirSync(path.join(dir, '.codeloop'), { recursive: true });
  writeFileSync(path.join(dir, '.codeloop/config.json'), JSON.stringify(config));
}

/** Changes the page that the site serves. */
export function plant(dir, defect) {
  const file = fileOf(dir, defect.page);
  const html = readFileSync(file, 'utf8');
  writeFileSync(file, html.replace('</head>', `<style>${defect.selector}{${defect.css}}</style></head>`));
}

/** A file of a run, as JSON. */
export const readRun = (dir, runId, file) =>
  JSON.parse(readFileSync(path.join(dir, 'artifacts/runs', runId, file), 'utf8'));

/** The newest cell of each screen and viewport of a run. */
export function newestCells(dir, runId) {
  const cells = new Map(readRun(dir, runId, 'run.json').cells.map((cell) => [`${cell.screen}@${cell.viewport}`, cell]));
  return [...cells.values()];
}

/** Makes the pictures of a run the references of the project. */
export function takeAsReferences(dir, runId) {
  for (const cell of newestCells(dir, runId)) {
    const folder = path.join(dir, 'designs', cell.viewport);
    if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
    cpSync(path.join(dir, cell.screenshot.image.path), path.join(folder, `${cell.screen}.png`));
  }
}

/** What speaks against a cell: it is no picture, never settled, or shows nothing. */
export function faultOf(cell) {
  if (!cell.screenshot) return cell.failure?.code ?? 'no picture';
  if (!cell.screenshot.steady.settled) return 'unsteady';
  return cell.screenshot.blank ? 'blank' : undefined;
}
