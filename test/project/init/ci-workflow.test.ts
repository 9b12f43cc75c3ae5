import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { PREDICATE_TYPE } from '../../../src/core/dsse.js';
import { CI_SERVICES, ciFile, writeCiFile } from '../../../src/project/init/ci-workflow.js';
import { verifies } from '../../requirements.js';
import { folderWith } from '../sample-project.js';

const MANAGERS = ['npm', 'pnpm', 'yarn', 'bun', 'none'] as const;
const project = { packageManager: 'npm', folder: '', version: '1.2.3' } as const;

test.each(MANAGERS.flatMap((packageManager) => ['', 'apps/shop/'].map((folder) => [packageManager, folder] as const)))(
  'the workflow of a project with %s in "%s" is YAML that sees the whole history and keeps the run',
  (packageManager, folder) => {
    verifies('ci.workflow');
    const { path: file, text } = ciFile('github', { ...project, packageManager, folder });
    const job = parse(text).jobs.verify;
    const steps: Record<string, unknown>[] = job.steps;
    expect(file).toBe('.github/workflows/codeloop.yml');
    expect(steps.find(({ uses }) => uses === 'actions/checkout@v4')?.with).toEqual({ 'fetch-depth': 0 });
    expect(steps.find(({ uses }) => uses === 'actions/upload-artifact@v4')).toMatchObject({
      if: 'always()',
      with: { path: `${folder}artifacts` },
    });
    expect(parse(text).permissions).toMatchObject({ 'id-token': 'write', attestations: 'write' });
    expect(steps.find(({ uses }) => uses === 'actions/attest@v4')).toMatchObject({
      if: "github.event_name == 'push'",
      with: {
        'subject-checksums': `${folder}artifacts/attestations/subjects.sha256`,
        'predicate-type': PREDICATE_TYPE,
        'predicate-path': `${folder}artifacts/attestations/predicate.json`,
      },
    });
    expect(job.defaults?.run['working-directory']).toBe(folder === '' ? undefined : 'apps/shop');
    expect(text).toContain('npx -y codeloop@1.2.3 verify --ci --reporter github,sarif,junit,html ');
    const gitlab = parse(ciFile('gitlab', { ...project, packageManager, folder }).text).codeloop;
    expect([gitlab.variables.GIT_DEPTH, gitlab.artifacts.reports.codequality]).toEqual([
      '0',
      `${folder}artifacts/report.gitlab.json`,
    ]);
  },
);

test('is written once, and never over a file that is there', async () => {
  verifies('ci.workflow');
  const dir = folderWith({ 'package.json': '{}', 'pnpm-lock.yaml': '' });
  for (const service of CI_SERVICES) {
    const { path: file, written } = await writeCiFile(dir, service, '1.2.3');
    expect([written, readFileSync(path.join(dir, file), 'utf8')]).toEqual([
      true,
      expect.stringContaining('pnpm install --frozen-lockfile'),
    ]);
    await expect(writeCiFile(dir, service, '1.2.3')).rejects.toThrow(/ARGUMENTS_INVALID|is there already/);
  }
});
