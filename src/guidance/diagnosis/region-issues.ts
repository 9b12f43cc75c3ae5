import { regionLine } from '../../core/region-line.js';
import type { IssueSeverity } from '../../core/vocabulary/issue.js';
import { type Pair, type Region, Severity } from '../../core/vocabulary/pair.js';
import { type Draft, issueId, verifyCall } from './issue-draft.js';
import { REPAIR_RULES } from './repair-rules.js';

/** Regions of one pair that become issues; they stand worst first. */
const MAX_REGIONS = 10;
const CHECK = 'design-regions';

interface Sighting {
  pair: Pair;
  region: Region;
}

/**
 * Differences from the design as issues: one for each element and kind of difference on a screen, with all the viewports that show it;
 * a region without an element stands alone. Noise is none.
 */
export function regionIssues(pairs: readonly Pair[], blockOnSeverity: Severity): Draft[] {
  const groups = new Map<string, [Sighting, ...Sighting[]]>();
  for (const pair of pairs) {
    for (const region of pair.regions.filter(({ kind }) => kind !== 'noise').slice(0, MAX_REGIONS)) {
      const key = JSON.stringify(keyOf(pair, region));
      const group = groups.get(key);
      if (group) group.push({ pair, region });
      else groups.set(key, [{ pair, region }]);
    }
  }
  return [...groups.values()].map((sightings) => toDraft(sightings, blockOnSeverity));
}

function keyOf({ screen, viewport }: Pair, { element, kind, rect }: Region): unknown[] {
  return element ? [screen, kind, element.selector] : [screen, viewport, kind, rect];
}

function toDraft(sightings: readonly [Sighting, ...Sighting[]], blockOnSeverity: Severity): Draft {
  const [{ pair, region }] = sightings;
  const rule = REPAIR_RULES[CHECK];
  const where = { screens: [pair.screen], viewports: [...new Set(sightings.map((one) => one.pair.viewport))] };
  const { element, properties = [], kind } = sightings.find((one) => one.region.properties)?.region ?? region;
  const first = properties[0];
  return {
    check: CHECK,
    issue: {
      id: issueId(CHECK, keyOf(pair, region)),
      category: 'visual',
      severity: worst(sightings.map((one) => severityOf(one.region.severity, blockOnSeverity))),
      status: 'fail',
      title: `${kind === 'unknown' ? 'Something differs' : `Something is ${kind === 'text' ? 'worded differently' : kind}`} on ${pair.screen}${first ? ` (${first.property})` : ''}.`,
      ...where,
      evidence: sightings.slice(0, 3).map((one) => ({
        text: `${one.pair.viewport}: ${element ? regionLine(one.region) : place(one.region)}`,
        ...artifactOf(one),
      })),
      ...(element ? { element } : {}),
      ...(properties.length > 0 ? { properties } : {}),
      likely_cause: rule?.cause ?? '',
      repair_task: first
        ? 'Set the properties named back to what the reference shows.'
        : (rule?.task ?? 'Compare this place with the reference and mend it.'),
      verify_with: verifyCall({ category: 'visual', verify: 'screen' }, where),
      consequences: [],
    },
  };
}

function severityOf(severity: Severity, blockOnSeverity: Severity): IssueSeverity {
  const ranks = Severity.options;
  if (ranks.indexOf(severity) <= ranks.indexOf(blockOnSeverity)) return 'critical';
  return severity === 'minor' ? 'info' : 'warning';
}

function worst(severities: readonly IssueSeverity[]): IssueSeverity {
  return (['critical', 'warning'] as const).find((one) => severities.includes(one)) ?? 'info';
}

function place({ rect, kind }: Region): string {
  return `${kind} at x ${rect.x}, y ${rect.y}, ${rect.width} x ${rect.height} px`;
}

function artifactOf({ pair, region }: Sighting): { artifact?: string } {
  const path = region.tile?.path ?? pair.diff?.path;
  return path === undefined ? {} : { artifact: path };
}
