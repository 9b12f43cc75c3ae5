import { readlinkSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContext, BrowserType, LaunchOptions } from 'playwright';
import { withDeadline } from '../core/clock.js';
import { CodeloopError, isErrno } from '../core/errors.js';
import { removeWithUs, sweepFolders } from '../core/run-command.js';
import { makeTempFolder } from '../core/temp-folder.js';
import { type BrowserChoice, type Engine, type FoundBrowser, findBrowser } from './find-browser.js';
import {
  type AllowedOrigins,
  LOOPBACK_BYPASS,
  type OriginProxy,
  RESOLVER_RULES,
  startOriginProxy,
} from './origin-proxy.js';

/**
 * Flags that make one page give the same pixels each time.
 * Each was tried by `bench/capture.mjs --determinism`: two launches, one and four pages at a time, byte-equal pictures.
 */
export const PICTURE_FLAGS: readonly string[] = [
  // Rounded corners differ between two pictures of one page when only the damaged part of a tile is drawn again.
  '--disable-partial-raster',
  // Sub-pixel text depends on the layer that it lies in, and on the screen.
  '--disable-lcd-text',
  '--font-render-hinting=none',
  // An animated GIF, APNG or WebP shows its first frame and stays there (2 = no animation). The other values are Playwright's own.
  '--blink-settings=primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4,imageAnimationPolicy=2',
  // Scroll positions and the elastic overscroll are no part of a page.
  '--disable-smooth-scrolling',
  '--overscroll-history-navigation=0',
];

/** Pictures of chromium-headless-shell are stale after a compositor animation; Chromium needs no such flag. */
export const SHELL_FLAG = '--disable-threaded-animation';

/** Those, and the flags that keep the browser from talking to anyone by itself. */
export const CHROMIUM_FLAGS: readonly string[] = [
  ...PICTURE_FLAGS,
  // WebRTC would send UDP past every rule for names and past the proxy.
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-quic',
  '--dns-prefetch-disable',
  '--no-pings',
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
];

/**
 * Features of Chromium that no page needs and each costs. It has a window of its own for every session, though nobody sees it, and loads
 * the pop-ups of its address bar in it: two pages of its own, which take more processor time than a small page and its picture (0.36 s of
 * 0.6 s, Chromium 156). The spare renderer waits for a page of another site, which most sessions never go to.
 */
const NEEDLESS_FEATURES: readonly string[] = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'SpareRendererForSitePerProcess',
];

