import { isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { contains } from '../../core/path-walls.js';
import type { RunnerFailure } from '../../core/vocabulary/runner.js';

/** Failures kept of one command, and names of skipped tests. */
const MAX_FAILURES = 50;
export const MAX_SKIPPED = 20;
const MAX_NAME = 300;
const MAX_MESSAGE = 2000;

/**
 * Failures as they are stored: at most 50, names of at most 300 and messages of at most 2,000 characters without control
 * characters, secrets masked, files relative to the project where they lie in it. Still untrusted text.
 */
export function boundFailures(
  failures: readonly RunnerFailure[],
  project: string,
  cwd: string,
  redact: (text: string) => string,
): RunnerFailure[] {
  return failures.slice(0, MAX_FAILURES).map((failure) => ({
    name: boundText(nameOf(failure, project), MAX_NAME, redact),
    message: boundText(failure.message, MAX_MESSAGE, redact),
    ...(failure.file === undefined ? {} : { file: boundText(inProject(failure.file, project, cwd), MAX_NAME, redact) }),
    ...(failure.line === undefined ? {} : { line: failure.line }),
    ...(failure.column === undefined ? {} : { column: failure.column }),
  }));
}

/** One text of a tool, bounded and masked. Line ends and tabs stay. */
export function boundText(text: string, length: number, redact: (text: string) => string): string {
  // Cut generously first: masking megabytes for two thousand characters would take long.
  const plain = stripVTControlCharacters(text.slice(0, length * 8))
    .replaceAll('\r\n', '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .toWellFormed();
  const masked = redact(plain);
  return masked.length > length ? `${masked.slice(0, length - 1).toWellFormed()}…` : masked;
}

/** Some tools call a file that could not be loaded by its path. */
function nameOf({ name, file }: RunnerFailure, project: string): string {
  return name === file ? inProject(name, project, project) : name;
}

function inProject(file: string, project: string, cwd: string): string {
  const path = file.startsWith('file://') ? fromUrl(file) : file;
  const absolute = isAbsolute(path) ? path : resolve(cwd, path);
  return contains(project, absolute) ? relative(project, absolute).split(sep).join('/') : path;
}

function fromUrl(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url; // no path behind it
  }
}
