import { type AuditReport, verifyAudit } from '../store/audit-reading.js';
import { Ledger } from '../store/ledger.js';
import { realProject } from '../store/safe-folder.js';

/** A check of a project's audit log against the user's ledger. */
export async function auditReport(dir: string): Promise<AuditReport> {
  return verifyAudit({ projectDir: dir, anchor: new Ledger(realProject(dir)) });
}
