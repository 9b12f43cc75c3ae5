import { join } from 'node:path';
import { writeAtomic } from '../../core/atomic-write.js';
import { PREDICATE_TYPE } from '../../core/dsse.js';
import { CodeloopError } from '../../core/errors.js';
import { insideRoots } from '../../core/path-walls.js';
import { folderInRepository } from '../code-state/git-command.js';
import { type Detected, detectProject } from '../detect.js';
import { fileExists } from '../project.js';

/** Services that a workflow can be written for; `generic`: a shell script that any of them can run. */
export const CI_SERVICES = ['github', 'gitlab', 'generic'] as const;
type CiService = (typeof CI_SERVICES)[number];

/** What a workflow depends on. */
interface CiProject {
  packageManager: Detected['package_manager'];
  /** Folder in the repository, with a `/` at its end; empty at the root. */
  folder: string;
  /** Version of codeloop that the workflow runs. */
  version: string;
}

interface CiFile {
  path: string;
  text: string;
}

/** How each package manager installs what the lock file says, and what GitHub's cache calls it; bun has no cache there. */
const INSTALL: Readonly<Record<Detected['package_manager'], string>> = {
  npm: 'npm ci',
  pnpm: 'corepack enable && pnpm install --frozen-lockfile',
  yarn: 'corepack enable && yarn install --immutable',
  bun: 'npx -y bun install --frozen-lockfile',
  none: 'true',
};

/** Returns the workflow of a service. Pure. */
export function ciFile(service: CiService, project: CiProject): CiFile {
  const verify = (reporters: string) => `npx -y codeloop@${project.version} verify --ci --reporter ${reporters}`;
  const attest = `npx -y codeloop@${project.version} attest --ci --unsigned`;
  const install = INSTALL[project.packageManager];
  // The browser that belongs to the Playwright of this very codeloop, with its libraries from the system's packages.
  const browser = `npx -y -p codeloop@${project.version} playwright install --with-deps chromium`;
  if (service === 'github')
    return {
      path: '.github/workflows/codeloop.yml',
      text: githubWorkflow(project, [install, browser], verify, attest),
    };
  if (service === 'gitlab')
    return {
      path: '.gitlab-ci.codeloop.yml',
      text: `# Written by codeloop ci init. Add to .gitlab-ci.yml:
#   include: { local: .gitlab-ci.codeloop.yml }
codeloop:
  image: node:22-bookworm
  stage: test
  timeout: 30m
  variables:
    # Bars are compared with earlier commits.
    GIT_DEPTH: "0"
  script:
${project.folder === '' ? '' : `    - cd ${project.folder}\n`}    - ${install}
    - ${browser}
    - ${verify('gitlab,junit,html')}
  artifacts:
    when: always
    expire_in: 2 weeks
    paths: ["${project.folder}artifacts/"]
    reports:
      junit: ${project.folder}artifacts/report.xml
      codequality: ${project.folder}artifacts/report.gitlab.json
`,
    };
  return {
    path: 'codeloop-ci.sh',
    text: `#!/bin/sh
# Written by codeloop ci init. Check out the whole history first: bars are compared with earlier commits.
# Keep the folder artifacts/ of every run; it opens on any machine.
set -eu
${install}
${browser}
${verify('junit,markdown,html')}
`,
  };
}

