import { posix } from 'node:path';
import { flowFindings, outdated } from '../checks/workflow-findings.js';
import type { Artifact } from '../core/vocabulary/artifact.js';
import type { ReportFlow, ReportPicture } from '../core/vocabulary/report-model.js';
import type { Project } from '../project/project.js';
import { plainName } from '../store/layout.js';
import type { Run } from '../store/run.js';
import { workflowEvidence } from './workflow-evidence.js';

/** Width of the picture of where a flow stopped, in pixels. */
const PICTURE_WIDTH = 800;

/**
 * The replayed flows of a run as a report shows them, judged as the gate does: those that do not hold first, with their pictures. Every
 * picture is asked for by `picture`.
 */
export async function reportFlows(
  project: Project,
  run: Run,
  picture: (artifact: Artifact | undefined, width: number) => Promise<ReportPicture | undefined>,
): Promise<ReportFlow[]> {
  const workflow = await workflowEvidence(project, run, 'section');
  const runtime = { allowedConsoleErrors: project.config.runtime.allowed_console_errors };
  const videos = run.manifest.entries.filter(({ kind }) => kind === 'video');
  const flows: ReportFlow[] = [];
  for (const replay of workflow.replays) {
    const why = outdated(replay, workflow);
    const found = flowFindings(replay, runtime).length > 0;
    const status = why !== undefined ? 'could_not_run' : replay.status === 'pass' && found ? 'fail' : replay.status;
    const video = videos.find(({ path }) => plainName(path) === `${replay.recording_id}.mp4`);
    const shown = status === 'pass' ? undefined : await picture(replay.screenshot, PICTURE_WIDTH);
    flows.push({
      replay,
      status,
      ...(why === undefined ? {} : { why: `It says nothing about the project as it is now: ${why}.` }),
      ...(shown ? { picture: shown } : {}),
      ...(video ? { video: posix.relative(run.dir, video.path) } : {}),
    });
  }
  return flows.toSorted((a, b) => Number(a.status === 'pass') - Number(b.status === 'pass'));
}
