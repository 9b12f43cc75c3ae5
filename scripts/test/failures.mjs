import path from 'node:path';

/**
 * One test that failed: `file` relative to the repository, `name` with the groups around it, `where` what says which part of a suite it
 * belongs to (a viewport of Playwright's; undefined elsewhere), and the start of what it `said`. Without a `file` it cannot be run again.
 */

/** Failed tests of Vitest's JSON report. A file that broke before its first test is one failure. */
export function vitestFailures(report, root) {
  return report.testResults
    .flatMap((result) => {
      const failed = result.assertionResults.filter(({ status }) => status === 'failed');
      const file = path.relative(root, result.name).split(path.sep).join('/');
      if (failed.length === 0)
        return result.status === 'failed'
          ? [{ file, name: '(before its first test)', said: start(result.message) }]
          : [];
      return failed.map((test) => ({ file, name: test.fullName, said: start(test.failureMessages.join('\n')) }));
    })
    .concat((report.unhandledErrors ?? []).map((message) => ({ name: '(outside any test)', said: start(message) })));
}

/**
 * Failed and flaky tests of Playwright's JSON report, and its errors outside any test. Its files are relative to `test/browser`; of a test that
 * is defined by way of another file (`sampled`) the one that defines it is the file of the outermost suite.
 */
export function playwrightFailures(report) {
  const inSuite = (suite, groups, file) => [
    ...suite.specs.flatMap((spec) => inSpec(spec, groups, file)),
    ...(suite.suites ?? []).flatMap((inner) => inSuite(inner, [...groups, inner.title], file)),
  ];
  const inSpec = (spec, groups, file) =>
    spec.tests
      .filter(({ status }) => status === 'unexpected' || status === 'flaky')
      .map(({ projectName, results }) => ({
        file: `test/browser/${file}`,
        where: projectName,
        name: [...groups, spec.title].join(' > '),
        said: start(results.flatMap((result) => result.error?.message ?? []).join('\n')),
      }));
  return [
    ...report.suites.flatMap((suite) => inSuite(suite, [], suite.file)),
    ...report.errors.map(({ message }) => ({ name: '(outside any test)', said: start(message) })),
  ];
}

/**
 * What a failure is called wherever it is named: `test/a.test.ts > adds`, `test/browser/a.spec.ts [mobile] > opens`, `lint ended with 1`.
 * @param {{suite: string, file?: string, where?: string, name: string}} failure
 */
export function nameOf({ suite, file, where, name }) {
  return file === undefined ? `${suite} ${name}` : `${file}${where ? ` [${where}]` : ''} > ${name}`;
}

// Enough to see what was expected and where, little enough that ten of them can be read.
const shownLines = 12;

function start(message = '') {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes of a terminal start with one.
  const plain = message.replaceAll(/\u001b\[[0-9;]*m/g, '');
  const lines = plain.split('\n').filter((line) => line.trim() !== '' && !line.includes('node_modules'));
  return lines.slice(0, shownLines).join('\n');
}
