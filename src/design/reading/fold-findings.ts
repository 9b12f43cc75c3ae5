import { grown, isNear, sharedArea, unionOf } from '../../core/rects.js';
import type { ElementNode } from '../element-tree.js';
import { type Finding, measured } from './finding.js';
import { deviceRect } from './name-cause.js';
import { cutOff } from './redrawn-text.js';

const within = (above: ElementNode, below: ElementNode) => above.index <= below.index && below.index < above.end;

/**
 * Findings with those of one cause in one: colours of all that is faded by one element are its opacity, a changed surface shows through
 * what lies on it half transparent, and what belongs to something extra is not told apart.
 */
export function foldFindings(findings: readonly Finding[], scale: number): Finding[] {
  const own = withoutContents(
    withoutCollisions(withoutArranged(withoutCovered(withoutLookThrough(faded(findings, scale))))),
  );
  const rest = withoutFollowing(withoutSpecks(joinedMissing(own, scale), scale).map(cutInside));
  return likeSiblings(byElement(rest));
}

/** Colours that differ inside an element with an opacity of its own. */
function faded(findings: readonly Finding[], scale: number): Finding[] {
  const result: Finding[] = [];
  const told = new Set<ElementNode>();
  for (const finding of findings) {
    const fader = finding.kind === 'recolored' ? faderOf(finding.node) : undefined;
    if (!fader) {
      result.push(finding);
      continue;
    }
    if (told.has(fader)) continue;
    told.add(fader);
    const now = fader.element.styles.opacity ?? '1';
    result.push({
      ...finding,
      node: fader,
      rect: deviceRect(fader, scale),
      properties: [measured('opacity', now === '1' ? 'less' : 'another', now), ...finding.properties],
    });
  }
  return result;
}

function faderOf(node: ElementNode): ElementNode | undefined {
  for (let at: ElementNode | undefined = node; at; at = at.parent)
    if (at.element.styles.opacity !== undefined) return at;
  return undefined;
}

/** A surface that shows through is told once, at the one that is not transparent. */
function withoutLookThrough(findings: readonly Finding[]): Finding[] {
  const isSurface = ({ properties }: Finding) =>
    properties[0]?.property === 'background-color' || properties[0]?.property === 'background-image';
  const isBare = ({ kind, node: { element } }: Finding) => kind === 'added' && element.text === undefined;
  return findings.filter((one) => {
    const color = one.node.element.styles['background-color'];
    if (!(isSurface(one) || isBare(one)) || (color !== undefined && !color.startsWith('rgba('))) return true;
    return !findings.some(
      (other) => other !== one && isSurface(other) && other.node !== one.node && within(other.node, one.node),
    );
  });
}

/** Share of an icon that something else lies over from which it is no icon of its own that differs; less of it changes its colour. */
const COVERED = { picture: 0.15, color: 0.05 };
/** Device px of something missing that lie on what is accounted for. */
const RIM = 5;

/** An icon under something that differs, such as a badge, looks different for that. */
function withoutCovered(findings: readonly Finding[]): Finding[] {
  const isIcon = ({ kind, properties }: Finding) =>
    properties[0]?.property === 'picture' || (kind === 'recolored' && properties[0]?.property === 'color');
  const lies = ({ kind, relation, properties, node }: Finding, on: ElementNode) =>
    (kind === 'missing' && relation === 'container') ||
    ((kind === 'added' || properties[0]?.property === 'background-color') && !within(node, on) && !within(on, node));
  return findings.filter(
    (one) =>
      !isIcon(one) ||
      !findings.some(
        (other) =>
          other !== one &&
          lies(other, one.node) &&
          sharedArea(grown(other.rect, other.kind === 'missing' ? RIM : 0), one.rect) >=
            COVERED[one.properties[0]?.property === 'color' ? 'color' : 'picture'] * one.rect.width * one.rect.height,
      ),
  );
}

/** Device px between pieces that the app lacks within which they are one thing: an icon and its label. */
const ONE_THING = 24;

