import { expect, test } from 'vitest';
import type { RecordingEvent } from '../../../src/core/vocabulary/recording.js';
import type { InteractionLine } from '../../../src/core/vocabulary/step.js';
import { flowEvidence } from '../../../src/replay/expected-flow/flow-evidence.js';
import { clausesOf } from '../../../src/replay/expected-flow/flow-words.js';
import { matchFlow } from '../../../src/replay/expected-flow/match-flow.js';
import { recordingTimeline } from '../../../src/replay/recording-timeline.js';
import { verifies } from '../../requirements.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (ms: number) => new Date(START + ms).toISOString();
const click = (ms: number, name: string): RecordingEvent[] => {
  const line: InteractionLine = {
    ...{ timestamp: at(ms), duration_ms: 100, recording_id: 'rec', page_id: 'page', action: 'click' },
    ...{
      target_type: 'role',
      success: true,
      detail: `click on button "${name}"`,
      input_args: { target: { role: 'button', name } },
    },
    ...{ console_errors: [], screenshot_ref: null, frame: null, url: null },
  };
  return [
    { kind: 'step', at: at(ms), line },
    { kind: 'press', at: at(ms + 50), name },
  ];
};
const went = (ms: number, url: string): RecordingEvent => ({
  kind: 'log',
  at: at(ms),
  entry: { at: at(ms), kind: 'navigation', level: 'info', text: '', url },
});
const came = (
  ms: number,
  texts: string[],
  more: { gone?: string[]; opened?: string[]; closed?: string[] } = {},
): RecordingEvent => ({
  kind: 'texts',
  at: at(ms),
  texts,
  ...more,
});
const START_PAGE = [went(0, 'http://a/'), came(100, ['Shop', 'Menu', 'Settings', 'Save'])];
/** Saved, and led to a page that is not there. */
const LOST = [
  ...START_PAGE,
  ...click(1000, 'Settings'),
  went(1100, 'http://a/settings'),
  came(1150, ['Settings', 'Name', 'Save']),
  ...click(2000, 'Save'),
  went(2100, 'http://a/settings/saved'),
  came(2150, ['Page not found', 'Home']),
];
const SAVED = [...LOST.slice(0, -2), came(2150, ['Settings saved'])];
const REFUSED = [...LOST.slice(0, -2), came(2150, ['Settings could not be saved'])];
const OPENED = [
  ...START_PAGE,
  ...click(1000, 'Menu'),
  came(1150, ['Profile', 'Log out'], { opened: ['menu dropdown list Main'] }),
];
const DEAD = [...START_PAGE, ...click(1000, 'Menu')];
const CLOSED = [
  ...OPENED,
  ...click(2000, 'Menu'),
  came(2150, [], { gone: ['Profile', 'Log out'], closed: ['menu dropdown list Main'] }),
];
const DIALOG = [
  ...START_PAGE,
  ...click(1000, 'Settings'),
  came(1150, ['Language'], { opened: ['dialog modal popup Settings'] }),
];

/** A cart from which a mug was taken, whose page was left afterwards. */
const SHOP = [
  went(0, 'http://a/'),
  came(100, ['Shop', 'Menu', 'Mug', 'Lamp', 'Place order', 'Delete account', 'Dark mode', 'Total: 20.50 €']),
];
const TAKEN = [...SHOP, ...click(1000, 'Remove Mug'), came(1150, ['1 item in cart'], { gone: ['Mug'] })];
const TOAST = [...SHOP, ...click(1000, 'Save'), came(1150, ['Saved']), came(3000, [], { gone: ['Saved'] })];
const STAYS = TOAST.slice(0, -1);
const CART = [...SHOP, ...click(1000, 'Cart'), went(1100, 'http://a/cart?page=2'), came(1150, ['Your cart', 'Lamp'])];
const DONE = [
  ...SHOP,
  ...click(1000, 'Go'),
  came(1150, ['Your account was deleted', 'Dark mode: on', 'Order placed', '1,299.00 in total']),
];

const shown = (events: RecordingEvent[], expected: string, dead: number[] = []) => {
  const [match] = matchFlow([expected], flowEvidence(recordingTimeline(events, START, 5000), new Set(dead)));
  return `${match?.status} ${match?.matched_by ?? ''} ${match?.why ?? ''}`.trim().replace(/ +/g, ' ');
};

