import { placeIn } from './place.js';
import type { ParsedReport } from './report.js';

/** The last line of each test binary; libtest has printed it so since Rust 1.0. */
const RESULT = /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored;/gm;
const FAILURE = /^---- (.+?) stdout ----\n([\s\S]*?)(?=^---- |^failures:)/gm;
const IGNORED = /^test (.+?) \.\.\. ignored/gm;

/** Parses the output of `cargo test`; `undefined` when no test binary finished. */
export function parseCargoTest(text: string): ParsedReport | undefined {
  const plain = text.replaceAll('\r\n', '\n');
  const results = [...plain.matchAll(RESULT)];
  if (results.length === 0) return undefined;
  const sum = (at: number) => results.reduce((total, result) => total + Number(result[at]), 0);
  return {
    counts: { passed: sum(1), failed: sum(2), skipped: sum(3) },
    failures: [...plain.matchAll(FAILURE)].map(([, name = '', output = '']) => {
      const message = (output.split(/^stack backtrace:/m)[0] ?? '').trim();
      return { name, message: message || 'It failed.', ...placeIn(message) };
    }),
    skipped: [...plain.matchAll(IGNORED)].map(([, name = '']) => name),
  };
}