/** Returns the launch options of the warm browser. `args` are the configuration's; nothing of a tool's input gets here. */
function launchOptions(engine: Engine, found: FoundBrowser, args: readonly string[]): LaunchOptions {
  const shared: LaunchOptions = {
    executablePath: found.path,
    headless: true,
    timeout: 30_000,
    // Playwright's handlers would close the browser and keep the process alive; signals belong to the doors. Whatever way node
    // ends, the browser ends with its pipe.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
  if (engine !== 'chromium') return { ...shared, args: [...args] };
  return {
    ...shared,
    args: [
      ...args,
      // Of two flags of a name Chromium takes the last: none of the project's stands against these.
      ...CHROMIUM_FLAGS,
      ...(found.headlessShell ? [SHELL_FLAG] : []),
      `--host-resolver-rules=${RESOLVER_RULES}`,
    ],
  };
}

const require = createRequire(import.meta.url);

/**
 * Playwright's launcher of that engine, loaded on first use. By `require`: imported, Node first scans its one file of 3.6 MB for named
 * exports, a third of what loading it costs.
 */
export function loadEngine(engine: Engine): BrowserType {
  const playwright: typeof import('playwright') = require('playwright');
  return playwright[engine];
}

/**
 * Starts the browser on a profile in this folder and removes the folder when it has ended. A browser ends with the pipe to its parent, so
 * this holds too when node was killed and could clean up nothing. The profile lies here and not where Playwright wants it, so that one
 * place is cleaned up by one hand. Its helpers write for a moment after the browser has ended, and one that has only just begun makes the
 * folder anew: on Linux, where /proc tells, the others of its process group are waited for; elsewhere a removal may have to be repeated.
 * Chromium heeds only the last list of features to disable, and Playwright gives one: ours is added to it here.
 */
const LAUNCHER = `#!/bin/sh
dir="$(dirname "$0")" theirs=
for argument in "$@"; do
  shift
  case "$argument" in --user-data-dir=*/playwright_*) theirs="\${argument#--user-data-dir=}" ;; esac
  case "$argument" in --user-data-dir=*/playwright_chromiumdev_profile-*) argument="--user-data-dir=$dir/profile" ;; esac
  case "$argument" in --disable-features=*) argument="$argument,${NEEDLESS_FEATURES.join(',')}" ;; esac
  set -- "$@" "$argument"
done
"$CODELOOP_BROWSER_BINARY" "$@"
code=$?
[ -z "$theirs" ] || rm -rf "$theirs"
socket="$(readlink "$dir/profile/SingletonSocket" 2>/dev/null)"
case "$socket" in */org.chromium.*/SingletonSocket|*/com.google.*/SingletonSocket) rm -rf "\${socket%/*}" ;; esac
helpers() {
  for stat in /proc/[0-9]*/stat; do
    line=
    read -r line 2>/dev/null < "$stat" || continue
    of="\${line%% *}"
    set -- \${line##*) }
    [ "$1" = Z ] || [ "$3" != $$ ] || [ "$of" = $$ ] || return 0
  done
  return 1
}
tries=0
until { ! helpers && rm -rf "$dir" 2>/dev/null; } || [ $tries -ge 200 ]; do
  tries=$((tries + 1))
  sleep 0.05
done
rm -rf "$dir" 2>/dev/null
exit $code
`;

/**
 * Settings that no flag has. With its own error pages Chromium looks up a well-known host, past every rule for names, to say whether the
 * network or the address is at fault (`NetErrorTabHelper::ProbesAllowed`).
 */
const PREFERENCES = JSON.stringify({ alternate_error_pages: { enabled: false, backup: false } });

/** A folder (0700) for one browser process, with its launcher. */
interface ThrowAwayProfile {
  /** Additional launch options. */
  options: LaunchOptions;
  /** Removes the folder; for a browser that never started. */
  remove(): Promise<void>;
}

/** Longest path, bytes, below which `/org.chromium.Chromium.XXXXXX/SingletonSocket` and its end are still a socket's path. */
const LONGEST_DIR = process.platform === 'linux' ? 62 : 50;

/** Makes the folder of one browser process. On Windows Playwright's own clean-up has to do. */
export async function throwAwayProfile(executable: string): Promise<ThrowAwayProfile> {
  if (process.platform === 'win32') return { options: {}, remove: () => Promise.resolve() };
  const dir = await makeTempFolder('codeloop-browser-');
  // Playwright makes a profile's folder all the same, which nothing is ever written into, and the launcher removes it: unless we are killed before it
  // runs. A browser of somebody else that starts at that moment has written into its own by the time that empty ones go.
  removeWithUs(join(tmpdir(), 'playwright_chromiumdev_profile-*'));
  const launcher = join(dir, 'launch');
  const artifactsDir = join(dir, 'artifacts');
  live.add(dir);
  if (live.size === 1) process.once('exit', removeLive);
  await mkdir(artifactsDir);
  await writeFile(launcher, LAUNCHER, { mode: 0o700 });
  await mkdir(join(dir, 'profile', 'Default'), { recursive: true });
  await writeFile(join(dir, 'profile', 'Default', 'Preferences'), PREFERENCES);
  const env = Object.fromEntries(
    Object.entries({
      ...process.env,
      CODELOOP_BROWSER_BINARY: executable,
      // The browser's own temporary folders go too; it keeps a socket in one, whose path may have 104 bytes on macOS, 108 on Linux.
      // Below a longer one it makes the socket's folder where it likes, and the launcher follows the profile's link to it: it stays
      // where all of us are killed before that link is there.
      ...(dir.length <= LONGEST_DIR ? { TMPDIR: dir } : {}),
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  return {
    options: { executablePath: launcher, artifactsDir, env },
    async remove() {
      live.delete(dir);
      if (live.size === 0) process.off('exit', removeLive);
      for (const one of [...socketFolder(dir), dir])
        await rm(one, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
    },
  };
}

const live = new Set<string>();

/** `process.exit()` in the middle: Playwright kills the launcher with its browser, so that another process has to remove what is left. */
function removeLive(): void {
  sweepFolders([...live].flatMap((dir) => [dir, ...socketFolder(dir)]));
}

/** The folder that Chromium made for its socket, where that is not below ours. */
function socketFolder(dir: string): string[] {
  try {
    const folder = dirname(readlinkSync(join(dir, 'profile', 'SingletonSocket')));
    return /\/(?:org\.chromium|com\.google)\.[^/]+$/.test(folder) ? [folder] : [];
  } catch (error) {
    if (isErrno(error)) return []; // the browser has none, or not yet
    throw error;
  }
}

/** Longest that a browser which is replaced is left to its other pages, and how often they are counted, ms. */
const LAST_PAGES_MS = 30_000;
const LOOK_MS = 200;

/** A browser that runs elsewhere, in the place of a process of ours. */
export interface Remote {
  /** True where its loopback is ours, so that a proxy of this machine can stand between it and the network. */
  readonly here: boolean;
  /** Throws BROWSER_CRASHED, DEADLINE_EXCEEDED. */
  connect(): Promise<Browser>;
}

/** A browser process that is started on first use, kept warm, and started again after it died. */
export class WarmBrowser {
  readonly #choice: BrowserChoice;
  readonly #args: readonly string[];
  readonly #remote: Remote | undefined;
  #launching: Promise<Browser> | undefined;
  /** The one that sessions begin in, as far as it has started. */
  #running: Browser | undefined;
  #found: FoundBrowser | undefined;
  #disposed = false;
  /** Contexts that were not closed in time. */
  readonly #stuck = new WeakSet<BrowserContext>();
  readonly #proxies = new Map<string, Promise<OriginProxy>>();

  constructor(choice: BrowserChoice, args: readonly string[], remote?: Remote) {
    this.#choice = choice;
    this.#args = args;
    this.#remote = remote;
  }

  /** The running browser. Throws BROWSER_NOT_FOUND, BROWSER_CRASHED (it did not start), DEADLINE_EXCEEDED. */
  async get(): Promise<Browser> {
    if (this.#disposed) throw new CodeloopError('CANCELLED', { what: 'the browser' });
    this.#launching ??= this.#launch();
    try {
      const browser = await this.#launching;
      this.#running = browser;
      if (browser.isConnected()) return browser;
    } catch (error) {
      this.#launching = undefined;
      throw error;
    }
    this.#launching = this.#launch();
    this.#running = await this.#launching;
    return this.#running;
  }

  /**
   * Has the next session begin in another process: this one does not end the pages of `stuck` any more, in time or at all. It is ended
   * once the pages of all other sessions are closed or stuck too, or after half a minute. One that was replaced already stays so.
   */
  replace(stuck: BrowserContext | undefined): void {
    if (stuck) this.#stuck.add(stuck);
    const launched = this.#launching;
    const of = stuck?.browser();
    if (of && this.#running && of !== this.#running) return;
    this.#launching = undefined;
    void launched
      ?.then(async (browser) => {
        const until = Date.now() + LAST_PAGES_MS;
        const isUsed = () => browser.contexts().some((one) => !this.#stuck.has(one));
        while (browser.isConnected() && isUsed() && Date.now() < until) await sleep(LOOK_MS, undefined, { ref: false });
        await browser.close();
      })
      .catch(() => undefined); // It never started, or is gone: both are what was wanted.
  }

  /** The browser that was found; started or not. Throws BROWSER_NOT_FOUND. */
  async find(): Promise<FoundBrowser> {
    if (this.#found) return this.#found;
    const type = loadEngine(this.#choice.engine);
    this.#found = findBrowser(this.#choice, type.executablePath() || undefined);
    return this.#found;
  }

  /** True where nothing below the page can be walled off: a browser on another machine, whose requests can only be stopped one by one. */
  get onlyRoutes(): boolean {
    return this.#remote?.here === false;
  }

  /**
   * The proxy through which listed origins are reached, one for each different list. None when nothing but loopback is allowed and
   * Chromium's resolver rules see to that; the other engines have no such rules and always get one.
   */
  async proxyFor(allowed: AllowedOrigins): Promise<{ server: string; bypass: string } | undefined> {
    if (this.onlyRoutes) return undefined;
    // Nobody knows with which flags a browser was started elsewhere: it gets a proxy too, which refuses everything.
    if (allowed.listed.length === 0 && this.#choice.engine === 'chromium' && !this.#remote) return undefined;
    const key = allowed.listed.join(' ');
    const starting = this.#proxies.get(key) ?? startOriginProxy(allowed);
    this.#proxies.set(key, starting);
    return { server: (await starting).server, bypass: LOOPBACK_BYPASS };
  }

  /** Ends the process; may be called twice, never throws. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    const launching = this.#launching;
    this.#launching = undefined;
    try {
      await (await launching)?.close();
    } catch {
      // It never started, or is gone: both are what dispose wants.
    }
    for (const starting of this.#proxies.values()) await (await starting).close();
    this.#proxies.clear();
  }

  async #launch(): Promise<Browser> {
    if (this.#remote) return this.#remote.connect();
    const found = await this.find();
    const type = loadEngine(this.#choice.engine);
    const profile = await throwAwayProfile(found.path);
    try {
      const options = launchOptions(this.#choice.engine, found, this.#args);
      const browser = await withDeadline('starting the browser', 40_000, () =>
        type.launch({ ...options, ...profile.options }),
      );
      browser.once('disconnected', () => void profile.remove());
      if (this.#disposed) await browser.close();
      return browser;
    } catch (error) {
      await profile.remove();
      if (error instanceof CodeloopError) throw error;
      throw new CodeloopError('BROWSER_CRASHED', { during: `start (${found.path})` }, { cause: error });
    }
  }
}