test.each<[string, RecordingEvent[], string]>([
  ['Settings saved is shown', LOST, 'not_seen'],
  ['see "Settings saved"', LOST, 'not_seen'],
  ['the settings are saved', LOST, 'not_seen'],
  ['Settings saved is shown', SAVED, 'matched text'],
  ['Settings saved is shown', REFUSED, 'not_seen'],
  ['the saved settings page is shown', LOST, 'contradicted navigation an error page came in its place'],
  ['go to the saved settings', LOST, 'contradicted navigation an error page came in its place'],
  ['the settings page is shown', LOST, 'matched text'],
  ['click Save and "Settings saved" is shown', LOST, 'not_seen ""Settings saved" is shown": was not seen'],
  ['click Save and "Settings saved" is shown', SAVED, 'matched text'],
  ['click Save, then the menu opens', SAVED, 'not_seen "the menu opens": was not seen'],
  ['the menu opens', DEAD, 'not_seen'],
  ['the menu is opened', DEAD, 'not_seen'],
  ['a dialog pops up', DEAD, 'not_seen'],
  ['the menu opens', OPENED, 'matched a part that opened'],
  ['the main menu expands', OPENED, 'matched a part that opened'],
  ['click Menu and the menu opens', OPENED, 'matched a part that opened'],
  ['a menu is shown', OPENED, 'matched a part that opened'],
  ['the dialog opens', OPENED, 'not_seen'],
  ['the menu closes', OPENED, 'not_seen'],
  ['the menu closes', CLOSED, 'matched a part that closed'],
  ['Profile disappears', CLOSED, 'matched a part that closed'],
  ['the settings dialog opens', DIALOG, 'matched a part that opened'],
  ['a settings modal pops up', DIALOG, 'matched a part that opened'],
])('"%s" %#', (expected, events, outcome) => {
  verifies('replay.flow-clauses');
  expect(shown(events, expected)).toBe(outcome);
});

test.each<[string, RecordingEvent[], string]>([
  ['the mug is no longer shown', TAKEN, 'matched a part that closed'],
  ['the mug is no longer shown', SHOP, 'not_seen'],
  ["the mug isn't visible any more", TAKEN, 'matched a part that closed'],
  ["the lamp isn't visible anymore", TAKEN, 'not_seen'],
  ['the mug is removed from the cart', TAKEN, 'matched a part that closed'],
  ['the Menu button is no longer visible', CART, 'matched a page that was left'],
  ['the lamp is no longer shown', CART, 'not_seen'],
  ['"Saved" disappears', TOAST, 'matched a part that closed'],
  ['"Saved" disappears', STAYS, 'not_seen'],
  ['the toast "Saved" is not shown any more', STAYS, 'not_seen'],
  ['a "Saved" toast appears', STAYS, 'matched text'],
  ['a "Sent" toast appears', STAYS, 'not_seen'],
  ['see the lamp and not the mug', SHOP, 'contradicted text "not the mug": it was not to happen, and did'],
  ['the url is /cart', CART, 'matched navigation'],
  ['the url is /car', CART, 'not_seen'],
  ['the url is /cart?page=2', CART, 'matched navigation'],
  ['the address starts with /cart', CART, 'matched navigation'],
  ['the url contains ?page=2', CART, 'matched navigation'],
  ['the address ends with /checkout', CART, 'not_seen'],
  ['the url is not /cart?page=2', CART, 'contradicted navigation it was not to happen, and did'],
  ['the url is not /', CART, 'matched absence'],
  ['the order is placed', SHOP, 'not_seen'],
  ['the order is placed', DONE, 'matched text'],
  ['the account has been deleted', SHOP, 'not_seen'],
  ['the account has been deleted', DONE, 'matched text'],
  ['dark mode is on', SHOP, 'not_seen'],
  ['dark mode is turned on', DONE, 'matched text'],
  ['the total is 20 €', SHOP, 'contradicted text another number was shown'],
  ['the total is 20.50 €', SHOP, 'matched text'],
  ['the total is 1,299 ', DONE, 'contradicted text another number was shown'],
  ['the total is 1,299.00', DONE, 'matched text'],
  ['the lamp is checked', DONE, 'not_seen'],
  ['the lamp is above the mug', SHOP, 'not_seen'],
])('"%s" is told by what came of it %#', (expected, events, outcome) => {
  verifies('replay.flow-clauses');
  expect(shown(events, expected)).toBe(outcome);
});

test('what was to be opened by a press that came to nothing was not', () => {
  verifies('replay.flow-clauses');
  expect(shown(DEAD, 'open the menu', [1])).toBe('contradicted step 1 nothing came of step 1');
  expect(shown(DEAD, 'click Menu', [1])).toBe('matched step 1');
  expect(shown(OPENED, 'open the menu')).toBe('matched step 1');
});

test.each<[string, string[]]>([
  ['click Save and "Saved" is shown', ['click Save', '"Saved" is shown']],
  ['open the menu, then click Log out', ['open the menu', 'click Log out']],
  ['add a mug and check out', ['add a mug', 'check out']],
  ['the dialog closes and the list is shown', ['the dialog closes', 'the list is shown']],
  ['click Save; see "a, then b"', ['click Save', 'see "a, then b"']],
  ['see the mug and the lamp', ['see the mug and the lamp']],
  ['drag and drop the card', ['drag and drop the card']],
  ['Terms and conditions are shown', ['Terms and conditions are shown']],
  ['click Save and continue', ['click Save and continue']],
  ['the search results are shown', ['the search results are shown']],
  ['see the mug and not the lamp', ['see the mug', 'not the lamp']],
  ['fill in the form without errors', ['fill in the form without errors']],
])('"%s" says %j', (text, clauses) => {
  verifies('replay.flow-clauses');
  expect(clausesOf(text)).toEqual(clauses);
});
