import { createRequire } from 'node:module';
import type * as Engine from 're2js';

let engine: typeof Engine | undefined;

/** The engine, loaded for the first pattern: most projects have none. */
function re2(): typeof Engine {
  engine ??= createRequire(import.meta.url)('re2js') as typeof Engine; // what is required has no type
  return engine;
}

/** Longest text that a pattern is asked about, in UTF-16 units; of a longer one this much of its beginning. */
const MAX_TEXT = 65_536;

/** A pattern of the settings in RE2 syntax: its time is linear in the text, so that no line of a page can stall anything. */
export interface LinearPattern {
  /** True when the text holds what the pattern means, anywhere. */
  test(text: string): boolean;
  /** The text with every place that the pattern means replaced, by a text or by what is said of each. */
  replaceAll(text: string, by: string | ((found: string) => string)): string;
}

const KNOWN = new Map<string, LinearPattern>();

/** Why a pattern cannot be used, in the engine's words (no look-around, no back-references); undefined when it can. */
export function patternProblem(source: string): string | undefined {
  try {
    linearPattern(source);
    return undefined;
  } catch (error) {
    if (error instanceof re2().RE2JSException) return error.message;
    throw error;
  }
}

/** The pattern of a source that `patternProblem` has nothing against; each is compiled once. Throws what the engine says. */
export function linearPattern(source: string): LinearPattern {
  const known = KNOWN.get(source);
  if (known) return known;
  const compiled = re2().RE2JS.compile(source);
  const pattern: LinearPattern = {
    test: (text) => compiled.matcher(text.slice(0, MAX_TEXT)).find(),
    replaceAll: (text, by) => {
      const parts: string[] = [];
      const matcher = compiled.matcher(text);
      let from = 0;
      while (matcher.find()) {
        // An empty match stands for nothing that could be masked.
        if (matcher.end() === matcher.start()) continue;
        const found = text.slice(matcher.start(), matcher.end());
        parts.push(text.slice(from, matcher.start()), typeof by === 'string' ? by : by(found));
        from = matcher.end();
      }
      return parts.join('') + text.slice(from);
    },
  };
  KNOWN.set(source, pattern);
  return pattern;
}

/**
 * True when a text is what a pattern with `*` says, which stands for any letters, or none. `inside`: whatever may stand before it. Its time is
 * linear in the text for each part of the pattern, where an expression with as many stars would try all ways to share the text among them.
 */
export function fitsWildcards(text: string, pattern: string, inside = false): boolean {
  const [first = '', ...rest] = pattern.split(/\*+/);
  const last = rest.pop();
  if (last === undefined) return inside ? text.endsWith(first) : text === first;
  const begin = inside ? text.indexOf(first) : text.startsWith(first) ? 0 : -1;
  if (begin < 0) return false;
  let at = begin + first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
