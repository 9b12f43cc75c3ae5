/** Folders of `test` whose files test no single source: each is a kind of its own. */
const KINDS = ['architecture', 'bench', 'contract', 'e2e'];

/** Suffixes that a source file may have. */
const SUFFIXES = ['.ts', '.tsx', '.mjs'];

/**
 * The unit tests that are not found by the name of what they test, sorted: `test/<path of its source without extension>.test.ts`, with
 * an aspect after the name where a source has several (`test/store/run.processes.test.ts` tests `src/store/run.ts`). The path is that in
 * `src`, or in the repository for what lies beside `src`. Tests at the top of `test` are about the repository as a whole.
 * `tests` are relative to `test`, `sources` to the repository.
 */
export function misnamedTests(tests: readonly string[], sources: ReadonlySet<string>): string[] {
  const isThere = (name: string) =>
    SUFFIXES.some((suffix) => sources.has(`src/${name}${suffix}`) || sources.has(name + suffix));
  return tests
    .filter((file) => file.includes('/') && /\.test\.tsx?$/.test(file) && !KINDS.includes(file.split('/')[0] ?? ''))
    .filter((file) => {
      const name = file.replace(/\.test\.tsx?$/, '');
      return !isThere(name) && !isThere(name.replace(/\.[^./]+$/, ''));
    })
    .sort();
}
