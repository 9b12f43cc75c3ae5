import type { LogEntry } from '../../core/vocabulary/screenshot.js';
import { defineCheck } from '../define-check.js';
import { judgeLogs } from './log-problems.js';

/** Tools that reload a page while somebody works on it, which nobody misses: LiveReload's script and port, Browsersync, webpack. */
const RELOADS = /\/livereload\.js|\/browser-sync\/|\/sockjs-node\b|\/__webpack_hmr\b/i;
const RELOAD_PORT = '35729';

/** A server beside the app's own on this machine: its API at another port is a part of it. A socket may be a tool's. */
function isBeside({ url, resource_type: type }: LogEntry): boolean {
  const asked =
    type === 'websocket' || type === 'eventsource' || url === undefined || !URL.canParse(url)
      ? undefined
      : new URL(url);
  if (!asked || asked.port === RELOAD_PORT || RELOADS.test(asked.pathname)) return false;
  return /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/.test(asked.hostname);
}

export default defineCheck({
  id: 'failed-requests',
  title: 'Every request to the app itself succeeded',
  failureTitle: 'A request to the app failed',
  description:
    'Requests to the same origin, and to other servers on this machine, that failed, were answered with HTTP 400 and above, or with a page where a style sheet was asked for. Requests that codeloop itself blocked are not the app’s, nor is a tool that reloads pages while one works.',
  requires: ['cells'],
  repair: {
    category: 'network',
    severity: 'critical',
    cause: 'The server answered a request of the page with an error, or not at all.',
    task: 'Fix the handler of that address, or the address that the page asks for.',
    verify: 'screen',
  },
  run({ cells }) {
    return judgeLogs(cells, (entry) => {
      if (entry.same_origin === false && !isBeside(entry)) return undefined;
      if (entry.kind === 'http_error') return `A request was answered with HTTP ${entry.status ?? '?'}.`;
      return entry.kind === 'failed_request' ? 'A request to the app failed.' : undefined;
    });
  },
});
