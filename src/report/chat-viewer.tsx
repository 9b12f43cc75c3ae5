/// <reference lib="dom" />
import { App, type McpUiHostContext } from '@modelcontextprotocol/ext-apps';
import { render } from 'preact';
import { Status } from '../core/vocabulary/gate.js';
import { Rect } from '../core/vocabulary/geometry.js';
import { Pair } from '../core/vocabulary/pair.js';
import type { ReportModel, ReportPair } from '../core/vocabulary/report-model.js';
import { Card, Chips, calm, StatusMark } from './card.js';
import { buildEntries, type Entry } from './entries.js';
import { chipsOf } from './findings.js';
import { plural, statusLabels } from './labels.js';
import { Tools } from './page.js';
import { embeddedSource } from './picture.js';
import { showLine, Untrusted } from './untrusted.js';

/** A result of a tool as a host hands it over; what is in it is not to be trusted. */
type Given = Readonly<Record<string, unknown>>;

/** A picture that came along, with its place where it shows a side of a pair: `part`, pixels of the stored file. */
interface Shown {
  label: string;
  address: string;
  screen?: string;
  viewport?: string;
  side?: string;
  part?: Rect;
}

/** What the viewer shows of a result: pairs that can be looked at, the other screens, pictures that are no side of a pair. */
export interface Viewed {
  status: Status | undefined;
  words: string;
  looked: readonly Entry[];
  others: readonly Entry[];
  pictures: readonly Pick<Shown, 'label' | 'address'>[];
}

/** Reads a result of any tool that answers with pictures. What has not the form that codeloop gives it shows as its text. Pure. */
export function viewOf(result: Given): Viewed {
  const blocks = listOf(result.content);
  const text = textOf(blocks.find((block) => textOf(block.type) === 'text')?.text);
  const body = parsed(text);
  const pictures = picturesOf(blocks, listOf(objectOf(result._meta)['codeloop/pictures']));
  const pairs = [...listOf(body.pairs), ...listOf(body.items).map(pairOfItem)].flatMap((one) => pairOf(one));
  const entries = buildEntries(modelOf(pairs.map((pair) => withPictures(pair, pictures))));
  const looked = entries.filter(({ pair }) => pair?.actual !== undefined || pair?.reference !== undefined);
  const sides = pictures.filter(({ side, screen, viewport }) =>
    looked.some((one) => side !== undefined && one.screen === screen && one.viewport === viewport),
  );
  return {
    status: Status.safeParse(body.status).data,
    words: textOf(body.summary) || [textOf(body.message), textOf(body.fix)].filter(Boolean).join(' ') || text,
    looked,
    others: entries.filter((entry) => !looked.includes(entry)),
    pictures: pictures.filter((one) => !sides.includes(one)),
  };
}

/** The pictures of a result, each with the line before it and with what the server said of it. */
function picturesOf(blocks: readonly Given[], places: readonly Given[]): Shown[] {
  const shown: Shown[] = [];
  for (const [index, block] of blocks.entries()) {
    if (textOf(block.type) !== 'image') continue;
    const address = embeddedSource(`data:${textOf(block.mimeType)};base64,${textOf(block.data)}`);
    const { screen, viewport, side, part } = places[shown.length] ?? {};
    const place = Rect.safeParse(part).data;
    const placed = place !== undefined && place.width > 0 && place.height > 0;
    shown.push({
      label: textOf(blocks[index - 1]?.text),
      address: address ?? '',
      ...(typeof screen === 'string' && typeof viewport === 'string' && placed
        ? { screen, viewport, side: textOf(side), part: place }
        : {}),
    });
  }
  return shown.filter(({ address }) => address !== '');
}

/** A pair with those of its sides that came along. */
function withPictures(pair: Pair, pictures: readonly Shown[]): ReportPair {
  const sides = new Map(
    pictures
      .filter(({ screen, viewport }) => screen === pair.screen && viewport === pair.viewport)
      .map((one) => [one.side, one]),
  );
  const side = (name: string) => {
    const found = sides.get(name);
    return found?.part ? { data_uri: found.address, size: found.part } : undefined;
  };
  const { x = 0, y = 0 } = (sides.get('actual') ?? sides.get('reference'))?.part ?? {};
  return {
    pair,
    shown_from: { x, y },
    reference: side('reference'),
    actual: side('actual'),
    diff: side('diff'),
  };
}

/** A pair of a reply; nothing where it has not that form. */
function pairOf(given: Given): Pair[] {
  const read = Pair.safeParse(given);
  return read.success ? [read.data] : [];
}

/** An item of `codeloop_visual_review` as a pair. */
function pairOfItem(item: Given): Given {
  const outcomes: Readonly<Record<string, Pair['outcome']>> = {
    changed: 'mismatch',
    unchanged: 'match',
    new: 'missing-reference',
    not_comparable: 'missing-reference',
    not_photographed: 'missing-actual',
  };
  const { actual: _actual, diff: _diff, ...rest } = item;
  return { ...rest, outcome: outcomes[textOf(item.state)], size: {}, shifts: [] };
}

