import { isLoopback } from '../../core/loopback.js';
import type { LogEntry } from '../../core/vocabulary/screenshot.js';
import { defineCheck } from '../define-check.js';
import { judgeLogs } from './log-problems.js';

/** Tools that reload a page while somebody works on it, which nobody misses: scripts of LiveReload and Browsersync, what SockJS asks first. */
const RELOADS = /\/livereload(?:\.js)?\b|\/browser-sync\/|\/sockjs-node\b/i;
/** Their sockets and streams: of webpack, Next, Angular, Vite, esbuild and Storybook, React's developer tools. */
const RELOAD_STREAMS =
  /\/__webpack_hmr\b|\/_next\/|\/ng-cli-ws\b|\bhmr\b|\/@vite\b|\/esbuild$|\/storybook-server-channel\b|hot-?(?:reload|update)|live-?reload/i;
/** What such a stream is; a `ping` asks whether the server of one is there again. */
const STREAMS = new Set(['websocket', 'eventsource', 'ping']);
/** LiveReload's, the one of Vite in another server, React's developer tools'. */
const RELOAD_PORTS = new Set(['35729', '24678', '8097']);
/** What the clients of such tools write to the console: a socket that has no path of its own, or only `ws` or a token, is then theirs. */
const CLIENT = /^\[(?:vite|HMR|webpack-dev-server|parcel|Fast Refresh)\]|^(?:\[?live reload|Live reload) ?enabled/i;

/** A server beside the app's own on this machine: its API at another port is a part of it. `reloaded`: such a client runs in the page. */
function isBeside({ url, resource_type: type = '' }: LogEntry, reloaded: boolean): boolean {
  const asked = url === undefined || !URL.canParse(url) ? undefined : new URL(url);
  if (!asked || RELOAD_PORTS.has(asked.port) || RELOADS.test(asked.pathname)) return false;
  if (STREAMS.has(type) && RELOAD_STREAMS.test(asked.pathname)) return false;
  if (type === 'websocket' && reloaded && /^\/(?:ws)?$/.test(asked.pathname)) return false;
  return isLoopback(asked.hostname) || asked.hostname.endsWith('.localhost');
}

export default defineCheck({
  id: 'failed-requests',
  title: 'Every request to the app itself succeeded',
  failureTitle: 'A request to the app failed',
  description:
    'Requests to the same origin, and to other servers on this machine, sockets and streams included, that failed, were answered with HTTP 400 and above, with an error inside (GraphQL, JSON-RPC, tRPC, gRPC-Web, Connect, JSON:API) whatever the status, or with a page where a style sheet or JSON was wanted; sockets that the server closed with a code for something wrong. Requests that codeloop itself blocked are not the app’s, nor those that the page gave up within three seconds, nor what the page gets along with as its picture shows (nobody is signed in, a part of an answer is missing, an answer refuses or is empty, a socket does not open or breaks off): it is told with the verdict, nor is a tool that reloads pages while one works.',
  requires: ['cells'],
  repair: {
    category: 'network',
    severity: 'critical',
    cause: 'The server answered a request of the page with an error, or not at all.',
    task: 'Fix the handler of that address, or the address that the page asks for.',
    verify: 'screen',
  },
  run({ cells }) {
    const reloaded = new Set(
      cells.flatMap(({ screenshot: { logs = [] } = {} }) =>
        logs.some(({ kind, text }) => kind === 'console' && CLIENT.test(text)) ? logs : [],
      ),
    );
    return judgeLogs(cells, (entry) => {
      // How the page stands in its picture speaks for it: told with the verdict.
      if (entry.excuse !== undefined) return undefined;
      if (entry.same_origin === false && !isBeside(entry, reloaded.has(entry))) return undefined;
      if (entry.kind === 'http_error') return `A request was answered with HTTP ${entry.status ?? '?'}.`;
      // Of what the page gave up itself, as a search does at the next letter, it wants no answer.
      return entry.kind === 'failed_request' && entry.level !== 'info' ? 'A request to the app failed.' : undefined;
    });
  },
});
