import type { ReportCell, ReportSpot } from '../core/vocabulary/report-model.js';
import type { LogEntry, Screenshot } from '../core/vocabulary/screenshot.js';
import { shapeOf } from './comparison.js';
import { count, dimensions, moment, plural } from './labels.js';
import { Picture, SpotButton } from './picture.js';
import { showLine, Untrusted } from './untrusted.js';

/** Most lines shown per cell; the log file has the rest. */
const mostLines = 60;

const kindWords: Readonly<Record<LogEntry['kind'], string>> = {
  console: 'console',
  page_error: 'page error',
  failed_request: 'request failed',
  http_error: 'HTTP error',
  blocked_request: 'blocked by codeloop',
  dialog: 'dialog',
  crash: 'crash',
  app_output: 'app output',
  action: 'action',
  navigation: 'navigation',
};

/** The page's log and requests: errors first, equal lines once with their number. Texts are untrusted. */
export function Log({
  entries,
  spots = [],
}: {
  entries: readonly LogEntry[];
  spots?: readonly ReportSpot[] | undefined;
}) {
  if (entries.length === 0) return <p class="quietly">No console messages, no failed requests.</p>;
  const lines = foldEqual(entries);
  const errors = entries.filter(({ level }) => level === 'error').length;
  return (
    <details class="log" open={errors > 0}>
      <summary>
        {plural(entries.length, 'log entry', 'log entries')}
        {errors > 0 ? `, ${plural(errors, 'error')}` : ''}
      </summary>
      <ol>
        {lines.slice(0, mostLines).map(({ entry, times }, index) => (
          <li key={index} class={`is-${entry.level}`}>
            <span class="kind">
              {kindWords[entry.kind]}
              {entry.level === 'error' ? '' : ` ${entry.level}`}
              {times > 1 ? ` ×${count(times)}` : ''}
            </span>
            <span class="text">
              <Untrusted text={entry.text} limit={1200} />
              <SpotButton
                spot={spots.find((one) => 'url' in one && one.url === entry.url?.replace(/[?#].*$/s, ''))}
                spots={spots}
              />
            </span>
            <Origin entry={entry} />
          </li>
        ))}
      </ol>
      {lines.length > mostLines ? (
        <p class="rest">{count(lines.length - mostLines)} more lines are in the logs folder of the run.</p>
      ) : null}
    </details>
  );
}

function Origin({ entry }: { entry: LogEntry }) {
  const parts = [
    [entry.method, entry.url].filter(Boolean).join(' '),
    entry.status === undefined ? '' : `status ${entry.status}`,
    entry.location ?? '',
  ].filter((part) => part !== '');
  return (
    <>
      {parts.length === 0 ? null : (
        <span class="origin">
          <Untrusted text={parts.join(' · ')} limit={400} />
        </span>
      )}
      {entry.config_line === undefined ? null : (
        <span class="origin">
          allow it with{' '}
          <code>
            <Untrusted text={entry.config_line} limit={400} />
          </code>
        </span>
      )}
    </>
  );
}

const levels: readonly LogEntry['level'][] = ['error', 'warning', 'info', 'debug'];

function foldEqual(entries: readonly LogEntry[]): { entry: LogEntry; times: number }[] {
  const folded = new Map<string, { entry: LogEntry; times: number }>();
  for (const entry of entries) {
    const key = JSON.stringify([entry.kind, entry.level, entry.text, entry.url, entry.status, entry.location]);
    const line = folded.get(key);
    if (line === undefined) folded.set(key, { entry, times: 1 });
    else line.times += 1;
  }
  return [...folded.values()].sort((a, b) => levels.indexOf(a.entry.level) - levels.indexOf(b.entry.level));
}

/** The capture of a cell: steady or not, address, log; with its picture where no pair shows it. */
export function Capture({ entry, alone }: { entry: ReportCell; alone: boolean }) {
  const { cell, picture } = entry;
  const place = showLine(`${cell.screen} at ${cell.viewport}`, 200);
  return (
    <div class="capture">
      {alone && picture !== undefined ? (
        <div class={`comparison ${shapeOf(picture.size)}`} data-mode="side">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1) */}
          <section class="pictures has-1" aria-label={`Picture of ${place}`} tabIndex={0}>
            <Picture
              picture={picture}
              role={{ side: 'actual', title: 'Screenshot', alt: `Screenshot of ${place}` }}
              canvas={picture.size}
              regions={[]}
              faults={entry.faults}
              spots={entry.spots}
            />
          </section>
        </div>
      ) : null}
      <Warnings entry={entry} />
      {cell.screenshot === undefined ? null : <Facts shot={cell.screenshot} capturedAt={cell.captured_at} />}
      {cell.screenshot === undefined ? null : <Log entries={cell.screenshot.logs} spots={entry.spots} />}
    </div>
  );
}

function Warnings({ entry: { cell } }: { entry: ReportCell }) {
  const shot = cell.screenshot;
  return (
    <>
      {cell.failure === undefined ? null : (
        <p class="notice">
          <strong>
            No picture could be taken (<Untrusted text={cell.failure.code} limit={60} />
            ).
          </strong>{' '}
          <Untrusted text={cell.failure.message} />
        </p>
      )}
      {shot === undefined || shot.steady.settled ? null : (
        <p class="notice">
          <strong>The page never stood still.</strong> It still changed at {area(shot.steady.moving_region)}. If that is
          meant to move, mask{' '}
          {typeof shot.steady.mask_proposal === 'string' ? (
            <code>
              <Untrusted text={shot.steady.mask_proposal} limit={200} />
            </code>
          ) : (
            'that rectangle'
          )}{' '}
          in the screen's settings.
        </p>
      )}
      {shot?.cut_from ? (
        <p class="notice">
          <strong>The page is larger than its picture.</strong> {dimensions(shot.size)} of {dimensions(shot.cut_from)}{' '}
          device px were photographed.
        </p>
      ) : null}
      {shot?.blank ? (
        <p class="notice">
          <strong>The picture is blank.</strong> Nearly all of it is one color.
        </p>
      ) : null}
      {cell.stale === undefined ? null : (
        <p class="notice">
          <strong>The code changed during this capture.</strong> <Untrusted text={cell.stale.reason} />
        </p>
      )}
      {cell.ad_hoc ? (
        <p class="notice mild">
          <strong>Ad hoc: never counts for a gate.</strong> <Untrusted text={cell.ad_hoc_reasons.join('; ')} />
        </p>
      ) : null}
    </>
  );
}

function Facts({ shot, capturedAt }: { shot: Screenshot; capturedAt: string }) {
  const fallbacks = [
    ...shot.settle.fonts_missing.map((font) => `font ${font}`),
    ...shot.settle.images_missing.map((image) => `image ${image}`),
  ];
  return (
    <dl class="facts">
      <dt>Steady</dt>
      <dd>
        {shot.steady.settled ? 'yes' : 'no'}, {shot.steady.frames} frames in {Math.round(shot.steady.waited_ms)} ms
      </dd>
      <dt>Page</dt>
      <dd>
        <Untrusted text={shot.title} limit={200} />{' '}
        <span class="address">
          <Untrusted text={shot.url} limit={400} />
        </span>
        {shot.http_status === undefined ? null : ` ${shot.http_status}`}
      </dd>
      <dt>Picture</dt>
      <dd>
        {dimensions(shot.size)} device px at ratio {shot.device_scale_factor}
        {shot.full_page ? ', full page' : ''}
      </dd>
      {fallbacks.length === 0 ? null : (
        <>
          <dt>Not loaded</dt>
          <dd>
            <Untrusted text={fallbacks.join(', ')} limit={600} />
          </dd>
        </>
      )}
      <dt>Captured</dt>
      <dd>{moment(capturedAt)}</dd>
    </dl>
  );
}

function area(rect: { x: number; y: number; width: number; height: number }): string {
  return `x ${Math.round(rect.x)}, y ${Math.round(rect.y)} (${Math.round(rect.width)} × ${Math.round(rect.height)} px)`;
}
