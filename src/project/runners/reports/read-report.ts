import type { ReportSource } from '../../../core/vocabulary/runner.js';
import type { ReportParser } from './report.js';

/** The parser of a report, loaded when it is first needed. */
export async function reportParser(source: ReportSource): Promise<ReportParser | undefined> {
  switch (source) {
    case 'jest':
    case 'vitest':
      return (await import('./jest.js')).parseJest;
    case 'playwright':
      return (await import('./playwright.js')).parsePlaywright;
    case 'junit':
    case 'pytest':
      return (await import('./junit.js')).parseJunit;
    case 'tap':
      return (await import('./tap.js')).parseTap;
    case 'go':
      return (await import('./go-test.js')).parseGoTest;
    case 'cargo':
      return (await import('./text-summary.js')).parseCargoTest;
    case 'rspec_json':
      return (await import('./rspec.js')).parseRspec;
    case 'eslint':
      return (await import('./static-checks.js')).parseEslint;
    case 'tsc':
      return (await import('./static-checks.js')).parseTsc;
    case 'text':
      return (await import('./text-summary.js')).parseTextSummary;
    case 'exit_code':
    case 'none':
      return undefined;
  }
}
