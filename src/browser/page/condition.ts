/// <reference lib="dom" />
import { withAgenda } from './agenda-parts.js';

/**
 * Lets styles change at once from now on, in the document itself: a window that becomes another for a moment, as for a picture beyond
 * its edge, begins transitions that nobody waits for.
 */
export function endTransitions(): void {
  const mark = Symbol.for('codeloop.transitions');
  if (Reflect.has(document, mark)) return;
  Reflect.set(document, mark, true);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('*,*::before,*::after{transition:none!important}');
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Takes transitions and animations that come to an end to that end; what moves for ever is left as it is. */
export function finishMotion(): void {
  for (const animation of document.getAnimations()) {
    try {
      animation.finish();
    } catch {
      // It has no end: `finish` refuses infinite ones.
    }
  }
}

/**
 * Resolves when the browser has really drawn `count` frames and run the tasks that each left behind: scroll events are sent at
 * the beginning of a frame, intersection observers told after its end (HTML, "update the rendering"). On a busy machine a
 * frame can take long, so only a page that draws nothing for `limitMs` is given up.
 */
export async function framesPass({ count, limitMs }: { count: number; limitMs: number }): Promise<void> {
  // Neither ever comes where a sandbox allows no scripts.
  if (matchMedia('(scripting: none)').matches) return;
  const agenda = agendaOf(window);
  const nextFrame = agenda?.native.requestAnimationFrame ?? window.requestAnimationFrame.bind(window);
  const later = agenda?.native.setTimeout ?? window.setTimeout.bind(window);
  for (let frame = 0; frame < count; frame += 1) {
    await new Promise<void>((resolve) => {
      nextFrame(() => later(resolve, 0));
      later(resolve, limitMs);
    });
  }
}

/** Properties that move what is seen; a change of colour or clearness is none of it. */
export interface EndlessMotion {
  /** Number of the element in the order of its document, shadow trees left out. */
  element: number;
  /** The frames that it lies in, from the page inwards, each by its number in its own document; absent: in none. */
  frame?: number[];
  what: string;
}

/** What moves by itself for more than 5 s and is not small: running animations and films (WCAG 2.2.2). */
export function endlessMotion(): EndlessMotion[] {
  const moving =
    /^(?:transform|translate|rotate|scale|left|right|top|bottom|inset|margin|offset|width|height|background(?:Position|-position))/;
  const least = 64;
  const found = new Map<Element, EndlessMotion>();
  // What lies in frames is of other realms: `instanceof` knows none of it.
  const isKeyframes = (effect: AnimationEffect | null): effect is KeyframeEffect =>
    effect !== null && 'getKeyframes' in effect;
  const lookInto = (content: Document, frame: number[]) => {
    const all = Array.from(content.querySelectorAll('*'));
    const tell = (element: Element, what: string) => {
      const number = all.indexOf(element);
      const { width, height } = element.getBoundingClientRect();
      if (number >= 0 && width > least && height > 8 && !found.has(element))
        found.set(element, { element: number, ...(frame.length > 0 ? { frame } : {}), what });
    };
    // A picture of the page ended what never ends by itself: styles begin it anew.
    const Sheet = (content.defaultView as (Window & typeof globalThis) | null)?.CSSStyleSheet;
    if (Sheet) {
      const still = new Sheet();
      still.replaceSync('*,*::before,*::after{animation:none!important}');
      const sheets = [...content.adoptedStyleSheets];
      content.adoptedStyleSheets = [...sheets, still];
      content.getAnimations();
      content.adoptedStyleSheets = sheets;
    }
    for (const animation of content.getAnimations()) {
      const { effect } = animation;
      if (animation.playState !== 'running' || !isKeyframes(effect) || !effect.target) continue;
      if (Number(effect.getComputedTiming().endTime ?? 0) <= 5000) continue;
      if (effect.getKeyframes().some((step) => Object.keys(step).some((name) => moving.test(name))))
        tell(effect.target, 'moves without end by an animation');
    }
    for (const film of Array.from(content.querySelectorAll('video')))
      if (film.autoplay && !film.controls && (film.loop || film.duration > 5))
        tell(film, 'is a film that plays by itself');
    for (const marquee of Array.from(content.querySelectorAll('marquee'))) tell(marquee, 'is a marquee');
    for (const [number, one] of all.entries()) {
      const inner = one.localName === 'iframe' ? (one as HTMLIFrameElement).contentDocument : null;
      if (inner) lookInto(inner, [...frame, number]);
    }
  };
  lookInto(document, []);
  return [...found.values()];
}

/** What is done to the page's own texts; `none` undoes it. */
export type TextChange = 'larger' | 'spaced' | 'longer' | 'turned' | 'none';

/**
 * Changes the texts of the page as people, or another language, do: twice as large; spaced as WCAG 1.4.12 says, never closer than they
 * are; 40 % longer; or written from the right; in the frames that the page can reach as well. Undoes what it did before. Texts in closed
 * shadow trees and in frames of other sites stay as they are.
 */
export function textCondition(change: TextChange): void {
  const place = Symbol.for('codeloop.text');
  const undo = Reflect.get(window, place) as (() => void)[] | undefined;
  for (const back of undo ?? []) back();
  const done: (() => void)[] = [];
  Reflect.set(window, place, done);
  if (change === 'none') return;

  const documents: Document[] = [document];
  for (const one of documents)
    for (const frame of Array.from(one.querySelectorAll('iframe')))
      if (frame.contentDocument) documents.push(frame.contentDocument);

  if (change === 'turned') {
    const turned = documents.flatMap((one) => [one.documentElement, one.body].filter((each) => each !== null));
    for (const element of turned) {
      if (element.localName !== 'html' && !element.hasAttribute('dir')) continue;
      const before = element.getAttribute('dir');
      element.setAttribute('dir', 'rtl');
      done.push(() => (before === null ? element.removeAttribute('dir') : element.setAttribute('dir', before)));
    }
    return;
  }

  const roots: ParentNode[] = [...documents];
  const elements: HTMLElement[] = [];
  for (const one of roots)
    for (const element of Array.from(one.querySelectorAll<HTMLElement>('*'))) {
      elements.push(element);
      if (element.shadowRoot) roots.push(element.shadowRoot);
    }

  if (change === 'longer') {
    // As pseudo-locales do: 40 % more letters, words stay words.
    const longer = (word: string) => {
      let more = Math.round(word.length * 0.4);
      let out = '';
      for (const letter of word) {
        out += letter;
        if (more > 0 && /[aeiouy]/i.test(letter)) {
          out += letter.toLowerCase();
          more -= 1;
        }
      }
      return out + (word.at(-1) ?? '').repeat(more);
    };
    const write = (text: string) => text.replace(/\p{L}{2,}/gu, longer);
    const kept = 'script,style,noscript,template,title,textarea,code,pre,kbd,samp,svg,[translate=no],.notranslate';
    for (const element of elements) {
      if (element.closest(kept)) continue;
      for (const node of Array.from(element.childNodes)) {
        const before = node.nodeType === Node.TEXT_NODE ? (node.nodeValue ?? '') : '';
        if (!/\p{L}/u.test(before) || /^\s*\S+@\S+\s*$|:\/\//.test(before)) continue;
        // Letters of an icon font are no words.
        if (/icon|symbol|awesome|glyph/i.test(getComputedStyle(element).fontFamily)) continue;
        node.nodeValue = write(before);
        done.push(() => {
          node.nodeValue = before;
        });
      }
      if (element.localName === 'input') {
        // Its name says so; an element of a frame is of another realm.
        const input = element as HTMLInputElement;
        const { value, type } = input;
        if (!['submit', 'button', 'reset'].includes(type) || value === '') continue;
        input.value = write(value);
        done.push(() => {
          input.value = value;
        });
      }
    }
    return;
  }

  // Measured before anything is changed: sizes are inherited.
  const changes = elements.map((element): [HTMLElement, [string, string][]] => {
    const { fontSize, lineHeight, letterSpacing, wordSpacing } = getComputedStyle(element);
    const size = Number.parseFloat(fontSize) || 0;
    const line = Number.parseFloat(lineHeight) || 0;
    if (change === 'larger')
      return [
        element,
        [['font-size', `${size * 2}px`], ...(line > 0 ? [['line-height', `${line * 2}px`] as [string, string]] : [])],
      ];
    const styles: [string, string][] = [
      ['letter-spacing', `${Math.max(Number.parseFloat(letterSpacing) || 0, size * 0.12)}px`],
      ['word-spacing', `${Math.max(Number.parseFloat(wordSpacing) || 0, size * 0.16)}px`],
    ];
    // `normal` is less than 1.5 of every common font.
    if (line < size * 1.5) styles.push(['line-height', '1.5']);
    if (element.localName === 'p') styles.push(['margin-bottom', `${size * 2}px`]);
    return [element, styles];
  });
  for (const [element, styles] of changes) {
    if (!('style' in element)) continue;
    const before = element.getAttribute('style');
    for (const [name, value] of styles) element.style.setProperty(name, value, 'important');
    done.push(() => (before === null ? element.removeAttribute('style') : element.setAttribute('style', before)));
  }
}

withAgenda(framesPass);
