/// <reference lib="dom" />

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
