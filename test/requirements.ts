/**
 * Every promise codeloop makes: a stable id (`area.what`) and the sentence a user could hold us to.
 * A test that proves one cites it with `verifies('<id>')`; `test/requirements.test.ts` fails on a promise that no test cites.
 * Append an entry to its area's block; never reword one so that it promises less without saying so in the changelog.
 */
export const requirements = {
  // house: how the code itself is kept
  'house.walls': 'A folder of src imports only what the architecture table allows it to.',
  'house.owners': 'A package is imported only by the folder that owns it.',
  'house.no-cycles': 'No two files or folders of src import each other in a circle.',
  'house.small-files': 'No source file is longer than 250 lines, and none is called utils, helpers, common or misc.',
  'house.effects': 'Processes are started by core only, the environment is never written to, and only cli prints.',
  'house.lazy':
    'Heavy packages are loaded on first use, so that help and the start of the server do not wait for them.',
  'house.dependencies-explained': 'Each runtime dependency is justified in docs/decisions/dependencies.md.',
  'house.docs-from-code': "Generated lists, reference pages and the README's table agree with the code.",
  'house.one-sum': 'A test run ends with one line that sums every suite, and fails when one failed or nothing ran.',
  'house.setup-names-commands': 'What set-up cannot install it names with the exact command.',
  'house.promises-tested': 'Every promise in this list is cited by at least one test.',

  // example: the app that the demo judges
  'example.healthy': 'Every screen of the healthy example app answers and logs nothing, and each has its references.',
  'example.defects': 'The defective example app differs from the healthy one in the declared defects only.',

  // image and compare: what a picture is, and how two of them differ
  'compare.identical': 'Equal pictures score exactly 1; equal bytes are noticed before anything is decoded.',
  'compare.missing-button': 'A missing 80 x 32 button is critical on a page of any size.',
  'compare.masks':
    'Masked pixels count neither as different nor in the total; a picture masked as a whole never matches.',
  'compare.sizes':
    'Another size is a result: pixels of one picture only differ, and more than one pixel does not match unless allowed.',
  'compare.scale':
    'A picture of a larger device pixel ratio is scaled down to the other; regions are pixels of the actual picture.',
  'compare.pictures': 'Where something differs there is a diff picture, and tiles of the worst regions.',
  'compare.unreadable':
    'A broken, cut-off, empty or huge picture is a clear error, never a crash and never half a picture.',
} as const satisfies Readonly<Record<string, string>>;

/** The id of a promise. */
export type RequirementId = keyof typeof requirements;

/**
 * Says that the test which calls it proves a promise. Call it inside the test, with a literal id: the static test reads the source.
 * Throws when the id is not a promise, for callers that the compiler does not see.
 */
export function verifies(...ids: readonly RequirementId[]): void {
  for (const id of ids) {
    if (!Object.hasOwn(requirements, id)) throw new Error(`test/requirements.ts lists no promise "${id}"`);
  }
}
