import { loweringLine, shown } from '../../checks/integrity/bars-not-lowered.js';
import {
  ACCEPTED_BARS_FILE,
  ACCESSIBILITY_BASELINE_FILE,
  LAYOUT_BASELINE_FILE,
  parseAcceptedBars,
  parseAccessibilityBaseline,
  parseLayoutBaseline,
} from '../../config/acceptance.js';
import { readSettings } from '../../config/parse-settings.js';
import { CodeloopError } from '../../core/errors.js';
import type { ReviewItem } from '../../core/vocabulary/report-model.js';
import type { Session } from '../../live/session.js';
import type { Project } from '../../project/project.js';
import { findingKey, openFindings } from '../judge/accept-findings.js';
import { gatherEvidence } from '../judge/gather-evidence.js';
import { storedVerification } from '../verification.js';

/** Findings and bars of the newest run of the present code; without one nobody knows them. */
export async function openThings(
  project: Project,
  session: Session,
): Promise<{ findings: ReviewItem[]; bars: ReviewItem[]; unknown?: string }> {
  try {
    const work = await storedVerification({ project, session, tool: 'codeloop review' });
    const { evidence } = await gatherEvidence(work, { stage: 'section' });
    return {
      findings: openFindings(evidence).map((one) => {
        const { rule, kind, condition, selector, screens } = one.entry;
        return {
          key: findingKey(one),
          title: `${rule ?? kind ?? ''}${condition === undefined ? '' : ` (${condition})`}`,
          detail: `${selector} on ${screens.join(', ')}`,
        };
      }),
      bars: evidence.bars.lowered.map((lowering) => ({
        key: lowering.key,
        title: loweringLine(lowering),
        detail: `${shown(lowering.before)} → ${shown(lowering.after)}`,
      })),
    };
  } catch (error) {
    if (!(error instanceof CodeloopError)) throw error;
    return { findings: [], bars: [], unknown: `${error.message} ${error.toBody().fix}` };
  }
}

/** Something that was accepted: the file that says so, and its place in that file's list. */
interface KnownThing {
  file: string;
  at: number;
  item: ReviewItem;
}

/** Findings and lower bars that are accepted, as their files have them. A file that cannot be read is told by the gate, and has none. */
export async function knownThings({ dir }: Project): Promise<KnownThing[]> {
  const read = async <T extends object>(
    file: string,
    parse: (text: string) => readonly T[],
    say: (one: T) => Omit<ReviewItem, 'key'>,
  ) => {
    try {
      const text = await readSettings(dir, file);
      // By what it says, not by its place: the list may have changed before the button was pressed.
      const entries = text === undefined ? [] : parse(text);
      return entries.map((one, at) => ({ file, at, item: { key: JSON.stringify([file, one]), ...say(one) } }));
    } catch (error) {
      if (error instanceof CodeloopError && error.code === 'CONFIG_INVALID') return [];
      throw error;
    }
  };
  const on = (screens: readonly string[] | undefined) => (screens === undefined ? 'every screen' : screens.join(', '));
  return [
    ...(await read(ACCESSIBILITY_BASELINE_FILE, parseAccessibilityBaseline, ({ rule, selector, screens, reason }) => ({
      title: rule,
      detail: `${selector} on ${on(screens)}: ${reason}`,
    }))),
    ...(await read(LAYOUT_BASELINE_FILE, parseLayoutBaseline, ({ kind, selector, screens, reason }) => ({
      title: kind,
      detail: `${selector} on ${on(screens)}: ${reason}`,
    }))),
    ...(await read(ACCEPTED_BARS_FILE, parseAcceptedBars, ({ key, after, by, reason }) => ({
      title: key,
      detail: `${shown(after)}: ${reason} (${by})`,
    }))),
  ];
}