/** Pieces that the app lacks at one place are one thing; what is lacking where a text is cut off is the rest of that text. */
function joinedMissing(findings: readonly Finding[], scale: number): Finding[] {
  const result: Finding[] = [];
  for (const finding of findings) {
    const lacks = finding.kind === 'missing' && finding.relation === 'container';
    const near = lacks
      ? result.findIndex(
          (one) =>
            one.kind === 'missing' &&
            (one.node === finding.node ? isNear(one.rect, finding.rect, ONE_THING) : isOneLine(one, finding)),
        )
      : -1;
    const known = result[near];
    if (!known) result.push(finding);
    else {
      const [first, second] = areaOf(known.node) <= areaOf(finding.node) ? [known, finding] : [finding, known];
      // Pieces of one line that are told of two places: where the smaller of what holds them says it is counts.
      const rect = known.node === finding.node ? unionOf(known.rect, finding.rect) : first.rect;
      const there = first.there && second.there && unionOf(first.there, second.there);
      result[near] = { ...first, rect, ...(there ? { there } : {}) };
    }
  }
  return result.map((one) => {
    const cut = one.kind === 'missing' ? cutText(one, scale) : undefined;
    if (!cut) return one;
    const name = cut.element.styles['overflow-x'] === undefined ? 'overflow-y' : 'overflow-x';
    return {
      ...one,
      node: cut,
      relation: 'self',
      kind: 'text',
      properties: [measured(name, 'visible', cut.element.styles[name] ?? 'hidden'), ...one.properties],
    };
  });
}

const areaOf = ({ element: { rect } }: ElementNode) => rect.width * rect.height;

/** Pieces of one line of the reference that stand as near as words do. */
function isOneLine({ there: a }: Finding, { there: b }: Finding): boolean {
  if (!a || !b || !isNear(a, b, ONE_THING)) return false;
  return Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) >= 0.5 * Math.min(a.height, b.height);
}

/** Words that a text lacks because something in it is cut off are told of that. */
function cutInside(finding: Finding): Finding {
  const { node, kind, properties } = finding;
  if (kind !== 'text' || properties[0]?.property !== 'text') return finding;
  for (const child of node.children) {
    const cut = child.children.length === 0 ? cutOff(child) : undefined;
    if (cut) return { ...finding, node: child, properties: [cut, ...properties] };
  }
  return finding;
}

/** A text with its end cut off, beside or above what is missing. */
function cutText({ node, rect }: Finding, scale: number): ElementNode | undefined {
  const cuts = ({ element: { styles, text, text_rect: lines } }: ElementNode) =>
    text !== undefined &&
    lines !== undefined &&
    (styles['overflow-x'] !== undefined || styles['overflow-y'] !== undefined) &&
    // What is about the text is something that held it.
    (rect.x > lines.x * scale || rect.y > (lines.y + 0.5 * lines.height) * scale);
  if (cuts(node)) return node;
  return node.children.find(
    (child) =>
      cuts(child) && child.seen !== undefined && isNear(deviceRect(child, scale), rect, (2 * ONE_THING) / scale),
  );
}

/** CSS px of the largest speck. */
const SPECK = 6;

/** Specks that seem to be missing where something else differs are the ends of that: corners of a box that is larger for its text. */
function withoutSpecks(findings: readonly Finding[], scale: number): Finding[] {
  const isSpeck = ({ kind, relation, rect: { width, height } }: Finding) =>
    kind === 'missing' && relation === 'container' && Math.max(width, height) <= SPECK * scale;
  return findings.filter(
    (one) => !isSpeck(one) || !findings.some((other) => !isSpeck(other) && within(one.node, other.node)),
  );
}

/** What lies in something that is extra as a whole is extra with it. */
function withoutContents(findings: readonly Finding[]): Finding[] {
  const extra = findings.filter(({ kind, relation }) => kind === 'added' && relation === 'self');
  return findings.filter(
    (one) => !extra.some((other) => other !== one && other.node !== one.node && within(other.node, one.node)),
  );
}

/** What is laid out otherwise as a whole differs in all that it holds; only another colour does not follow from that. */
function withoutArranged(findings: readonly Finding[]): Finding[] {
  const all = findings.filter(({ arranges }) => arranges);
  if (all.length === 0) return [...findings];
  return findings.filter(
    (one) =>
      one.arranges ||
      (one.kind === 'recolored' && one.relation === 'self') ||
      !all.some(
        ({ node, rect }) =>
          within(node, one.node) ||
          (one.relation === 'container' && within(one.node, node) && sharedArea(rect, one.rect) > 0),
      ),
  );
}

/** Share of something that lies under what moved onto it from which it cannot be judged; and CSS px that the rim of that covers. */
const COLLIDES = 0.3;

