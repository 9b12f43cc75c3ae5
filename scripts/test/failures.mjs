import path from 'node:path';

/** Failed tests of Vitest's JSON report, each as one text: file, name, and the start of what it said. */
export function vitestFailures(report, root) {
  return report.testResults.flatMap((file) => {
    const failed = file.assertionResults.filter(({ status }) => status === 'failed');
    const where = path.relative(root, file.name);
    if (failed.length === 0)
      return file.status === 'failed' ? [failure(where, '(before its first test)', file.message)] : [];
    return failed.map((test) => failure(where, test.fullName, test.failureMessages.join('\n')));
  });
}

/** Failed and flaky tests of Playwright's JSON report, and its errors outside any test. */
export function playwrightFailures(report) {
  const inSuite = (suite) => [...suite.specs.filter(({ ok }) => !ok), ...(suite.suites ?? []).flatMap(inSuite)];
  const said = (spec) => spec.tests.flatMap(({ results }) => results.flatMap((result) => result.error?.message ?? []));
  return [
    ...report.suites.flatMap(inSuite).map((spec) => failure(spec.file, spec.title, said(spec).join('\n'))),
    ...report.errors.map((error) => failure('playwright', '(outside any test)', error.message)),
  ];
}

// Enough to see what was expected and where, little enough that ten of them can be read.
const shownLines = 12;

function failure(where, name, message = '') {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colour codes of a terminal start with one.
  const plain = message.replaceAll(/\u001b\[[0-9;]*m/g, '');
  const lines = plain.split('\n').filter((line) => line.trim() !== '' && !line.includes('node_modules'));
  return [`${where} > ${name}`, ...lines.slice(0, shownLines).map((line) => `  ${line}`)].join('\n');
}
