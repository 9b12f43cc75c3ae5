import { join } from 'node:path';
import type { LogEntry } from '../core/vocabulary/log-entry.js';
import type { Screenshot } from '../core/vocabulary/screenshot.js';
import type { AppServer } from '../project/app-server.js';
import { ErrorSources } from '../project/error-source.js';
import type { Project } from '../project/project.js';

/** Errors of one page that are looked up; the first ones are the ones somebody reads. */
const MAX_PLACED = 10;
/** Folders whose files dev servers serve under the root of their address. */
const SERVED = ['.', 'public', 'static', 'src', 'dist', 'build', 'out'];

/** The picture with the errors in its log placed in the project's sources, while the app still serves its scripts. */
export async function placeErrors(
  screenshot: Screenshot,
  project: Project,
  app: Pick<AppServer, 'url'> | undefined,
): Promise<Screenshot> {
  const errors = screenshot.logs.filter(isError).slice(0, MAX_PLACED);
  if (!app || errors.length === 0) return screenshot;
  const folders = [...new Set([project.config.server.static ?? '.', ...SERVED])].map((one) => join(project.dir, one));
  const sources = new ErrorSources(project.dir, app.url, folders);
  const places = new Map<LogEntry, LogEntry['source']>();
  for (const entry of errors) places.set(entry, await sources.find(`${entry.text}\n${entry.location ?? ''}`));
  const place = (entry: LogEntry): LogEntry => {
    const source = places.get(entry);
    return source ? { ...entry, source } : entry;
  };
  return { ...screenshot, logs: screenshot.logs.map(place) };
}

function isError({ kind, level }: LogEntry): boolean {
  return kind === 'page_error' || (kind === 'console' && level === 'error');
}
