import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { auditReport } from '../../call/policy/audit-reading.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_audit_verify',
  command: { name: 'audit verify' },
  title: 'Check that the audit log is whole',
  description: 'Finds changed, removed, added and moved lines of .codeloop/audit.jsonl, and a tail that was cut off.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({ project_dir: projectDir }),
  output: {
    intact: z.boolean(),
    entries: z.number().int(),
    files: z.array(z.string()),
    problems: z.array(
      z.object({ file: z.string(), line: z.number().int(), seq: z.number().int().optional(), problem: z.string() }),
    ),
    notes: z.array(z.string()),
    anchored: z.boolean(),
  },
  async run(_input, context) {
    const [dir] = await context.governed();
    const { head: _head, ...report } = await auditReport(dir);
    const [first] = report.problems;
    const summary = first
      ? `Not as it was written: ${first.file}, line ${first.line}: ${first.problem}.`
      : `${report.entries} line(s) in ${report.files.length} file(s), all as they were written.`;
    return { result: { ...report, status: report.intact ? 'pass' : 'fail', summary } };
  },
});