function githubWorkflow(
  { packageManager, folder }: CiProject,
  [install, browser]: readonly [string, string],
  verify: (reporters: string) => string,
  attest: string,
): string {
  const cache = ['npm', 'pnpm', 'yarn'].includes(packageManager);
  const mayWrite =
    "always() && github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name == github.repository";
  const here = folder === '' ? '' : `    defaults:\n      run:\n        working-directory: ${folder.slice(0, -1)}\n`;
  return `# Written by codeloop ci init.
name: codeloop
on:
  pull_request:
  push:
    branches: [main, master]
permissions:
  # For the pictures of the comment, the comment, and code scanning.
  contents: write
  pull-requests: write
  security-events: write
  # For the attestation: the platform signs by the identity of this workflow, with no key to keep.
  id-token: write
  attestations: write
jobs:
  verify:
    runs-on: ubuntu-24.04
    timeout-minutes: 30
${here}    steps:
      - uses: actions/checkout@v4
        with:
          # Bars are compared with earlier commits.
          fetch-depth: 0
      - run: corepack enable
      - uses: actions/setup-node@v4
        with:
          node-version: 22
${cache ? `          cache: ${packageManager}\n` : ''}${cache && folder !== '' ? `          cache-dependency-path: ${folder}\n` : ''}      - run: ${install}
      - run: ${browser}
      # Annotations at the lines of code, and the step's summary.
      - run: ${verify('github,sarif,junit,html')} \${PICTURES:+--pictures-url "$PICTURES"}
        env:
          PICTURES: \${{ github.event.pull_request.head.repo.full_name == github.repository && format('{0}/{1}/raw/codeloop-pictures-{2}/{3}', github.server_url, github.repository, github.event.number, github.run_id) || '' }}
      # What passes on the main line is attested (docs/attest.md): gh attestation verify checks it.
      - if: github.event_name == 'push'
        run: ${attest}
      - if: github.event_name == 'push'
        uses: actions/attest@v4
        # Private repositories need GitHub Enterprise Cloud for it.
        continue-on-error: true
        with:
          subject-checksums: ${folder}artifacts/attestations/subjects.sha256
          predicate-type: ${PREDICATE_TYPE}
          predicate-path: ${folder}artifacts/attestations/predicate.json
      # The run with all its pictures: report.html opens from wherever it is unpacked.
      - uses: actions/upload-artifact@v4
        if: always()
        with:
          name: codeloop
          path: ${folder}artifacts
          if-no-files-found: ignore
          include-hidden-files: true
      # A comment shows only pictures that have an address: those of the worst places, on a branch of their own for each pull request.
      - if: ${mayWrite}
        run: |
          test -d artifacts/report-pictures || exit 0
          export GIT_INDEX_FILE="$RUNNER_TEMP/codeloop-pictures"
          git --work-tree=artifacts add --force report-pictures
          tree=$(git write-tree)
          folder=$(printf '040000 tree %s\\t%s\\n' "$tree" "$RUN" | git mktree)
          commit=$(git -c user.name=codeloop -c user.email=codeloop@localhost commit-tree "$folder" -m "Pictures of run $RUN")
          git push --quiet --force origin "$commit:refs/heads/codeloop-pictures-$NUMBER"
        env:
          RUN: \${{ github.run_id }}
          NUMBER: \${{ github.event.number }}
      # One comment, written again by each run. A pull request from a fork has no right to it.
      - if: ${mayWrite}
        run: gh pr comment "$NUMBER" --edit-last --create-if-none --body-file artifacts/report.md
        env:
          GH_TOKEN: \${{ github.token }}
          NUMBER: \${{ github.event.number }}
      - uses: github/codeql-action/upload-sarif@v3
        if: always() && hashFiles('${folder}artifacts/report.sarif') != ''
        # Private repositories without code scanning refuse it.
        continue-on-error: true
        with:
          sarif_file: ${folder}artifacts/report.sarif
`;
}

/**
 * Writes the workflow of a service into the project, or answers its text where the file belongs outside: GitHub reads workflows at the
 * root of the repository. What is there stays. Throws ARGUMENTS_INVALID (the file is there), PATH_OUTSIDE_ROOTS.
 */
export async function writeCiFile(
  dir: string,
  service: CiService,
  version: string,
): Promise<{ path: string; text: string; written: boolean }> {
  const [detected, folder] = await Promise.all([detectProject(dir), folderInRepository(dir)]);
  const { path, text } = ciFile(service, { packageManager: detected.package_manager, folder, version });
  if (folder !== '' && service !== 'generic') return { path, text, written: false };
  const file = await insideRoots(path, [dir]);
  if (await fileExists(join(dir, path)))
    throw new CodeloopError('ARGUMENTS_INVALID', {
      tool: 'codeloop_ci_init',
      problem: `${path} is there already, and codeloop does not write over it.`,
      hint: 'Remove or rename it, and run the command again.',
    });
  await writeAtomic(file, text);
  return { path, text, written: true };
}
