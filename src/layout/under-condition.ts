import type { Certainty, LayoutCondition, LayoutKind } from '../core/vocabulary/layout.js';
import { type Examined, examinePage, REPAIRS } from './examine.js';
import type { Found } from './found.js';
import { judgeScreen, type Laid, type ScreenFinding } from './judge-screen.js';
import { onlyUnder } from './kinds/under-condition.js';
import { modelOf, type Placed } from './page-model.js';

/** What may need more width than the window has: WCAG 1.4.10 excepts it. */
const WIDE = new Set(['table', 'td', 'th', 'pre', 'code', 'canvas', 'svg', 'img', 'video', 'iframe']);

/** Faults that take a text or a control away from people, whatever the condition. */
const LOSSES: readonly LayoutKind[] = ['text_overlap', 'covered', 'clipped'];
/**
 * What is a fault under each condition, and how sure: the rest of what is found there is no fault of it. Larger or wider text may stick
 * out or let the page scroll (WCAG 1.4.4, 1.4.12: no loss of content), and paper is shrunk to what is too wide.
 */
const JUDGED: Readonly<Record<LayoutCondition, { certain: readonly LayoutKind[]; likely: readonly LayoutKind[] }>> = {
  text_200: { certain: LOSSES, likely: ['protrudes', 'outside_viewport'] },
  text_spacing: { certain: LOSSES, likely: ['protrudes', 'outside_viewport'] },
  reflow: { certain: [...LOSSES, 'outside_viewport'], likely: ['protrudes', 'crowded'] },
  forced_colors: { certain: [...LOSSES, 'outside_viewport', 'unreadable', 'vanishes'], likely: ['protrudes'] },
  dark: { certain: [...LOSSES, 'outside_viewport', 'unreadable', 'vanishes'], likely: ['protrudes'] },
  reduced_motion: { certain: [...LOSSES, 'outside_viewport'], likely: ['protrudes', 'moves'] },
  rtl: { certain: [...LOSSES, 'outside_viewport'], likely: ['protrudes'] },
  long_text: { certain: [...LOSSES, 'outside_viewport', 'protrudes'], likely: [] },
  print: { certain: ['text_overlap', 'clipped', 'not_printed'], likely: ['covered', 'outside_viewport', 'protrudes'] },
  keyboard: { certain: ['focus_trap', 'not_tabbable', 'no_focus'], likely: [] },
};

/**
 * Judges how a screen lies under a condition: the same faults, as far as they are faults there, and what only this condition shows. What
 * `plain`, the same screen without it, has as well is left out.
 */
export function judgeUnder(
  condition: LayoutCondition,
  laid: readonly Laid[],
  plain: { laid: readonly Laid[]; findings: readonly ScreenFinding[] },
): ScreenFinding[] {
  const findings = judgeScreen(laid, (one) => examineUnder(condition, one, plain.laid));
  return (
    findings
      .filter((finding) => !plain.findings.some((known) => isSame(known, finding)))
      // Browsers draw colours of their own: what no picture bears out is not so.
      .filter(({ kind, certainty }) => kind !== 'unreadable' || certainty === 'certain')
      .map((finding) => ({ ...finding, condition, repair: REPAIRS[finding.kind] }))
  );
}

function examineUnder(condition: LayoutCondition, one: Laid, plain: readonly Laid[]): Examined {
  const { certain, likely } = JUDGED[condition];
  const examined = condition === 'keyboard' ? modelOnly(one) : examinePage(one.page);
  const all = [...examined.found, ...onlyUnder(condition, one, examined.model, plain)];
  // What may be meant so is told once of a kind: it is one reason to look.
  const found = all.flatMap((fault): Found[] => {
    if (!certain.includes(fault.kind) && !likely.includes(fault.kind)) return [];
    // Nobody presses a button on paper.
    if (condition === 'print' && fault.kind === 'covered' && fault.element.el.press && !fault.claim) return [];
    const graded: Certainty = certain.includes(fault.kind) ? fault.certainty : 'likely';
    const certainty = isExcepted(condition, fault) ? 'likely' : graded;
    return [{ ...fault, certainty, ...(certainty === 'likely' ? { cause: fault.kind } : {}) }];
  });
  return { ...examined, found };
}

function modelOnly({ page }: Laid): Examined {
  const model = modelOf(page);
  return { width: model.width, model, found: [] };
}

function isExcepted(condition: LayoutCondition, { kind, element }: Found): boolean {
  if (kind !== 'outside_viewport') return false;
  if (condition === 'rtl') return false;
  for (let at: Placed | undefined = element; at; at = at.parent) if (WIDE.has(at.el.tag)) return condition === 'reflow';
  return false;
}

/** Kinds by which the same fault shows: at another width, or size of text, one of them takes the place of another. */
const FAMILIES: readonly (readonly LayoutKind[])[] = [
  ['outside_viewport', 'protrudes', 'clipped', 'unreachable'],
  ['text_overlap', 'covered'],
];

/** Returns true when a finding is of the same element, and of the same kind of fault, as one that is there anyway. */
function isSame(known: ScreenFinding, finding: ScreenFinding): boolean {
  const family = FAMILIES.find((kinds) => kinds.includes(known.kind)) ?? [known.kind];
  if (!family.includes(finding.kind)) return false;
  const { selector } = finding.element;
  if (known.element.selector === selector || known.siblings.includes(selector)) return true;
  return known.other !== undefined && known.other.selector === finding.other?.selector && known.kind === finding.kind;
}
