import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isCi } from '../../../src/core/ci.js';
import { findProgram } from '../../../src/core/run-command.js';
import { formerCommits } from '../../../src/project/code-state/former-commits.js';
import { verifies } from '../../requirements.js';
import { sampled } from '../../sample.js';

const some = sampled(test, 2);

/** Holds the origin, a main line of two commits with a branch that leaves it at the first, and its clones. */
let folder: string;
let parted: string;
let head: string;
let clones = 0;

function git(dir: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', ...args], {
    cwd: dir,
    env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' },
    encoding: 'utf8',
    stdio: 'pipe',
  }).trim();
}

function commit(dir: string, text: string): string {
  writeFileSync(join(dir, 'index.html'), text);
  git(dir, 'add', '-A');
  git(dir, 'commit', '-q', '-m', text);
  return git(dir, 'rev-parse', 'HEAD');
}

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'codeloop-history-test-')));
  const origin = join(folder, 'origin');
  mkdirSync(origin);
  git(origin, 'init', '-q', '-b', 'main');
  parted = commit(origin, 'one');
  git(origin, 'checkout', '-q', '-b', 'feature');
  head = commit(origin, 'two');
  git(origin, 'checkout', '-q', 'main');
  commit(origin, 'main');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function clone(...options: string[]): string {
  const copy = join(folder, `clone-${clones++}`);
  git(folder, 'clone', '-q', ...options, '-b', 'feature', `file://${join(folder, 'origin')}`, copy);
  return copy;
}

const seen = async (
  project: string,
  env: Record<string, string> = { CI: 'true' },
  at = head,
  asked: { read?: string[]; list?: string[]; without?: boolean } = {},
) => {
  const request = { project, head: at === '' ? undefined : at, ci: isCi(env), env, ...asked };
  const { commits, hidden } = await formerCommits(request);
  return { commits: commits.map(({ commit }) => commit), hidden: hidden?.reason, fix: hidden?.fix };
};
const whole = () => ({ commits: [head, parted], hidden: undefined, fix: undefined });

