import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { RunnersRecord } from '../../src/core/vocabulary/runner.js';
import { runWarm } from './warm-program.js';

const Reply = z.object({
  run_id: z.string(),
  status: z.string(),
  skipped: z.array(z.object({ what: z.string(), reason: z.string() })),
  checks: z.array(z.object({ id: z.string(), status: z.string() })),
  gate: z.object({
    passed: z.boolean(),
    passing_gates: z.array(z.string()),
    failing_gates: z.array(
      z.object({
        id: z.string(),
        status: z.string(),
        reason: z.string(),
        problems: z.array(
          z.object({
            title: z.string(),
            text: z.string().optional(),
            file: z.string().optional(),
            line: z.number().optional(),
          }),
        ),
      }),
    ),
    not_applicable: z.array(z.object({ id: z.string(), reason: z.string() })),
  }),
});

/** What a verification answered. */
export type VerifyReply = z.infer<typeof Reply>;

/** A project of one page, whose scripts a test writes. */
export interface RunnerProject {
  dir: string;
  write(file: string, text: string): Promise<void>;
  read(file: string): Promise<string>;
  scripts(scripts: Record<string, string>): Promise<void>;
  config(settings: Record<string, unknown>): Promise<void>;
  verify(...flags: string[]): Promise<VerifyReply & { code: number }>;
  /** What the last verification of a run recorded of its commands. */
  record(runId: string): Promise<RunnersRecord>;
  remove(): Promise<void>;
}

/** Makes the project in a new folder, with this repository's packages as its own. */
export async function makeRunnerProject(): Promise<RunnerProject> {
  const dir = await mkdtemp(path.join(tmpdir(), 'codeloop-runners-'));
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(dir, file)), { recursive: true });
    await writeFile(path.join(dir, file), text);
  };
  const read = (file: string) => readFile(path.join(dir, file), 'utf8');
  // What an earlier test let pass is no bar for this one.
  const forget = () => rm(path.join(dir, '.git', 'state'), { recursive: true, force: true });
  const scripts = async (map: Record<string, string>) => {
    await forget();
    await write('package.json', JSON.stringify({ name: 'lamps', type: 'module', scripts: map }));
  };
  const config = async (settings: Record<string, unknown>) => {
    await forget();
    await write(
      '.codeloop/config.json',
      JSON.stringify({
        server: { static: 'public' },
        screens: [{ name: 'home', path: '/' }],
        viewports: { phone: { width: 320, height: 480 } },
        ...settings,
      }),
    );
  };
  await write('public/index.html', '<!doctype html><html lang="en"><title>Lamps</title><h1>Lamps</h1></html>');
  await write('.gitignore', 'artifacts/\nnode_modules\n');
  await symlink(path.join(import.meta.dirname, '../../node_modules'), path.join(dir, 'node_modules'));
  await scripts({});
  await config({});
  // What this test run has put into the environment is not the project's.
  const env = { ...cleared(), XDG_STATE_HOME: path.join(dir, '.git', 'state') };
  return {
    dir,
    write,
    read,
    scripts,
    config,
    async verify(...flags) {
      const { code, stdout, stderr } = await runWarm(['verify', '--json', ...flags], { cwd: dir, env });
      const parsed = Reply.safeParse(stdout.startsWith('{') ? JSON.parse(stdout) : undefined);
      if (!parsed.success) throw new Error(`no verdict: ${stdout}${stderr}`);
      return { ...parsed.data, code };
    },
    async record(runId) {
      return RunnersRecord.parse(JSON.parse(await read(`artifacts/runs/${runId}/runners.json`)));
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

function cleared(): NodeJS.ProcessEnv {
  const ours = Object.keys(process.env).filter((name) => /^(VITEST|NODE_ENV$|NODE_OPTIONS$|TEST$|npm_)/.test(name));
  return Object.fromEntries(ours.map((name) => [name, undefined]));
}
