import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';

const signal = new AbortController().signal;
// One that never fires, heard by every session that is open.
setMaxListeners(0, signal);
const SETTLE_MS = 10_000;

/** Opens pages and photographs them as the product does: its session, its navigation, its steady picture with boxes. */
export function camera(product, site) {
  const browser = new product.WarmBrowser(
    { engine: 'chromium', executable: process.env.CODELOOP_BROWSER || '/usr/bin/chromium' },
    [],
  );
  return {
    async open({ path, fullPage }, viewport, { freezeTime } = {}) {
      const options = {
        viewport,
        allowedOrigins: [],
        redact: (text) => text,
        ...(freezeTime === undefined ? {} : { freezeTime }),
      };
      const log = new product.PageLog(options.redact);
      const session = await product.PageSession.start(browser, 'chromium', options, log, signal);
      const url = `${site.url}${path}`;
      const { status } = await product.navigate(session.page, { kind: 'url', url }, session.traffic, log, signal);
      return { session, options, opened: { url, status }, fullPage };
    },
    /** `{png, dom, sha256, size, settled, masks}` of the page as it is; `dom` as JSON text. */
    async shoot({ session, options, opened, fullPage }, masks = []) {
      const kept = {};
      const sink = {
        async put({ kind, name, data, size }) {
          kept[kind] = data;
          return { path: name, sha256: digest(data), bytes: data.length, ...size };
        },
      };
      const request = { name: 'truth', fullPage, masks, settleTimeoutMs: SETTLE_MS };
      const shot = await product.photograph(session, options, opened, request, sink, signal);
      return {
        png: kept.screenshot,
        dom: kept.dom,
        sha256: digest(kept.screenshot),
        size: shot.size,
        settled: shot.steady.settled,
        masks: shot.masks,
      };
    },
    environment: () => product.readEnvironment(browser, 'chromium'),
    dispose: () => browser.dispose(),
  };
}

const digest = (data) => createHash('sha256').update(data).digest('hex');