function modelOf(pairs: readonly ReportPair[]): ReportModel {
  return {
    ...{ run_id: '', project: '', started_at: '', code_state: { tree: '', dirty: false }, status: 'pass', summary: '' },
    ...{ pairs: [...pairs], cells: [], unmatched: { references: [], screenshots: [] }, next: [], generated_by: '' },
  };
}

const objectOf = (value: unknown): Given =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
const listOf = (value: unknown): Given[] => (Array.isArray(value) ? value.map(objectOf) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(text: string): Given {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return {}; // No answer of ours: its text is shown.
  }
}

/** The viewer of a result: verdict in a line, the pairs with slider and differences, then what else there is. */
export function Viewer({ viewed, larger }: { viewed: Viewed; larger?: (() => void) | undefined }) {
  const { status, words, looked, others, pictures } = viewed;
  // A call that went well may show screens that do not hold: the sign is theirs.
  const bad = [...looked, ...others].find((entry) => entry.status !== 'pass' && entry.status !== 'not_compared');
  const sign = (status === 'pass' ? bad?.status : status) ?? status ?? 'not_compared';
  const steps = looked.reduce((sum, { findings }) => sum + findings.length, 0);
  return (
    <>
      <header class="chat-bar">
        <StatusMark status={sign} />
        <h1>
          <span class="visually-hidden">{statusLabels[sign]}: </span>
          <Untrusted text={words} limit={400} />
        </h1>
        <span class="steps">
          {steps < 2 ? null : (
            <>
              <button type="button" class="quiet" data-step="-1">
                Previous
              </button>
              <button type="button" class="quiet" data-step="1">
                Next difference
              </button>
            </>
          )}
          {larger === undefined ? null : (
            <button type="button" class="quiet" onClick={larger}>
              Full screen
            </button>
          )}
        </span>
      </header>
      <main>
        {looked.length === 0 ? null : <h2 class="visually-hidden">{plural(looked.length, 'screen')} with pictures</h2>}
        <div class="cards">
          {looked.map((entry) => (
            <Card key={entry.id} entry={entry} open />
          ))}
        </div>
        {others.length === 0 ? null : (
          <section aria-labelledby="others">
            <h2 id="others">{plural(others.length, looked.length === 0 ? 'screen' : 'more screen')}</h2>
            <ul class="sheet others">
              {others.map((entry) => (
                <li key={entry.id}>
                  <StatusMark status={entry.status} />
                  <span class="visually-hidden">{statusLabels[entry.status]}: </span>
                  <Untrusted text={entry.screen} limit={120} />{' '}
                  <span class="viewport">
                    <Untrusted text={entry.viewport} limit={60} />
                  </span>
                  <span class="gist">
                    <Chips chips={chipsOf(entry.findings)} />
                    {entry.findings.length === 0 ? <span class="tag">{calm(entry)}</span> : null}
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
        {pictures.map(({ label, address }, index) => (
          <figure class="sheet plain" key={index}>
            <figcaption>
              <Untrusted text={label} limit={300} />
            </figcaption>
            <img src={address} alt={showLine(label, 200) || 'Picture'} />
          </figure>
        ))}
        <p class="keys">
          <label class="check">
            <input type="checkbox" id="shortcuts" checked /> <kbd>j</kbd> <kbd>k</kbd> differences, <kbd>1</kbd> to{' '}
            <kbd>4</kbd> views, <kbd>r</kbd> regions
          </label>
        </p>
      </main>
      <Tools />
    </>
  );
}

/**
 * Begins in a frame of a chat: asks the host for nothing but the result of the call that it was opened for, and shows it. `refresh` is
 * called after each showing, for the script of the pictures.
 */
export async function startViewer(refresh: () => void): Promise<void> {
  const app = new App(
    { name: 'codeloop pair viewer', version: '1' },
    { availableDisplayModes: ['inline', 'fullscreen'] },
  );
  const at = document.getElementById('viewer') ?? document.body;
  let last: Given | undefined;
  const look = ({ theme, displayMode }: McpUiHostContext) => {
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    document.body.classList.toggle('is-large', displayMode === 'fullscreen');
  };
  const show = () => {
    if (last === undefined) return;
    const modes = app.getHostContext()?.availableDisplayModes ?? [];
    const larger = modes.includes('fullscreen') ? () => void app.requestDisplayMode({ mode: 'fullscreen' }) : undefined;
    // From nothing: the script of the pictures has changed what stood here.
    render(null, at);
    render(<Viewer viewed={viewOf(last)} larger={larger} />, at);
    refresh();
  };
  app.ontoolresult = (result) => {
    last = { ...result };
    show();
  };
  app.ontoolcancelled = ({ reason }) => {
    last = { content: [{ type: 'text', text: `The call was cancelled${reason ? `: ${reason}` : ''}.` }] };
    show();
  };
  app.onhostcontextchanged = look;
  await app.connect();
  look(app.getHostContext() ?? {});
  show();
}
