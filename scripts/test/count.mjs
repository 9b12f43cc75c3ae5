/** Counts of Vitest's JSON report. A file that failed before its first test counts as one failed test, and so does an unhandled error. */
export function vitestCount(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length + (report.unhandledErrors?.length ?? 0),
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts of Playwright's JSON report. Errors outside any test count as failed tests; a flaky one is no pass. */
export function playwrightCount(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped };
}

/**
 * The counts to believe of a suite that ended with `exitCode`, given what its report says (nothing: there is no readable report).
 * A suite that ended badly has at least one failure, and a suite that ran nothing has failed.
 */
export function settle(counts, exitCode) {
  const { passed, failed, skipped } = counts ?? { passed: 0, failed: 0, skipped: 0 };
  const bad = exitCode !== 0 || counts === undefined || passed + failed === 0;
  return { passed, failed: bad ? Math.max(failed, 1) : failed, skipped };
}
