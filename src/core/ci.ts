import { z } from 'zod';
import { readPlain } from './path-walls.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables in which a CI service names the branch that a change is meant for. */
const TARGETS = [
  // GitHub Actions, Forgejo, Gitea
  'GITHUB_BASE_REF',
  'CI_MERGE_REQUEST_TARGET_BRANCH_NAME',
  'BITBUCKET_PR_DESTINATION_BRANCH',
  // Jenkins
  'CHANGE_TARGET',
  // Azure Pipelines
  'SYSTEM_PULLREQUEST_TARGETBRANCH',
  'BUILDKITE_PULL_REQUEST_BASE_BRANCH',
  // Woodpecker, CodeBuild
  'CI_COMMIT_TARGET_BRANCH',
  'CODEBUILD_WEBHOOK_BASE_REF',
] as const;

/**
 * Variables in which a CI service names what its branch was before: GitLab, Drone, CodeBuild; of Jenkins the last commit that was green. Travis
 * and Semaphore name the range of what was pushed (`before...after`).
 */
const BEFORE = [
  'CI_COMMIT_BEFORE_SHA',
  'GIT_PREVIOUS_SUCCESSFUL_COMMIT',
  'DRONE_COMMIT_BEFORE',
  'CODEBUILD_WEBHOOK_PREV_COMMIT',
  'TRAVIS_COMMIT_RANGE',
  'SEMAPHORE_GIT_COMMIT_RANGE',
] as const;

/** Variables in which a CI service names the commit that it has checked out. */
const JUDGED = [
  // GitHub Actions, Forgejo, Gitea; GitLab; Bitbucket
  'GITHUB_SHA',
  'CI_COMMIT_SHA',
  'BITBUCKET_COMMIT',
  // Jenkins; CircleCI; Azure Pipelines; Buildkite; Travis; Drone, Woodpecker; Semaphore; CodeBuild
  'GIT_COMMIT',
  'CIRCLE_SHA1',
  'BUILD_SOURCEVERSION',
  'BUILDKITE_COMMIT',
  'TRAVIS_COMMIT',
  'DRONE_COMMIT_SHA',
  'SEMAPHORE_GIT_SHA',
  'CODEBUILD_RESOLVED_SOURCE_VERSION',
] as const;

/** Returns true where the environment is that of a CI service: `CI` is set, and neither empty, `0` nor `false`. */
export function isCi(env: Environment): boolean {
  return isSaid(env.CI) && env.CI !== '0';
}

/** What a CI service says of the history of the change that it judges. The clone that it is judged in may say something else. */
export interface CiHistory {
  /** Branch that the change is meant for, without `refs/heads/`. */
  target?: string;
  /** Commit of that branch which the change is compared with by the service itself. */
  base?: string;
  /** The tip of the branch before this push. */
  before?: string;
  /** The commit that the service judges; none where `CI` is set by something else than a service that checked a commit out. */
  judged?: string;
  /** True where the service says that the branch was not there before this push. */
  first: boolean;
  /** The repository's main branch. */
  line?: string;
}

const Id = z
  .string()
  .regex(/^[0-9a-f]{7,64}$/)
  .optional()
  .catch(undefined);

/** What GitHub Actions, Forgejo and Gitea say of an event, as far as it is of use here (webhook payloads `pull_request`, `merge_group`, `push`). */
const Event = z.object({
  pull_request: z.object({ base: z.object({ sha: Id }).optional() }).optional(),
  merge_group: z.object({ base_sha: Id }).optional(),
  before: Id,
  repository: z.object({ default_branch: z.string().optional() }).optional(),
});

/** GitHub cuts payloads at 25 MB. */
const MOST_EVENT = 32 * 1024 * 1024;

/** Reads what the CI service says of the change's history; a file of it that cannot be read says nothing. */
export async function ciHistory(env: Environment): Promise<CiHistory> {
  const said = (...names: readonly string[]) => names.map((name) => env[name]).find(isSaid);
  const event = await ciEvent(env.GITHUB_EVENT_PATH);
  const target = said(...TARGETS)?.replace(/^refs\/heads\//, '');
  const base =
    event?.pull_request?.base?.sha ??
    event?.merge_group?.base_sha ??
    Id.parse(said('CI_MERGE_REQUEST_DIFF_BASE_SHA', 'BITBUCKET_PR_DESTINATION_COMMIT'));
  // Of a pull request, `before` is what its own branch was.
  const before =
    target !== undefined || base !== undefined
      ? undefined
      : (event?.before ?? Id.parse(said(...BEFORE)?.split('..')[0]));
  // GitLab says zeros of what is scheduled or started by hand too.
  const pushed = (said('CI_PIPELINE_SOURCE') ?? 'push') === 'push';
  const none = before !== undefined && /^0+$/.test(before);
  const first = none && pushed;
  const line = event?.repository?.default_branch ?? said('CI_DEFAULT_BRANCH');
  const judged = Id.parse(said(...JUDGED));
  return {
    ...(target === undefined ? {} : { target }),
    ...(base === undefined ? {} : { base }),
    ...(before === undefined || none ? {} : { before }),
    ...(judged === undefined ? {} : { judged }),
    first,
    ...(line === undefined ? {} : { line }),
  };
}

async function ciEvent(path: string | undefined): Promise<z.infer<typeof Event> | undefined> {
  if (!isSaid(path)) return undefined;
  try {
    return Event.parse(JSON.parse((await readPlain(path, MOST_EVENT)).toString('utf8')));
  } catch {
    // Not there, or of another service that uses the name: it says nothing of the history.
    return undefined;
  }
}

/** Services set what they have not to say to nothing, or to the word `false` (Buildkite). */
const isSaid = (value: string | undefined): value is string => value !== undefined && value !== '' && value !== 'false';
