import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { Session } from '../../live/session.js';
import { runDemo } from '../../verify/demo.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_demo',
  command: { name: 'demo' },
  title: 'Find the planted defects of the example app',
  description:
    'Verifies the example app that ships with codeloop, healthy and with planted defects, and reports whether exactly those were found.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'drive',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    findings: z.array(
      z.object({
        defect: z.string(),
        screen: z.string(),
        viewport: z.string(),
        expected: z.string(),
        found: z.string(),
        ok: z.boolean(),
      }),
    ),
    healthy: z.object({ passed: z.boolean(), reason: z.string() }),
    folder: z.string(),
    report: z.string(),
  },
  async run(_input, context) {
    // The example has no history to be compared with, under CI either.
    const session = new Session({ clock: context.session.clock, ci: false });
    const { signal, progress } = context;
    const demo = await runDemo({ session, signal, progress }).finally(() => session.dispose());
    const found = demo.findings.filter((finding) => finding.ok).length;
    const ok = demo.healthy.passed && found === demo.findings.length && found > 0;
    return {
      result: {
        status: ok ? 'pass' : 'fail',
        summary: `${demo.healthy.passed ? 'The healthy app passes its gate' : `The healthy app does not pass (${demo.healthy.reason})`}; ${found} of ${demo.findings.length} expected findings, ${demo.findings.filter((one) => one.expected === 'nothing').length} unexpected.`,
        artifacts: [{ path: demo.report }],
        ...demo,
      },
    };
  },
});
