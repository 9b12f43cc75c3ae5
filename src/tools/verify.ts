import { z } from 'zod';
import { defineTool } from '../call/define-tool.js';
import { Remaining, Status } from '../core/vocabulary/gate.js';
import { LayoutCondition } from '../core/vocabulary/layout.js';
import { continueVerify } from '../verify/continue-verify.js';
import { firstRepair } from '../verify/judge/judge.js';
import {
  askedLine,
  nextCalls,
  REST_TO_LOOK_AT,
  suggestion,
  verdictLine,
  verdictStatus,
} from '../verify/judge/verdict-status.js';
import { REPORT_FORMATS, writeReports } from '../verify/report-phase.js';
import { parseShard } from '../verify/shards.js';
import { projectDir, waitMs, waitSeconds } from './input-shapes.js';
import {
  CheckReply,
  checkReply,
  EvidenceReply,
  GateReply,
  gateReply,
  LayoutReply,
  layoutReply,
} from './reply-shapes.js';

/** Faults of layouts in a reply; the run's `layout.json` has them all. */
const MAX_LAYOUT = 30;

export default defineTool({
  name: 'codeloop_verify',
  command: { name: 'verify', only: ['reporter', 'output', 'pictures_url', 'shard'] },
  title: 'Verify the app',
  description:
    'Call after every change. Builds, lints, tests, starts the app, photographs every screen at every viewport with logs, compares with the design references, judges and answers with one verdict. Long work goes on: call again with run_id.',
  toolset: 'core',
  doors: ['mcp', 'cli'],
  effect: 'drive',
  pictures: false,
  deadlineMs: 3_600_000,
  input: z.strictObject({
    project_dir: projectDir,
    scope: z
      .enum(['full', 'affected'])
      .optional()
      .describe('affected: only what the change can reach; over MCP the default'),
    screens: z.array(z.string()).optional(),
    viewports: z.array(z.string()).optional(),
    platform: z
      .enum(['auto', 'web', 'native'])
      .optional()
      .describe('Only pages, or only windows of native.apps; default auto: both'),
    skip_tests: z.boolean().optional(),
    shard: z
      .string()
      .optional()
      .describe('2/4: the second of four parts of the screens; auto/4: the part that CI names. Then merge'),
    conditions: z
      .array(z.enum(['all', ...LayoutCondition.options]))
      .optional()
      .describe('Also judge layouts so; a release asks for all'),
    run_id: z.string().optional().describe('Go on with, or look at, this run'),
    wait_seconds: waitSeconds,
    reporter: z
      .array(z.enum(['list', ...REPORT_FORMATS]))
      .optional()
      .describe("Reports to write besides the run's own"),
    output: z.string().min(1).optional().describe('Their path without ending; default artifacts/report'),
    pictures_url: z.url().optional().describe('Where their folder will be read: Markdown shows pictures from there'),
  }),
  output: {
    run_id: z.string(),
    state: z.enum(['running', 'finished']),
    pass_count: z.number().int(),
    fail_count: z.number().int(),
    warning_count: z.number().int(),
    skipped: z.array(z.object({ what: z.string(), reason: z.string() })),
    /** Those that did not pass; the run's checks.json has all with their findings. */
    checks: z.array(CheckReply),
    passing_checks: z.array(z.string()),
    layout: z.array(LayoutReply),
    layout_count: z.number().int(),
    gate: GateReply.optional(),
    remaining: Remaining.optional(),
    /** The judgement of the cells that were asked for, where these were not all; `gate` is about them, and has not passed. */
    part: z.object({ status: Status, cells: z.number().int(), of: z.number().int() }).optional(),
    evidence_summary: EvidenceReply.optional(),
    suggestion: z.string(),
  },
  async run(input, context) {
    const project = await context.project();
    const answer = await continueVerify(
      {
        project,
        session: context.session,
        filter: { screens: input.screens, viewports: input.viewports, platform: input.platform },
        // Without an earlier run, affected is full.
        scope: input.scope ?? (context.door === 'mcp' ? 'auto' : 'full'),
        skipTests: input.skip_tests,
        ...(input.shard === undefined ? {} : { shard: parseShard(input.shard, process.env) }),
        conditions: LayoutCondition.options.filter((one) =>
          input.conditions?.some((name) => name === 'all' || name === one),
        ),
        signal: context.signal,
      },
      { runId: input.run_id, waitMs: waitMs(input.wait_seconds, context.door), progress: context.progress },
    );
    if (answer.state === 'running') {
      const { runId, doing } = answer;
      return {
        result: {
          status: 'could_not_run' as const,
          summary: `RUNNING ${runId}: ${doing}. Not judged yet.`,
          run_id: runId,
          state: 'running' as const,
          pass_count: 0,
          fail_count: 0,
          warning_count: 0,
          skipped: [],
          checks: [],
          passing_checks: [],
          layout: [],
          layout_count: 0,
          suggestion: 'Call codeloop_verify again with this run_id for the verdict.',
          next: [{ tool: 'codeloop_verify', arguments: { run_id: runId }, why: 'the verdict is not there yet' }],
        },
      };
    }
    const { part, remaining, runId, layout, skipped, evidence, artifacts } = answer.result;
    const verdict = part?.verdict ?? answer.result.verdict;
    // What is printed is the list.
    const formats = (input.reporter ?? []).filter((format) => format !== 'list');
    const reports =
      formats.length === 0
        ? []
        : (
            await writeReports(project, context.session, {
              ...{ runId, formats, output: input.output, picturesUrl: input.pictures_url },
            })
          ).artifacts;
    const pairs = answer.result.compare.pairs.filter(
      ({ screen, viewport }) => part?.places.some((one) => one.screen === screen && one.viewport === viewport) ?? true,
    );
    const first = part?.status === 'pass' ? undefined : await firstRepair(project, verdict, pairs);
    const blocking = verdict.checks.filter((check) => check.severity === 'block');
    return {
      result: {
        status: part?.status ?? verdictStatus(verdict),
        summary: part ? askedLine(part) : verdictLine(verdict, remaining),
        artifacts: [...reports, ...artifacts],
        next:
          part?.status === 'pass'
            ? [{ tool: 'codeloop_verify', arguments: {}, why: 'the rest of the app' }]
            : nextCalls(verdict, remaining, runId, first),
        run_id: runId,
        state: 'finished' as const,
        pass_count: verdict.checks.filter((check) => check.status === 'pass').length,
        fail_count: blocking.filter((check) => check.status !== 'pass').length,
        warning_count: verdict.checks.filter((check) => check.severity === 'warn' && check.status !== 'pass').length,
        skipped,
        checks: verdict.checks.filter((check) => check.status !== 'pass').map(checkReply),
        passing_checks: verdict.checks.filter((check) => check.status === 'pass').map(({ id }) => id),
        layout: layout.slice(0, MAX_LAYOUT).map(layoutReply),
        layout_count: layout.length,
        gate: gateReply(verdict),
        remaining,
        ...(part ? { part: { status: part.status, cells: part.cells, of: part.of } } : {}),
        evidence_summary: evidence,
        suggestion: part?.status === 'pass' ? REST_TO_LOOK_AT : suggestion(verdict, remaining, first),
      },
    };
  },
});
