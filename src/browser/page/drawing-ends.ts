/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { withAgenda } from './agenda-parts.js';

/** `ImageDecoder` of WebCodecs, as far as it is used. */
interface Decoder {
  tracks: { ready: Promise<void>; selectedTrack: { frameCount: number; repetitionCount: number } | null };
  completed: Promise<void>;
  decode(options: {
    frameIndex: number;
  }): Promise<{ image: CanvasImageSource & { displayWidth: number; displayHeight: number } }>;
  close(): void;
}

/** The last picture of a file that plays some times and ends, or a drawing at its end, as a `data:` address; undefined for all others. */
export async function pictureEnd({ type, base64 }: { type: string; base64: string }): Promise<string | undefined> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  if (type.startsWith('image/svg')) {
    const agenda = agendaOf(window);
    const still = agenda?.drawings?.still(new TextDecoder().decode(bytes));
    return still === undefined ? undefined : `data:image/svg+xml,${encodeURIComponent(still)}`;
  }
  const Decode = Reflect.get(window, 'ImageDecoder') as
    | (new (init: {
        data: Uint8Array;
        type: string;
      }) => Decoder)
    | undefined;
  // Pages that did not come over a safe line have none.
  if (!Decode) return undefined;
  const decoder = new Decode({ data: bytes, type: type === 'image/apng' ? 'image/png' : type });
  try {
    await decoder.tracks.ready;
    await decoder.completed;
    const track = decoder.tracks.selectedTrack;
    if (!track || track.frameCount < 2 || !Number.isFinite(track.repetitionCount)) return undefined;
    const { image } = await decoder.decode({ frameIndex: track.frameCount - 1 });
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [image.displayWidth, image.displayHeight];
    canvas.getContext('2d')?.drawImage(image, 0, 0);
    return canvas.toDataURL('image/png');
  } catch {
    // What cannot be decoded does not play either.
    return undefined;
  } finally {
    decoder.close();
  }
}

/**
 * Shows in one frame the given pictures in the place of others, by address, wherever an image or a style shows one; no attribute
 * changes. Answers which of them the page's own policy keeps out.
 */
export async function replacePictures({ stills }: { stills: Record<string, string> }): Promise<string[]> {
  const { scene, drawings } = agendaOf(window) ?? {};
  const kept = new Map<string, string>();
  const refused: string[] = [];
  for (const [address, still] of Object.entries(stills)) {
    const picture = new Image();
    picture.src = still;
    try {
      await picture.decode();
      kept.set(address, still);
    } catch {
      refused.push(address);
    }
  }
  const PROPERTIES = ['backgroundImage', 'content', 'listStyleImage', 'borderImageSource', 'maskImage'] as const;
  const replaced = (style: CSSStyleDeclaration) => {
    const styles: Record<string, string> = {};
    for (const property of PROPERTIES) {
      const value = style[property];
      if (!value.includes('url(')) continue;
      const other = value.replace(/url\("([^"]*)"\)/g, (whole, address: string) =>
        kept.has(address) ? `url("${kept.get(address)}")` : whole,
      );
      if (other !== value) styles[property] = other;
    }
    return styles;
  };
  for (const root of scene?.roots() ?? [])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      const still = element instanceof HTMLImageElement ? kept.get(element.currentSrc) : undefined;
      const own = {
        ...replaced(getComputedStyle(element)),
        ...(still === undefined ? {} : { content: `url("${still}")` }),
      };
      if (Object.keys(own).length > 0) scene?.style(element, own);
      // A picture in a drawing has its address from an attribute alone.
      if (element instanceof SVGImageElement && URL.canParse(element.href.baseVal, document.baseURI)) {
        const end = kept.get(new URL(element.href.baseVal, document.baseURI).href);
        if (end !== undefined) drawings?.put(element, 'href', end);
      }
      for (const pseudo of ['::before', '::after']) {
        const styles = replaced(getComputedStyle(element, pseudo));
        if (Object.keys(styles).length > 0) scene?.style(element, styles, pseudo);
      }
    }
  return refused;
}

/**
 * Puts the solver on the agenda. The browser is told to animate no pictures, so that those that never end stand where they begin; it then
 * does not run the clock of any drawing either. So the end is worked out here: SVG 1.1, chapter 19, as far as values outlast their animation.
 */