/** Runs the command of git's that a message spells out. */
function doAsSaid(dir: string, fix = ''): void {
  const [, words = ''] = /`git (fetch [^`]+)`/.exec(fix) ?? [];
  git(dir, ...words.replaceAll('"', '').split(' '));
}

describe('the commits that a change is compared with', () => {
  some('of a whole clone are the one checked out and where it left the main line', async () => {
    verifies('bars.history-seen');
    expect(await seen(clone())).toEqual(whole());
  });

  some('of a shallow clone are hidden under CI, with what makes them visible', async () => {
    verifies('bars.history-seen');
    const shallow = clone('--depth', '1');
    const found = await seen(shallow);
    expect(found.commits).toEqual([head]);
    expect(found.hidden).toBe('The main line cannot be seen: this clone is shallow.');
    expect(found.fix).toContain('fetch-depth: 0');
    expect((await seen(shallow, {})).hidden).toBeUndefined();
    doAsSaid(shallow, found.fix);
    expect(await seen(shallow)).toEqual(whole());
  });

  some('of a clone of several shallow branches have no place where they parted', async () => {
    const found = await seen(clone('--depth', '1', '--no-single-branch'));
    expect(found.hidden).toBe('Where this branch left the main line cannot be seen: this clone is shallow.');
  });

  some('of a clone of one branch have no main line', async () => {
    const one = clone('--single-branch');
    const found = await seen(one);
    expect(found.hidden).toBe('The main line cannot be seen: nothing says which branch it is.');
    doAsSaid(one, found.fix);
    expect(await seen(one)).toEqual(whole());
  });

  some('are asked of the branch that CI names', async () => {
    const copy = clone();
    expect((await seen(copy, { CI: 'true', GITHUB_BASE_REF: 'release' })).hidden).toBe(
      'The branch that this change is meant for (release) cannot be seen: this clone does not hold it.',
    );
    git(copy, 'update-ref', 'refs/remotes/origin/release', parted);
    expect(await seen(copy, { CI: 'true', GITHUB_BASE_REF: 'release' })).toEqual(whole());
  });

  some('are the same when origin/HEAD is moved to the branch', async () => {
    const copy = clone();
    git(copy, 'symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/feature');
    expect(await seen(copy)).toEqual(whole());
  });

  some('are the same under git replace and a graft', async () => {
    const copy = clone();
    git(copy, 'replace', '--graft', head);
    expect(await seen(copy)).toEqual(whole());
  });

  some(
    'are the same under a replaced parting, a grafts file, variables of git’s, and in a work tree that shows a part',
    async () => {
      verifies('bars.history-seen');
      const copy = clone();
      git(copy, 'replace', parted, head);
      expect(await seen(copy)).toEqual(whole());
      const grafted = clone();
      writeFileSync(join(grafted, '.git/info/grafts'), `${head}\n`);
      expect(await seen(grafted)).toEqual(whole());
      const sparse = clone();
      git(sparse, 'sparse-checkout', 'set', '--no-cone', '/nothing/');
      expect(await seen(sparse)).toEqual(whole());
      const elsewhere = clone('--depth', '1');
      for (const [name, value] of [
        ['GIT_DIR', join(elsewhere, '.git')],
        ['GIT_WORK_TREE', elsewhere],
        ['GIT_INDEX_FILE', join(elsewhere, '.git/index')],
        ['GIT_GRAFT_FILE', join(grafted, '.git/info/grafts')],
        ['GIT_REPLACE_REF_BASE', 'refs/replace/'],
        ['GIT_ALTERNATE_OBJECT_DIRECTORIES', join(elsewhere, '.git/objects')],
      ] as const)
        vi.stubEnv(name, value);
      expect(await seen(copy)).toEqual(whole());
      expect((await seen(elsewhere)).hidden).toBe('The main line cannot be seen: this clone is shallow.');
      vi.unstubAllEnvs();
    },
  );

  some('are hidden where the store that lends them is gone', async () => {
    verifies('bars.history-seen');
    const lender = clone();
    const borrowed = join(folder, `clone-${clones++}`);
    git(folder, 'clone', '-q', '--shared', '-b', 'feature', lender, borrowed);
    for (const name of ['main', 'HEAD']) git(borrowed, 'update-ref', `refs/remotes/origin/${name}`, parted);
    renameSync(join(lender, '.git/objects'), join(lender, '.git/elsewhere'));
    expect((await seen(borrowed, {})).hidden).toMatch(/^Files of the commit that is checked out \(\w+\) are missing/);
  });

  some('are hidden everywhere when the work tree is led elsewhere', async () => {
    const elsewhere = clone();
    const copy = clone();
    git(copy, 'config', 'core.worktree', elsewhere);
    expect((await seen(copy, {}, '')).hidden).toMatch(/core\.worktree/);
    git(copy, 'config', 'core.worktree', '/');
    expect((await seen(copy, {}, head)).hidden).toMatch(/core\.worktree/);
  });

  some('are hidden under CI where git refuses the owner', async () => {
    const copy = clone();
    // git's own switch for its tests of safe.directory: every owner counts as somebody else. codeloop's calls of git take no
    // variable of git's from around them, so the switch is in front of the program.
    const programs = join(folder, 'programs');
    mkdirSync(programs);
    const switched = `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec '${findProgram('git')}' "$@"\n`;
    writeFileSync(join(programs, 'git'), switched, { mode: 0o755 });
    vi.stubEnv('PATH', `${programs}${delimiter}${process.env.PATH}`);
    const found = await seen(copy, { CI: 'true' }, '');
    vi.unstubAllEnvs();
    expect(found.hidden).toMatch(/dubious ownership/);
    expect(found.fix).toContain('safe.directory');
  });

  some('are hidden under CI with git’s own words where it cannot read the repository', async () => {
    const copy = clone();
    writeFileSync(join(copy, '.git/config'), '[core\n');
    const found = await seen(copy, { CI: 'true' }, '');
    expect(found.hidden).toMatch(/^git cannot read this repository: fatal: bad config/);
    expect(found.fix).toContain('git status');
    const odd = clone();
    git(odd, 'config', 'core.repositoryFormatVersion', '9');
    expect((await seen(odd, { CI: 'true' }, '')).hidden).toMatch(/expected git repo version/i);
    const empty = join(folder, 'empty');
    mkdirSync(join(empty, '.git'), { recursive: true });
    expect((await seen(empty, { CI: 'true' }, '')).hidden).toMatch(/not a git repository/);
  });

  some(
    'are hidden everywhere where files that are compared are missing: clones with a filter, a damaged store',
    async () => {
      verifies('bars.history-seen');
      git(join(folder, 'origin'), 'config', 'uploadpack.allowFilter', 'true');
      for (const [filter, env] of [
        ['--filter=blob:none', { CI: 'true' }],
        ['--filter=tree:0', {}],
        ['--filter=blob:limit=1', {}],
      ] as const) {
        const found = await seen(clone(filter), env);
        expect(found).toMatchObject({ commits: [head, parted], fix: expect.stringContaining('git diff --stat') });
        expect(found.hidden).toMatch(/^Files of the commit where this branch left the main line \(\w+\) are missing/);
      }
      // What nobody compares may be missing, and so may the content of what is only listed.
      const pictures = clone('--filter=blob:none');
      expect(await seen(pictures, {}, head, { read: ['package.json'], list: ['index.html'] })).toEqual(whole());
      expect((await seen(pictures, {}, head, { read: ['index.html'] })).hidden).toMatch(/are missing in this clone/);
      // What the advice asks for makes it whole.
      git(pictures, 'diff', '--stat', parted);
      expect(await seen(pictures)).toEqual(whole());
      const damaged = clone('--no-hardlinks');
      const [blob, tree] = [`${parted}:index.html`, `${parted}^{tree}`].map((one) => git(damaged, 'rev-parse', one));
      const store = join(damaged, '.git/objects');
      mkdirSync(join(folder, 'packs'));
      for (const name of readdirSync(join(store, 'pack')))
        renameSync(join(store, 'pack', name), join(folder, 'packs', name));
      for (const name of readdirSync(join(folder, 'packs')).filter((one) => one.endsWith('.pack')))
        execFileSync('git', ['unpack-objects', '-q'], {
          cwd: damaged,
          input: readFileSync(join(folder, 'packs', name)),
        });
      for (const id of [blob, tree]) {
        const at = join(store, id?.slice(0, 2) ?? '', id?.slice(2) ?? '');
        renameSync(at, join(folder, 'object'));
        expect((await seen(damaged, {})).hidden).toMatch(/are missing in this clone/);
        renameSync(join(folder, 'object'), at);
      }
      expect(await seen(damaged)).toEqual(whole());
    },
  );

  const event = (content: unknown) => {
    const file = join(folder, `event-${clones++}.json`);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return { CI: 'true', GITHUB_EVENT_PATH: file };
  };

  some('are what was there before, on the main line itself', async () => {
    verifies('bars.history-seen');
    const copy = clone();
    git(copy, 'checkout', '-q', 'main');
    const tip = git(copy, 'rev-parse', 'HEAD');
    const onMain = { commits: [tip, parted], hidden: undefined, fix: undefined };
    expect(await seen(copy, { CI: 'true' }, tip)).toEqual(onMain);
    // On a person's machine, what is committed is what counts.
    expect((await seen(copy, {}, tip)).commits).toEqual([tip]);
    const more = commit(copy, 'more');
    const push = (before: string, judged = more) =>
      seen(copy, { ...event({ before, repository: { default_branch: 'main' } }), GITHUB_SHA: judged }, more);
    git(copy, 'update-ref', 'refs/remotes/origin/main', more);
    expect((await seen(copy, { CI: 'true' }, more)).commits).toEqual([more, tip]);
    // A push of two commits is compared with what was there before both.
    expect(await push(parted)).toEqual({ commits: [more, parted], hidden: undefined, fix: undefined });
    const gone = 'c'.repeat(40);
    expect(await push(gone)).toMatchObject({
      hidden: 'What was here before this push (cccccccccc) cannot be seen: the push replaced it.',
      fix: expect.stringContaining(`git fetch origin ${gone}`),
    });
    // The event is of another repository than the one that is looked at.
    expect(await push(gone, head)).toEqual({ commits: [more, tip], hidden: undefined, fix: undefined });
    // Jenkins names the last commit that was green.
    const jenkins = { CI: 'true', GIT_COMMIT: more, GIT_PREVIOUS_SUCCESSFUL_COMMIT: parted };
    expect((await seen(copy, jenkins, more)).commits).toEqual([more, parted]);
    // GitLab says the same by variables.
    expect((await seen(copy, { CI: '1', CI_COMMIT_BEFORE_SHA: parted }, more)).commits).toEqual([more, parted]);
    for (const others of [
      { DRONE_COMMIT_SHA: more, DRONE_COMMIT_BEFORE: parted },
      { CODEBUILD_RESOLVED_SOURCE_VERSION: more, CODEBUILD_WEBHOOK_PREV_COMMIT: parted },
      { TRAVIS_COMMIT: more, TRAVIS_COMMIT_RANGE: `${parted.slice(0, 12)}...${more.slice(0, 12)}` },
      { SEMAPHORE_GIT_SHA: more, SEMAPHORE_GIT_COMMIT_RANGE: `${parted}..${more}` },
    ])
      expect((await seen(copy, { CI: 'true', ...others }, more)).commits).toEqual([more, parted]);
    // Checked out as actions/checkout does by itself, without the one before.
    const shallow = clone('--depth', '1');
    git(shallow, 'update-ref', 'refs/remotes/origin/main', head);
    const found = await seen(shallow, event({ before: parted }));
    expect(found.hidden).toBe('The commit before this one cannot be seen: this clone is shallow.');
  });

  some('are those that CI names, wherever the names of the clone lead', async () => {
    verifies('bars.history-seen');
    const copy = clone();
    for (const ref of ['refs/remotes/origin/main', 'refs/remotes/origin/HEAD']) git(copy, 'update-ref', ref, head);
    const request = { pull_request: { base: { sha: parted } }, before: 'd'.repeat(40) };
    expect(await seen(copy, { ...event(request), GITHUB_BASE_REF: 'main' })).toEqual(whole());
    expect(await seen(copy, event({ merge_group: { base_sha: parted } }))).toEqual(whole());
    expect(await seen(copy, { CI: 'true', CI_MERGE_REQUEST_DIFF_BASE_SHA: parted })).toEqual(whole());
    expect(await seen(copy, { CI: 'true', BITBUCKET_PR_DESTINATION_COMMIT: parted.slice(0, 12) })).toEqual(whole());
    expect((await seen(copy, { CI: 'true', CI_MERGE_REQUEST_DIFF_BASE_SHA: 'e'.repeat(40) })).hidden).toBe(
      'The commit that this change is compared with (eeeeeeeeee) cannot be seen: this clone does not hold it.',
    );
    // What is no event of a change says nothing.
    for (const odd of ['{', '[]', { before: '--upload-pack=x' }, { pull_request: 7 }])
      expect((await seen(copy, event(odd))).commits).toEqual([head, parted]);
    // A main line of another name.
    for (const ref of ['refs/remotes/origin/main', 'refs/remotes/origin/HEAD']) git(copy, 'update-ref', '-d', ref);
    git(copy, 'update-ref', 'refs/remotes/origin/trunk', parted);
    expect((await seen(copy)).hidden).toMatch(/^The main line cannot be seen/);
    expect(await seen(copy, event({ repository: { default_branch: 'trunk' } }))).toEqual(whole());
    expect(await seen(copy, { CI: 'true', CI_DEFAULT_BRANCH: 'trunk' })).toEqual(whole());
  });

  some(
    'are missed where a CI service judges a commit and the history begins anew or there is no repository, unless the project says that it keeps none',
    async () => {
      verifies('bars.history-seen');
      const bare = join(folder, 'bare');
      const anew = join(folder, 'anew');
      const empty = join(folder, 'nothing-committed');
      for (const dir of [bare, anew, empty]) mkdirSync(dir);
      git(anew, 'init', '-q', '-b', 'main');
      git(empty, 'init', '-q', '-b', 'main');
      const only = commit(anew, 'all of it');
      for (const [dir, at] of [
        [bare, ''],
        [empty, ''],
        [anew, only],
      ] as const) {
        const commits = at === '' ? [] : [at];
        for (const judged of ['GITHUB_SHA', 'CIRCLE_SHA1']) {
          const service = { CI: 'true', [judged]: head };
          const found = await seen(dir, service, at);
          expect(found.hidden).toMatch(/^There is no earlier commit to compare with/);
          expect(found.fix).toContain('"gates": { "history": "none" }');
          expect(await seen(dir, service, at, { without: true })).toMatchObject({ commits, hidden: undefined });
        }
        // Nobody says that a commit was checked out: an image without `.git`, a repository that a script made.
        for (const env of [{}, { CI: 'true' }])
          expect(await seen(dir, env, at)).toMatchObject({ commits, hidden: undefined });
      }
      // The settings do not speak against the service.
      expect((await seen(bare, { CI: 'true', GITHUB_BASE_REF: 'main' }, '', { without: true })).hidden).toMatch(
        /lies in no git repository/,
      );
      expect((await seen(bare, event({ before: parted }), '', { without: true })).hidden).toMatch(/no earlier commit/);
      // A branch without a main line or a remote beside it.
      git(anew, 'checkout', '-q', '--orphan', 'work');
      git(anew, 'branch', '-q', '-D', 'main');
      const work = commit(anew, 'work');
      expect((await seen(anew, { CI: 'true', GIT_COMMIT: work }, work)).hidden).toMatch(/^There is no earlier commit/);
      // The first push of all, by the service's own word; what is scheduled has no push, and the same zeros.
      const first = { CI: 'true', CI_COMMIT_SHA: work, CI_COMMIT_BEFORE_SHA: '0'.repeat(40) };
      expect((await seen(anew, first, work)).hidden).toBeUndefined();
      expect((await seen(anew, { ...first, CI_PIPELINE_SOURCE: 'push' }, work)).hidden).toBeUndefined();
      expect((await seen(anew, { ...first, CI_PIPELINE_SOURCE: 'schedule' }, work)).hidden).toMatch(
        /no earlier commit/,
      );
    },
  );
});
