import { JsonReporter } from 'vitest/node';

/**
 * Vitest's JSON report with the errors that no test caught (`unhandledErrors`: their messages). Vitest's own leaves them out, and they
 * would be lost where another test failed in the same run.
 */
export default class VitestReporter extends JsonReporter {
  #errors = [];

  constructor() {
    super({ outputFile: 'test-results/vitest.json' });
  }

  onTestRunEnd(modules, errors) {
    this.#errors = errors;
    return super.onTestRunEnd(modules, errors);
  }

  writeReport(report) {
    const unhandledErrors = this.#errors.map(({ name, message, stack }) => stack ?? `${name}: ${message}`);
    return super.writeReport(JSON.stringify({ ...JSON.parse(report), unhandledErrors }));
  }
}