/** What moved alone onto something else covers it, or mixes with it: that is no difference of its own. */
function withoutCollisions(findings: readonly Finding[]): Finding[] {
  // A text that is cut off stands elsewhere for that.
  const isCut = ({ element: { styles, text } }: ElementNode) =>
    text !== undefined && (styles['overflow-x'] !== undefined || styles['overflow-y'] !== undefined);
  const moved = findings.filter(({ kind, alone, node }) => kind === 'moved' && alone && !isCut(node));
  const isRelated = (a: ElementNode, b: ElementNode) => within(a, b) || within(b, a);
  return findings.filter(({ node, kind, relation, rect, properties }) => {
    const lacks = kind === 'missing' && relation === 'container';
    const looksOther =
      kind === 'added' || kind === 'text' || properties[0]?.property === 'picture' || kind === 'recolored';
    if (!lacks && !looksOther) return true;
    return !moved.some(
      (one) =>
        (lacks || !isRelated(one.node, node)) &&
        sharedArea(grown(one.rect, RIM), rect) >= COLLIDES * rect.width * rect.height,
    );
  });
}

/** Lines that are broken elsewhere follow from what differs about them. */
function withoutFollowing(findings: readonly Finding[]): Finding[] {
  const causes = findings.filter(({ follows }) => !follows);
  return findings.filter(
    ({ node, follows }) =>
      !follows ||
      !causes.some((one) => within(one.node, node) || (node.parent !== undefined && within(node.parent, one.node))),
  );
}

/** All that is wrong with one element in one finding, the worst first. */
function byElement(findings: readonly Finding[]): Finding[] {
  const result: Finding[] = [];
  for (const finding of findings) {
    const known = result.findIndex(
      (one) =>
        one.node === finding.node &&
        one.relation === 'self' &&
        finding.relation === 'self' &&
        finding.kind !== 'moved' &&
        one.kind !== 'moved',
    );
    const first = result[known];
    if (!first) {
      result.push(finding);
      continue;
    }
    const critical = first.severity !== 'critical' && finding.severity === 'critical';
    const [head, tail] = critical ? [finding, first] : [first, finding];
    const properties = [
      ...head.properties,
      ...tail.properties.filter(({ property }) => !head.properties.some((one) => one.property === property)),
    ];
    result[known] = { ...head, properties, rect: unionOf(head.rect, tail.rect) };
  }
  return result;
}

/** Properties that a rule of a style sheet sets for several elements alike. */
const OF_A_RULE = /^(color|background-color|background-image|font-|letter-spacing|border-|box-shadow|opacity)/;
/** Share by which amounts of ink that are measured may differ. */
const INK_APART = 0.15;

/** Elements of one make that differ by the same have one cause: it is told once, with how many there are. */
function likeSiblings(findings: readonly Finding[]): Finding[] {
  const result: Finding[] = [];
  for (const finding of findings) {
    const known = result.findIndex((one) => isAlike(one, finding));
    const first = result[known];
    if (first) result[known] = { ...first, alike: [...(first.alike ?? []), finding.node] };
    else result.push(finding);
  }
  return result;
}

function isAlike(one: Finding, other: Finding): boolean {
  const make = ({ node: { element, parent } }: Finding) =>
    `${element.tag} ${element.role} ${element.styles['font-size']} ${parent?.element.tag}`;
  const [a, b] = [one.properties, other.properties];
  return (
    one.kind === other.kind &&
    one.severity === other.severity &&
    one.relation === 'self' &&
    other.relation === 'self' &&
    one.node !== other.node &&
    a.length === b.length &&
    a.length > 0 &&
    make(one) === make(other) &&
    a.every(({ property, expected, actual }, at) => {
      const same = b[at];
      return (
        OF_A_RULE.test(property) &&
        same?.property === property &&
        same.actual === actual &&
        (same.expected === expected || isNearly(same.expected, expected))
      );
    })
  );
}

/** Measured values that are equal but for what measuring leaves: amounts within a share, colours of a level or two. */
function isNearly(a: string, b: string): boolean {
  if (a.startsWith('#') && b.startsWith('#'))
    return [1, 3, 5].every(
      (at) => Math.abs(Number.parseInt(a.slice(at, at + 2), 16) - Number.parseInt(b.slice(at, at + 2), 16)) <= 4,
    );
  const [x, y] = [Number.parseFloat(a), Number.parseFloat(b)];
  return a.replace(/^[\d.]+/, '') === b.replace(/^[\d.]+/, '') && Math.abs(x - y) <= INK_APART * Math.max(x, y);
}
