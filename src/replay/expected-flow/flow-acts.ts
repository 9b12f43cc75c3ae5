/** The stems of a text. */
export function stemsOf(text: string): Set<string> {
  return new Set(split(text).map(stem));
}

/** A text as it is searched for quotes: lower case, single blanks. */
export function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim();
}

/** The words of a text, in lower case; a number is one word with its separators: `1,299.00`, `10:30`. */
export function split(text: string): string[] {
  return plain(text).match(/\d+(?:[.,:]\d+)+(?!\p{L})|[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu) ?? [];
}

/** True for a number as `split` has it. */
export function isNumber(word: string): boolean {
  return /^\d[\d.,:]*$/.test(word);
}

/** The word without the endings of English inflection; short words as they are, numbers without decimals of zero. */
export function stem(word: string): string {
  if (/\d/.test(word)) return word.replace(/^(\d+)[.,]0{1,2}$/, '$1');
  if (word.length <= 3) return word;
  return word
    .replace(/(?<=\p{L}{3})(?:ies)$/u, 'y')
    .replace(/(?<=\p{L}{3})(?:ing|ed|es)$/u, '')
    .replace(/(?<=\p{L}{3})(?<!s)s$/u, '')
    .replace(/(?<=\p{L}{3})e$/u, '')
    .replace(/(?<=\p{L}{2})(\p{L})\1$/u, '$1');
}

/** Something to do that only its own kind of step, or a press on something called so, can show: `delete`, `log in`. */
export interface FlowAct {
  /** In our words, for a reason: `delete`. */
  name: string;
  /** Names of controls that do it, as stems with blanks. */
  phrases: readonly string[];
  /** Steps that are the act, whatever the thing is called. */
  natural: ReadonlySet<string>;
  /** True when an address can show it: `?sort=price`. */
  byAddress: boolean;
}

type Kind = readonly [names: string, natural?: string, byAddress?: boolean];

/** Synonyms, the word itself first, then the steps that are such an act. `closesign` stands for ×. */
const ACTS: readonly Kind[] = [
  ['delete|remove|trash|destroy|discard|erase|bin|closesign|x'],
  ['remove|delete|trash|destroy|discard|erase|bin|closesign|x'],
  ['complete|done|finish|toggle|checkbox|check|tick|mark', 'check toggle'],
  ['finish|complete|done|end'],
  ['tick|check|checkbox|toggle|mark|complete', 'check toggle'],
  ['check|tick|checkbox|toggle|mark|complete', 'check toggle'],
  ['mark|tick|checkbox|toggle|check', 'check toggle'],
  ['uncheck|untick|checkbox|toggle', 'uncheck toggle'],
  ['untick|uncheck|checkbox|toggle', 'uncheck toggle'],
  ['toggle|switch|checkbox|check', 'check uncheck toggle'],
  ['edit|modify|change|rename', 'double_click'],
  ['rename|edit'],
  ['change|edit|modify', 'select_option fill type'],
  ['close|closesign|x|dismiss|cancel|escape|hide', 'close_tab'],
  ['dismiss|close|closesign|x|cancel|escape|hide'],
  ['archive'],
  ['drag|drop|move|reorder', 'drag'],
  ['drop|drag|move', 'drag'],
  ['move|drag|reorder', 'drag'],
  ['reorder|drag|move|sort', 'drag'],
  ['upload|attach|choose file|browse', 'upload_file'],
  ['attach|upload', 'upload_file'],
  ['filter', 'click check uncheck toggle select_option fill type press', true],
  ['sort|order by', 'click select_option', true],
  ['search|find|query', '', true],
  ['find|search|query', '', true],
  ['select', 'click check toggle select_option press double_click'],
  ['pick', 'click check toggle select_option press double_click'],
  ['submit|send|enter', 'submit'],
  ['send|submit'],
  ['log in|login|sign in|signin'],
  ['sign in|signin|log in|login'],
  ['log out|logout|sign out|signout|log off'],
  ['sign out|signout|log out|logout|log off'],
  ['sign up|signup|register|create account'],
  ['register|sign up|signup|create account'],
  ['login|log in|sign in|signin'],
  ['logout|log out|sign out|signout'],
  ['add|new|create|plus', 'fill type'],
  ['create|add|new|plus', 'fill type'],
  ['clear|reset|empty', 'clear'],
  ['empty|clear|reset', 'clear'],
  ['hover|mouse', 'hover'],
  ['scroll', 'scroll scroll_into_view'],
  ['focus', 'focus'],
  ['reload|refresh', 'reload'],
  ['refresh|reload', 'reload'],
  ['wait', 'wait'],
  ['resize', 'set_viewport'],
  ['expand|open|more|show|collapse|toggle'],
  ['collapse|close|less|hide|expand|toggle'],
  ['hide|close|closesign|collapse'],
  ['continue|proceed|next'],
  ['proceed|continue|next|checkout|check out'],
  ['save|update|apply'],
  ['confirm|ok|yes|accept', 'dialog'],
  ['accept|agree|ok|allow', 'dialog'],
  ['agree|accept'],
  ['cancel|close|dismiss|no', 'dialog'],
  ['increase|increment|plus|more'],
  ['decrease|decrement|minus|less'],
  ['check out|checkout', '', true],
  ['buy|purchase|order|add to cart|add to bag'],
  ['pay|place order|buy'],
  ['place|submit|confirm'],
  ['enable|activate|toggle|switch', 'check toggle'],
  ['disable|deactivate|toggle|switch', 'uncheck toggle'],
  ['copy|hotkey copy|control c|ctrl c'],
  ['paste|control v|ctrl v'],
  ['undo|control z|ctrl z'],
  ...(
    'apply review redo restore reset share publish post reply comment like follow unfollow subscribe unsubscribe download export import print ' +
    'invite assign approve reject block mute pin unpin star bookmark favourite favorite duplicate merge split start stop pause resume play ' +
    'retry skip switch swap rate vote zoom rotate crop join leave connect disconnect install uninstall replace insert set book reserve ' +
    'schedule snooze lock unlock unarchive move generate run draw sign log'
  )
    .split(' ')
    .map((word): Kind => [word]),
];

const phraseOf = (text: string) => split(text).map(stem).join(' ');
const ACT_OF = new Map<string, FlowAct>();
for (const [names, natural = '', byAddress = false] of ACTS) {
  const [name = '', ...others] = names.split('|');
  const phrase = phraseOf(name);
  if (!ACT_OF.has(phrase))
    ACT_OF.set(phrase, {
      name,
      phrases: [phrase, ...others.map(phraseOf)],
      natural: new Set(natural.split(' ')),
      byAddress,
    });
}

/** The act that an expectation's words begin with, and of how many words its name is. Two words go before one. */
export function leadingAct(words: readonly string[]): { act: FlowAct; length: number } | undefined {
  for (const length of [2, 1]) {
    const act = ACT_OF.get(words.slice(0, length).map(stem).join(' '));
    if (act && words.length >= length) return { act, length };
  }
  return undefined;
}

/** Steps that put something in, and those that press something; a double click is no press on a button. */
const TYPING = new Set(['type', 'fill', 'fill_form', 'clear']);
const PRESSING = new Set(
  'click right_click press hotkey select_option check uncheck toggle submit dialog drag double_click hover key'.split(
    ' ',
  ),
);
/** Steps that can be each of the verbs that say only how it was done. */
const MEANS: Readonly<Record<'press' | 'type' | 'go', (action: string) => boolean>> = {
  press: (action) => !TYPING.has(action),
  type: (action) => TYPING.has(action) || /^(?:press|hotkey|select_option)$/.test(action),
  go: (action) => !TYPING.has(action) && !/^(?:check|uncheck)$/.test(action),
};

/** True when a step of this kind can be what such a verb asks for. */
export function canBe(verb: 'press' | 'type' | 'go', action: string): boolean {
  return MEANS[verb](action);
}

/** True when a step is the act: by its kind, or because it presses something that is called so. `names`: what the thing is called. */
export function isAct({ phrases, natural }: FlowAct, action: string, names: string): boolean {
  if (natural.has(action)) return true;
  const called = isCalled(phrases, names);
  if (!called) return false;
  if (PRESSING.has(action)) return action !== 'double_click';
  // A field for it that is filled: `search for a mug`, `rename it`. Nothing is deleted by typing.
  return TYPING.has(action) && /^(?:search|find|rename|edit)$/.test(phrases[0] ?? '');
}

/** True when one of the phrases is among the words of a name. */
function isCalled(phrases: readonly string[], names: string): boolean {
  const called = ` ${phraseOf(names.replace(/[×✕✖✗🗑❌]/gu, ' closesign '))} `;
  return phrases.some((phrase) => called.includes(` ${phrase} `));
}
