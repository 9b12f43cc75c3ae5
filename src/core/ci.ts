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
] as const;

/** Returns true where the environment is that of a CI service: `CI` is set, and neither empty, `0` nor `false`. */
export function isCi(env: Environment): boolean {
  return isSaid(env.CI) && env.CI !== '0';
}

/** Returns the branch that CI says a change is meant for, without `refs/heads/`; `undefined` where it names none. */
export function ciTarget(env: Environment): string | undefined {
  return TARGETS.map((name) => env[name])
    .find(isSaid)
    ?.replace(/^refs\/heads\//, '');
}

/** Services set what they have not to say to nothing, or to the word `false` (Buildkite). */
const isSaid = (value: string | undefined): value is string => value !== undefined && value !== '' && value !== 'false';
