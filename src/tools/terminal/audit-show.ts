import { z } from 'zod';
import { defineTool } from '../../call/define-tool.js';
import { AuditDecision } from '../../call/policy/audit-files.js';
import { showAudit } from '../../call/policy/audit-reading.js';
import { projectDir } from '../input-shapes.js';

export default defineTool({
  name: 'codeloop_audit_show',
  command: { name: 'audit show' },
  title: 'Show the latest calls',
  description: 'Lists the latest lines of the audit log: who called which tool, what the policy said, how it ended.',
  toolset: 'core',
  doors: ['cli'],
  effect: 'read',
  pictures: false,
  input: z.strictObject({
    project_dir: projectDir,
    limit: z.number().int().min(1).max(10_000).default(50).describe('How many, newest last'),
    tool: z.string().optional().describe('Only calls of this tool'),
    decision: AuditDecision.optional(),
    since: z.iso.datetime({ offset: true }).optional(),
  }),
  output: { entries: z.array(z.record(z.string(), z.unknown())) },
  async run({ limit, tool, decision, since }, context) {
    const [dir] = await context.governed();
    const entries = showAudit(dir, {
      limit,
      ...(tool === undefined ? {} : { tool }),
      ...(decision === undefined ? {} : { decision }),
      ...(since === undefined ? {} : { since }),
    });
    return { result: { status: 'pass', summary: `${entries.length} line(s).`, entries } };
  },
});