export function installDrawingEnds(): void {
  const agenda = agendaOf(window);
  if (!agenda || agenda.drawings) return;
  const ANIMATIONS = 'animate,animateTransform,animateMotion,animateColor,set';
  const SVG = 'http://www.w3.org/2000/svg';

  const kept: { target: Element; name: string; before: string | null }[] = [];

  /** Seconds of a clock value; NaN for anything else. */
  const seconds = (clock: string | null): number => {
    const found = /^\s*([+-])?\s*(?:(?:(\d+):)?(\d+):)?(\d*\.?\d+)\s*(h|min|s|ms)?\s*$/.exec(clock ?? '');
    if (!found) return Number.NaN;
    const [, sign, hours = '0', minutes = '0', rest, unit = 's'] = found;
    const factor = { h: 3600, min: 60, s: 1, ms: 0.001 }[unit] ?? 1;
    return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(rest) * factor);
  };
  const refOf = (element: Element) =>
    element.getAttribute('href') ?? element.getAttributeNS('http://www.w3.org/1999/xlink', 'href');
  const byId = (from: Element, id: string) =>
    (from.getRootNode() as Document | ShadowRoot).getElementById?.(id) ?? null;
  const activeOf = (animation: Element): number => {
    const simple = seconds(animation.getAttribute('dur'));
    if (Number.isNaN(simple)) return Number.POSITIVE_INFINITY;
    const [count, total] = [animation.getAttribute('repeatCount'), animation.getAttribute('repeatDur')];
    const repeated =
      count === null
        ? total === null
          ? simple
          : Number.POSITIVE_INFINITY
        : count.trim() === 'indefinite'
          ? Number.POSITIVE_INFINITY
          : simple * Number(count);
    const limit = seconds(total);
    return Number.isNaN(limit) ? repeated : Math.min(repeated, limit);
  };
  // What a script has begun, it has begun; the clock that it asks does not run.
  const begun = new WeakMap<Element, number>();
  for (const name of ['beginElement', 'beginElementAt']) {
    const begin: unknown = Reflect.get(SVGAnimationElement.prototype, name);
    Reflect.set(SVGAnimationElement.prototype, name, function (this: SVGAnimationElement, ...rest: unknown[]) {
      begun.set(this, performance.now() / 1000 + (Number(rest[0]) || 0));
      if (typeof begin === 'function') Reflect.apply(begin, this, rest);
    });
  }
  /** When it last begins by itself or by a script, in seconds; NaN when it waits for somebody or for ever. */
  const beginOf = (animation: Element, depth = 0): number => {
    const called = begun.get(animation);
    if (called !== undefined) return called;
    const times = (animation.getAttribute('begin') ?? '0s').split(';').map((one): number => {
      const offset = seconds(one);
      if (!Number.isNaN(offset)) return offset;
      const sync = /^\s*(.+?)\.(begin|end)\s*([+-].*)?$/.exec(one);
      const other = sync?.[1] === undefined || depth > 20 ? null : byId(animation, sync[1].replaceAll('\\', ''));
      if (!sync || !other) return Number.NaN;
      const base = beginOf(other, depth + 1) + (sync[2] === 'end' ? activeOf(other) : 0);
      return base + (sync[3] === undefined ? 0 : seconds(sync[3]));
    });
    return Math.max(...times.filter(Number.isFinite), Number.NEGATIVE_INFINITY);
  };
  /** The last place of a motion, as a transform. */
  const motionEnd = (animation: Element): string | undefined => {
    const link = animation.querySelector('mpath');
    const target = link ? byId(animation, (refOf(link) ?? '').slice(1)) : null;
    const path = target?.getAttribute('d') ?? animation.getAttribute('path');
    const values = (animation.getAttribute('values') ?? animation.getAttribute('to'))?.split(';').at(-1);
    if (path === null || path === undefined) {
      const [x = '0', y = '0'] = values?.trim().split(/[\s,]+/) ?? [];
      return values === undefined ? undefined : `translate(${x} ${y})`;
    }
    const line = document.createElementNS(SVG, 'path');
    line.setAttribute('d', path);
    const length = line.getTotalLength() * Number(animation.getAttribute('keyPoints')?.split(';').at(-1) ?? 1);
    const [at, before] = [line.getPointAtLength(length), line.getPointAtLength(Math.max(0, length - 0.5))];
    const rotate = animation.getAttribute('rotate') ?? '0';
    const ahead = (Math.atan2(at.y - before.y, at.x - before.x) * 180) / Math.PI;
    const angle = rotate === 'auto' ? ahead : rotate === 'auto-reverse' ? ahead + 180 : Number(rotate);
    return `translate(${at.x} ${at.y}) rotate(${angle})`;
  };
  /** An attribute as the page has it, whatever was put in its place. */
  const ownValue = (target: Element, name: string) => {
    const one = kept.find((each) => each.target === target && each.name === name);
    return one ? one.before : target.getAttribute(name);
  };
  interface Final {
    target: Element;
    name: string;
    value: string;
  }
  const finalsIn = (root: ParentNode): Final[] => {
    const finals = new Map<Element, Map<string, string>>();
    const timed = Array.from(root.querySelectorAll(ANIMATIONS))
      .map((animation) => ({ animation, begin: beginOf(animation), active: activeOf(animation) }))
      .filter(({ begin }) => Number.isFinite(begin))
      .sort((a, b) => a.begin - b.begin);
    for (const { animation, active } of timed) {
      const kind = animation.localName;
      const steady = kind === 'set' && !Number.isFinite(active);
      if (!steady && (!Number.isFinite(active) || animation.getAttribute('fill') !== 'freeze')) continue;
      const link = refOf(animation);
      const target = link === null ? animation.parentElement : byId(animation, link.slice(1));
      if (!target) continue;
      const values = finals.get(target) ?? new Map<string, string>();
      finals.set(target, values);
      const last =
        animation
          .getAttribute('values')
          ?.split(';')
          .filter((one) => one.trim() !== '')
          .at(-1)
          ?.trim() ?? animation.getAttribute('to');
      const by = animation.getAttribute('by');
      if (kind === 'animateMotion') {
        const motion = motionEnd(animation);
        if (motion !== undefined) values.set('transform', `${motion} ${ownValue(target, 'transform') ?? ''}`.trim());
        continue;
      }
      const name = animation.getAttribute('attributeName');
      if (name === null) continue;
      if (kind === 'animateTransform') {
        const value = last ?? by;
        if (value === null) continue;
        const transform = `${animation.getAttribute('type') ?? 'translate'}(${value})`;
        const below =
          animation.getAttribute('additive') === 'sum' ? (values.get(name) ?? ownValue(target, name) ?? '') : '';
        values.set(name, `${below} ${transform}`.trim());
      } else if (last !== null) values.set(name, last);
      else if (by !== null) {
        const base = Number.parseFloat(
          animation.getAttribute('from') ?? values.get(name) ?? ownValue(target, name) ?? '0',
        );
        values.set(name, String(base + Number.parseFloat(by)));
      }
    }
    return [...finals].flatMap(([target, values]) => [...values].map(([name, value]) => ({ target, name, value })));
  };

  /** The style that says the same as an attribute, where there is one: SVG 2, presentation attributes and geometry. */
  const GEOMETRY: Record<string, RegExp> = {
    'x,y,width,height': /^(?:rect|image|svg|foreignObject)$/,
    'rx,ry': /^(?:rect|ellipse)$/,
    'cx,cy': /^(?:circle|ellipse)$/,
    r: /^circle$/,
    d: /^path$/,
  };
  const styleFor = ({ target, name, value }: Final): [string, string] | undefined => {
    const geometry = Object.entries(GEOMETRY).find(([names]) => names.split(',').includes(name));
    if (
      name === 'transform' ||
      name === 'points' ||
      name === 'offset' ||
      (geometry && !geometry[1].test(target.localName))
    )
      return undefined;
    const text = name === 'd' ? `path("${value}")` : value;
    const said = [text, `${text}px`].find((one) => CSS.supports(name, one));
    return said === undefined ? undefined : [name, said];
  };

  /** Shown in other places too: copies there take over attributes, and no style that a script gives. */
  const isCopied = (target: Element, root: ParentNode) => {
    const shown = new Set(Array.from(root.querySelectorAll('use'), (use) => refOf(use)?.slice(1)));
    for (let at: Element | null = target; at && shown.size > 0; at = at.parentElement)
      if (shown.has(at.id)) return true;
    return false;
  };

  let given = new WeakMap<Element, Map<string, string>>();
  agenda.drawings = {
    end(root) {
      let count = 0;
      for (const final of finalsIn(root)) {
        const { target, name, value } = final;
        const known = given.get(target) ?? new Map<string, string>();
        if (known.get(name) === value) continue;
        given.set(target, known.set(name, value));
        count++;
        const style = isCopied(target, root) ? undefined : styleFor(final);
        if (style) {
          const property = style[0].replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
          agenda.scene?.style(target, { [property]: style[1] });
        } else {
          kept.push({ target, name, before: target.getAttribute(name) });
          target.setAttribute(name, value);
        }
      }
      return count;
    },
    put(target, name, value) {
      kept.push({ target, name, before: target.getAttribute(name) });
      target.setAttribute(name, value);
    },
    restore() {
      given = new WeakMap();
      for (const { target, name, before } of kept.splice(0).reverse()) {
        if (before === null) target.removeAttribute(name);
        else target.setAttribute(name, before);
      }
    },
    still(text) {
      const moves = /<(?:animate|set\b|\w+:animate)/.test(text);
      const endless = /@keyframes/.test(text) && /infinite/.test(text);
      if (!moves && !endless) return undefined;
      const drawing = new DOMParser().parseFromString(text, 'image/svg+xml');
      if (drawing.documentElement.namespaceURI !== SVG) return undefined;
      for (const final of finalsIn(drawing)) {
        final.target.setAttribute(final.name, final.value);
        const style = styleFor(final);
        if (style && final.target instanceof SVGElement)
          final.target.style.setProperty(style[0], style[1], 'important');
      }
      for (const animation of Array.from(drawing.querySelectorAll(ANIMATIONS))) animation.remove();
      if (endless) {
        // What never ends has ended after one round, and so stands as if it had not begun; what ends by itself does so here too.
        const style = drawing.createElementNS(SVG, 'style');
        style.textContent = '*{animation-iteration-count:1!important;animation-delay:-99999s!important}';
        drawing.documentElement.append(style);
      }
      return new XMLSerializer().serializeToString(drawing);
    },
  };
}

withAgenda(pictureEnd, replacePictures, installDrawingEnds);
