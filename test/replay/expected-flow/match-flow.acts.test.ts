import { expect, test } from 'vitest';
import { type FlowEvidence, matchFlow } from '../../../src/replay/expected-flow/match-flow.js';
import { verifies } from '../../requirements.js';

const act = (atMs: number, action: string, what: string, names: string, by: string): FlowEvidence => ({
  ...{ atMs, kind: 'action', action, names, by, ok: true },
  text: `${action.replaceAll('_', ' ')} ${what} ${names}`,
});
const text = (atMs: number, line: string, untilMs = Number.POSITIVE_INFINITY): FlowEvidence => ({
  ...{ atMs, kind: 'text', text: line, ok: true, by: `text@${atMs}`, untilMs },
});

/** TodoMVC: two typed, one ticked, filtered, one double-clicked. Nothing was deleted. */
const TODOS: FlowEvidence[] = [
  { atMs: 0, kind: 'navigation', text: 'home start shop front TodoMVC todos', ok: true, by: 'navigation' },
  text(10, 'todos'),
  act(100, 'fill', 'filled Buy milk', '.new-todo What needs to be done?', 'step 1'),
  act(200, 'press', 'Enter', '.new-todo Enter', 'step 2'),
  text(210, 'Buy milk'),
  text(215, '1 item left', 310),
  act(260, 'fill', 'filled Walk dog', '.new-todo What needs to be done?', 'step 3'),
  act(300, 'press', 'Enter', '.new-todo Enter', 'step 4'),
  text(305, 'Walk dog'),
  text(310, '2 items left', 410),
  act(400, 'check', 'check on checkbox "Buy milk"', 'checkbox Buy milk .toggle', 'step 5'),
  text(410, '1 item left'),
  act(500, 'click', 'click on link', 'link Active', 'step 6'),
  { atMs: 510, kind: 'navigation', text: 'active / TodoMVC', ok: true, by: 'navigation@510' },
  act(600, 'double_click', 'double click on text', 'Walk dog', 'step 7'),
];
/** The same, and nothing was ticked. */
const UNTICKED = TODOS.filter(({ by }) => by !== 'step 5');
const DELETED = (action: string, names: string) => [...TODOS, act(700, action, `${action} on`, names, 'step 8')];

const outcome = (flow: string[], evidence: FlowEvidence[]) =>
  matchFlow(flow, evidence).map(({ status, matched_by }) => `${status} ${matched_by ?? ''}`.trim());

test.each<[string, FlowEvidence[], string]>([
  ['delete Walk dog', TODOS, 'not_seen'],
  ['remove Walk dog', TODOS, 'not_seen'],
  ['the user deletes "Walk dog"', TODOS, 'not_seen'],
  ['archive Walk dog', TODOS, 'not_seen'],
  ['rename Walk dog', TODOS, 'not_seen'],
  ['frobnicate Walk dog', TODOS, 'not_seen'],
  ['close Walk dog', TODOS, 'not_seen'],
  ['drag Walk dog', TODOS, 'not_seen'],
  ['upload Walk dog', TODOS, 'not_seen'],
  ['log in', TODOS, 'not_seen'],
  ['submit Walk dog', TODOS, 'not_seen'],
  ['complete Buy milk', TODOS, 'matched step 5'],
  ['tick Buy milk', TODOS, 'matched step 5'],
  ['complete Buy milk', UNTICKED, 'not_seen'],
  ['check Buy milk', UNTICKED, 'not_seen'],
  ['complete Walk dog', TODOS, 'not_seen'],
  ['edit Walk dog', TODOS, 'matched step 7'],
  ['add Buy milk', TODOS, 'matched step 1'],
  ['type Walk dog', TODOS, 'matched step 3'],
  ['click Walk dog', TODOS, 'matched step 7'],
  ['filter Active', TODOS, 'matched step 6'],
  ['open the todos', TODOS, 'matched navigation'],
  ['see Buy milk', TODOS, 'matched text@210'],
  ['Buy milk is shown', TODOS, 'matched text@210'],
  ['check that 1 item left', TODOS, 'matched text@215'],
  ['no error appears', TODOS, 'matched absence'],
  ['delete Walk dog', DELETED('click', 'button Delete Walk dog'), 'matched step 8'],
  ['delete Walk dog', DELETED('click', 'button × Walk dog'), 'matched step 8'],
  ['delete Walk dog', DELETED('click', '.destroy Walk dog'), 'matched step 8'],
  ['delete Walk dog', DELETED('click', 'button Remove Walk dog'), 'matched step 8'],
  ['delete Walk dog', DELETED('double_click', 'Delete Walk dog'), 'not_seen'],
  ['delete Walk dog', DELETED('fill', 'Delete Walk dog'), 'not_seen'],
  ['delete Walk dog', DELETED('click', 'button Delete Buy milk'), 'not_seen'],
  ['log out', DELETED('click', 'button Log in'), 'not_seen'],
  ['log in', DELETED('click', 'button Sign in'), 'matched step 8'],
  ['close the dialog', DELETED('press', 'Escape'), 'matched step 8'],
  ['upload the photo', DELETED('upload_file', 'Photo'), 'matched step 8'],
  ['delete the photo', [text(0, 'Delete the photo')], 'not_seen'],
  ['click Delete', [text(0, 'click Delete')], 'not_seen'],
])('"%s" %#', (expected, evidence, shown) => {
  verifies('replay.flow-acts');
  expect(outcome([expected], evidence)).toEqual([shown]);
});

test('what was not seen comes with the nearest that was', () => {
  verifies('replay.flow-acts');
  expect(matchFlow(['delete Walk dog'], TODOS)).toEqual([
    { expected: 'delete Walk dog', status: 'not_seen', why: 'nearest is step 3 (fill), which does not show it' },
  ]);
});

test.each<[string, string[], string[]]>([
  [
    'a text that stays shows a step after the next press',
    ['complete Buy milk', 'filter Active', 'see 1 item left'],
    ['matched step 5', 'matched step 6', 'matched text@410'],
  ],
  ['and before it', ['see 1 item left', 'filter Active'], ['matched text@215', 'matched step 6']],
  [
    'what was gone before contradicts the order',
    ['filter Active', 'see "2 items left"'],
    ['contradicted step 6', 'matched text@310'],
  ],
  [
    'what was done in another order is contradicted',
    ['filter Active', 'tick Buy milk'],
    ['contradicted step 6', 'matched step 5'],
  ],
])('%s', (_name, flow, expected) => {
  verifies('replay.flow-lasting');
  expect(outcome(flow, TODOS)).toEqual(expected);
});

test('the whole flow is told as it was, and its last step as not seen', () => {
  verifies('replay.flow-acts', 'replay.flow-lasting');
  const flow = [
    'open the todos',
    'add Buy milk',
    'add Walk dog',
    'see 2 items left',
    'complete Buy milk',
    'filter Active',
    'see 1 item left',
    'delete Walk dog',
  ];
  expect(outcome(flow, TODOS)).toEqual([
    'matched navigation',
    'matched step 1',
    'matched step 3',
    'matched text@310',
    'matched step 5',
    'matched step 6',
    'matched text@410',
    'not_seen',
  ]);
});
