import type { LogEntry } from '../core/vocabulary/screenshot.js';
import { count, plural } from './labels.js';
import { Untrusted } from './untrusted.js';

/** Most lines shown per cell; the log file has the rest. */
const mostLines = 60;

const kindWords: Readonly<Record<LogEntry['kind'], string>> = {
  console: 'console',
  page_error: 'page error',
  failed_request: 'request failed',
  http_error: 'HTTP error',
  blocked_request: 'blocked by codeloop',
  dialog: 'dialog',
  crash: 'crash',
  app_output: 'app output',
  action: 'action',
  navigation: 'navigation',
};

/** The page's log and requests: errors first, equal lines once with their number. Texts are untrusted. */
export function Log({ entries }: { entries: readonly LogEntry[] }) {
  if (entries.length === 0) return <p class="quietly">No console messages, no failed requests.</p>;
  const lines = foldEqual(entries);
  const errors = entries.filter(({ level }) => level === 'error').length;
  return (
    <details class="log" open={errors > 0}>
      <summary>
        {plural(entries.length, 'log entry', 'log entries')}
        {errors > 0 ? `, ${plural(errors, 'error')}` : ''}
      </summary>
      <ol>
        {lines.slice(0, mostLines).map(({ entry, times }, index) => (
          <li key={index} class={`is-${entry.level}`}>
            <span class="kind">
              {kindWords[entry.kind]}
              {entry.level === 'error' ? '' : ` ${entry.level}`}
              {times > 1 ? ` ×${count(times)}` : ''}
            </span>
            <span class="text">
              <Untrusted text={entry.text} limit={1200} />
            </span>
            <Origin entry={entry} />
          </li>
        ))}
      </ol>
      {lines.length > mostLines ? (
        <p class="rest">{count(lines.length - mostLines)} more lines are in the logs folder of the run.</p>
      ) : null}
    </details>
  );
}

function Origin({ entry }: { entry: LogEntry }) {
  const parts = [
    [entry.method, entry.url].filter(Boolean).join(' '),
    entry.status === undefined ? '' : `status ${entry.status}`,
    entry.location ?? '',
  ].filter((part) => part !== '');
  return (
    <>
      {parts.length === 0 ? null : (
        <span class="origin">
          <Untrusted text={parts.join(' · ')} limit={400} />
        </span>
      )}
      {entry.config_line === undefined ? null : (
        <span class="origin">
          allow it with{' '}
          <code>
            <Untrusted text={entry.config_line} limit={400} />
          </code>
        </span>
      )}
    </>
  );
}

const levels: readonly LogEntry['level'][] = ['error', 'warning', 'info', 'debug'];

function foldEqual(entries: readonly LogEntry[]): { entry: LogEntry; times: number }[] {
  const folded = new Map<string, { entry: LogEntry; times: number }>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.kind, entry.level, entry.text, entry.url, entry.status, entry.location]);
    const line = folded.get(key);
    if (line === undefined) folded.set(key, { entry, times: 1 });
    else line.times += 1;
  }
  return [...folded.values()].sort((a, b) => levels.indexOf(a.entry.level) - levels.indexOf(b.entry.level));
}
