import { buildIfStale, isBuilt } from '../build/build.mjs';
import { findBrowser, installManagedBrowser } from './find-browser.mjs';
import { withLock } from './lock.mjs';
import { installNodeModules, nodeModulesFit } from './node-modules.mjs';
import { missingPrograms } from './programs.mjs';
import { readRecord, writeRecord } from './record.mjs';
import { installCommand, installGroups, systemInstaller } from './system-packages.mjs';

/**
 * Brings a checkout from nothing to ready: node modules, dist/, a browser, ffmpeg, a virtual display. What is there is left alone.
 * What it cannot install it names with the command that does. Returns whether the required parts are there (all but the last two).
 * `checked: false`: the types of dist/ are checked afterwards.
 */
export async function setUp(root, { force, system, checked = true }) {
  if (!force && (await isReady(root, checked))) return true;
  return withLock(root, async () => {
    if (!force && (await isReady(root, checked))) return true;
    if (force || !nodeModulesFit(root)) installNodeModules(root);
    const { browser, left } = await installPrograms(root, system);
    writeRecord(root, { browser: browser?.path ?? null, left });
    await buildIfStale(root, { checked });
    for (const group of left) console.error(`set-up: ${group.why}\n  install it with: ${group.command}`);
    console.log(browser === undefined ? 'set-up: not ready, there is no browser' : readyLine(left));
    return browser !== undefined;
  });
}

/** The cheap look of every later run: nothing is started, nothing is asked of the network. Says so when all is there. */
async function isReady(root, checked) {
  const record = readRecord(root);
  if (record === undefined || record.browser === null || !nodeModulesFit(root) || !isBuilt(root, { checked }))
    return false;
  if ((await findBrowser(root, { expected: record.browser })) === undefined) return false;
  // What could not be installed last time is not tried again, unless something else went missing since.
  const known = record.left.map(({ id }) => id);
  const missing = missingPrograms().map(({ id }) => id);
  if (missing.some((id) => !known.includes(id))) return false;
  console.log(readyLine(record.left.filter(({ id }) => missing.includes(id))));
  return true;
}

/** Installs what is missing, the browser first by Playwright, which needs no rights, then by the system. */
async function installPrograms(root, system) {
  let browser = await findBrowser(root, { probe: true });
  const installer = systemInstaller();
  const allowed = system && installer?.allowed === true;
  if (browser === undefined) {
    await installManagedBrowser(root);
    browser = await findBrowser(root, { probe: true });
  }
  const wanted = [...(browser === undefined ? [browserGroup] : []), ...missingPrograms()];
  if (allowed && wanted.length > 0) {
    installGroups(
      installer,
      wanted.map(({ id }) => id),
    );
    browser ??= await findBrowser(root, { probe: true });
  }
  const left = [...(browser === undefined ? [browserGroup] : []), ...missingPrograms()].map(({ id, why }) => ({
    id,
    why,
    command: installCommand(installer, id),
  }));
  return { browser, left };
}

const browserGroup = { id: 'browser', why: 'no browser was found that starts' };

function readyLine(left) {
  return left.length === 0 ? 'set-up: ready' : `set-up: ready, without ${left.map(({ id }) => id).join(' and ')}`;
}
