import type { LaunchOptions } from 'playwright';
import { RESOLVER_RULES } from './allowed-origins.js';
import type { Engine, FoundBrowser } from './find-browser.js';

/**
 * Flags that make one page give the same pixels each time, and that keep the browser from talking to anyone by itself.
 * Each was tried by `bench/capture.mjs --determinism`: two launches, one and four pages at a time, byte-equal pictures.
 */
const CHROMIUM_FLAGS: readonly string[] = [
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
  // WebRTC would send UDP past every rule for names and past the proxy.
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-quic',
  '--dns-prefetch-disable',
  '--no-pings',
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
];

/** What the warm browser is launched with. `args` from the configuration come last; nothing of a tool's input gets here. */
export function launchOptions(engine: Engine, found: FoundBrowser, args: readonly string[]): LaunchOptions {
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
      ...CHROMIUM_FLAGS,
      // Pictures of chromium-headless-shell are stale after a compositor animation; Chromium needs no such flag.
      ...(found.headlessShell ? ['--disable-threaded-animation'] : []),
      `--host-resolver-rules=${RESOLVER_RULES}`,
      ...args,
    ],
  };
}
