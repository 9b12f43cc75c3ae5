import type { Problem } from '../../core/vocabulary/gate.js';
import { type BaselinePair, regionLine, regionTitle } from '../../core/vocabulary/pair.js';
import { defineCheck } from '../define-check.js';
import type { BaselineFindings } from '../evidence.js';

/** Regions named of one pair; the pictures show the others. */
const REGIONS_NAMED = 3;

export default defineCheck({
  id: 'baselines-match',
  title: 'Every screen looks as it was accepted',
  failureTitle: 'A screen does not look as it was accepted',
  description:
    'Each accepted picture differs from the screen in at most visual.max_diff_ratio of its pixels and in no region at or above design.block_on_severity. Made in another environment, equal pixels count and differing ones cannot be compared.',
  requires: ['baselinePairs', 'baselines'],
  repair: {
    category: 'visual',
    severity: 'critical',
    cause: 'The screen looks different from the picture that was accepted.',
    task: 'Undo what changed the look; where the new look is wanted, propose it with codeloop_update_baseline.',
    verify: 'screen',
  },
  run({ baselinePairs, baselines }) {
    const failed = baselinePairs.filter((pair) => DIFFERS.has(pair.outcome) && !waits(pair, baselines));
    const proposed = baselinePairs.filter((pair) => DIFFERS.has(pair.outcome) && waits(pair, baselines));
    const incomparable = baselinePairs.filter(
      (pair) => pair.outcome === 'missing-reference' || pair.outcome === 'unreadable',
    );
    const left = notCompared(baselinePairs, baselines);
    const problems = [
      ...left,
      ...failed.flatMap(differences),
      ...proposed.map((pair) => ({
        ...placeOf(pair),
        title: 'The screen changed, and its new picture waits for a person.',
        fix: 'Ask a person to look at it and to run `codeloop baseline accept` in a terminal.',
      })),
      ...incomparable.map(cannotCompare),
    ];
    if (baselinePairs.length + left.length === 0)
      return {
        status: 'could_not_run',
        examined: 0,
        problems: [
          {
            title: 'No accepted picture belongs to a configured screen and viewport: nothing was compared.',
            fix: 'See `codeloop baseline stale`; a person removes what is not needed any more with `codeloop baseline remove`.',
          },
        ],
      };
    const status =
      failed.length + left.length > 0
        ? 'fail'
        : incomparable.length > 0
          ? 'could_not_run'
          : proposed.length > 0
            ? 'needs_human'
            : 'pass';
    // Nobody has looked at what is left, or was not photographed: to say that it looks otherwise would be made up.
    const onlyLeft = failed.every(({ outcome }) => outcome === 'missing-actual') && failed.length + left.length > 0;
    const says = { failureTitle: 'A screen was not compared with its accepted picture' };
    return { status, problems, examined: baselinePairs.length, ...(onlyLeft ? says : {}) };
  },
});

const DIFFERS: ReadonlySet<BaselinePair['outcome']> = new Set(['mismatch', 'size-mismatch', 'missing-actual']);

/** True when this very picture was proposed for this very place. */
function waits(pair: BaselinePair, { proposals }: BaselineFindings): boolean {
  return proposals.some(
    (one) =>
      pair.actual?.sha256 === one.sha256 &&
      pair.same_environment &&
      one.environment === pair.environment &&
      one.screen === pair.screen &&
      one.viewport === pair.viewport,
  );
}

/** Accepted pictures of configured places that the run was not compared with: it is older than they are. */
function notCompared(pairs: readonly BaselinePair[], { files, unused }: BaselineFindings): Problem[] {
  return files
    .filter(({ path }) => !unused.some((one) => one.path === path))
    .filter(({ screen, viewport }) => !pairs.some((pair) => pair.screen === screen && pair.viewport === viewport))
    .map(({ screen, viewport, path }) => ({
      screen,
      viewport,
      artifact: path,
      title: 'The screen was not compared with its accepted picture.',
      fix: 'Run codeloop_verify again.',
    }));
}

function placeOf(pair: BaselinePair): Pick<Problem, 'screen' | 'viewport' | 'artifact'> {
  const artifact = pair.diff ?? pair.actual ?? pair.reference;
  return {
    screen: pair.screen,
    viewport: pair.viewport,
    ...(artifact ? { artifact: artifact.path } : {}),
  };
}

/** The pair as a whole, then its worst regions with the elements behind them. */
function differences(pair: BaselinePair): Problem[] {
  const place = placeOf(pair);
  if (pair.outcome === 'missing-actual')
    return [
      {
        ...place,
        title: 'There is no picture of this screen to compare with the accepted one.',
        fix: 'Run codeloop_verify.',
      },
    ];
  const { reference, actual } = pair.size;
  const size =
    pair.outcome === 'size-mismatch'
      ? ` Its size was ${reference?.width} x ${reference?.height} and is ${actual?.width} x ${actual?.height} px.`
      : '';
  return [
    {
      ...place,
      title: `The screen differs from the accepted picture in ${pair.diff_pixels} of ${pair.total_pixels} pixels.${size}`,
      fix: 'Fix it; if the change is meant, propose the new picture with codeloop_update_baseline, and a person accepts it.',
    },
    ...pair.regions.slice(0, REGIONS_NAMED).map((region) => ({
      ...place,
      title: regionTitle(region),
      ...(region.element ? { text: regionLine(region), element: region.element.selector } : {}),
      ...(region.tile ? { artifact: region.tile.path } : {}),
      fix: region.element ? 'Look at what changed this element.' : 'Look at what changed here.',
    })),
  ];
}

function cannotCompare(pair: BaselinePair): Problem {
  if (pair.outcome === 'unreadable')
    return {
      ...placeOf(pair),
      title: `The pair cannot be read: ${pair.note ?? 'broken picture'}`,
      fix: 'Restore the accepted picture from git, or propose and accept a new one.',
    };
  return {
    ...placeOf(pair),
    title: `The only accepted picture was made in another environment (${pair.environment}), and the pixels differ: it cannot be compared here.`,
    fix: 'Verify where it was made (CI), or propose a picture of this environment with codeloop_update_baseline.',
  };
}
