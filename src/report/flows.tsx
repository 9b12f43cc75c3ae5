import type { ReportFlow } from '../core/vocabulary/report-model.js';
import { StatusMark } from './card.js';
import { shapeOf } from './comparison.js';
import { plural, statusLabels } from './labels.js';
import { ViewportTable } from './overview.js';
import { embeddedSource, fileAddress, Picture } from './picture.js';
import { showLine, Untrusted } from './untrusted.js';

/** Findings listed of one replay, and recordings besides replays. */
const mostFindings = 20;
const mostRecordings = 40;

/** Saved flows as they were replayed: a row each with a field per viewport, then those that do not hold, with the step, why, and the picture, and the recordings of all. */
export function Flows({ flows }: { flows: readonly ReportFlow[] }) {
  if (flows.length === 0) return null;
  const names = [...new Set(flows.map(({ replay }) => replay.flow))];
  const viewports = [...new Set(flows.map(({ replay }) => replay.viewport))];
  // Those that do not hold, and those that hold and were recorded.
  const shown = flows.filter(({ status, video }) => status !== 'pass' || video !== undefined);
  const bad = flows.filter(({ status }) => status !== 'pass').length;
  return (
    <section id="flows" aria-labelledby="flows-title">
      <h2 id="flows-title">Flows</h2>
      <ViewportTable
        rows={['Flow', names]}
        viewports={viewports}
        of="flows"
        field={(name, viewport) => <Field flows={flows} name={name} viewport={viewport} />}
      />
      <FoundOtherwise flows={flows} />
      {shown.map((flow, index) => (
        <Played key={index} flow={flow} id={idOf(flows, flow)} open={index < Math.min(3, bad)} />
      ))}
    </section>
  );
}

/** Recordings that are no replays of saved flows: what was done by hand, or by an agent. */
export function Recordings({ recordings }: { recordings: readonly ReportFlow[] }) {
  if (recordings.length === 0) return null;
  const bad = recordings.filter(({ status }) => status !== 'pass').length;
  const rest = recordings.length - mostRecordings;
  return (
    <section id="recordings" aria-labelledby="recordings-title">
      <h2 id="recordings-title">Recordings</h2>
      {recordings.slice(0, mostRecordings).map((flow, index) => (
        <Played key={index} flow={flow} id={`recording-${index + 1}`} open={index < Math.min(3, bad)} byHand />
      ))}
      {rest > 0 ? <p class="muted">{plural(rest, 'more recording')} in the run.</p> : null}
    </section>
  );
}

function FoundOtherwise({ flows }: { flows: readonly ReportFlow[] }) {
  const lines = flows.flatMap(({ replay }) =>
    (replay.found_otherwise ?? []).map(
      ({ n, as }) => `${replay.flow} at ${replay.viewport}, step ${n}: found as ${as}`,
    ),
  );
  if (lines.length === 0) return null;
  return (
    <div class="notice mild">
      <p>These steps found what they act on, but not by their first target. Look whether that was meant.</p>
      <ul class="remarks">
        {lines.slice(0, mostFindings).map((line) => (
          <li key={line}>
            <Untrusted text={line} limit={300} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Field({ flows, name, viewport }: { flows: readonly ReportFlow[]; name: string; viewport: string }) {
  const flow = flows.find(({ replay }) => replay.flow === name && replay.viewport === viewport);
  if (flow === undefined) return <span class="none">–</span>;
  const { status, video } = flow;
  const target = status !== 'pass' || video !== undefined ? `#${idOf(flows, flow)}` : undefined;
  return (
    <a class={`field is-${status}`} {...(target === undefined ? {} : { href: target })}>
      <StatusMark status={status} />
      <span class="visually-hidden">{statusLabels[status]} </span>
      <span class="small">{inShort(flow)}</span>
    </a>
  );
}

/** A replay: why it does not hold, where that is so, and its recording. */
function Played({ flow, id, open, byHand }: { flow: ReportFlow; id: string; open: boolean; byHand?: boolean }) {
  const { replay, status, picture, video, why } = flow;
  const { failed_step: step, error } = replay;
  const place = showLine(replay.viewport === '' ? replay.flow : `${replay.flow} at ${replay.viewport}`, 200);
  return (
    <details class="sheet group flow" id={id} open={open}>
      <summary>
        <StatusMark status={status} />
        <h3>
          <span class="visually-hidden">{statusLabels[status]}: </span>
          <Untrusted text={replay.flow} limit={120} />{' '}
          <span class="viewport">
            <Untrusted text={replay.viewport} limit={60} />
          </span>
        </h3>
        <span class="gist">
          <span class="tag">{inShort(flow, byHand)}</span>
        </span>
      </summary>
      <div class="body">
        {why === undefined ? null : (
          <p class="notice">
            <Untrusted text={why} limit={400} />
          </p>
        )}
        {step === undefined ? null : (
          <div>
            <p>
              <b>
                Step {step.n} of {replay.step_count} ({showLine(step.action, 60)}) could not be done
                {step.code === undefined ? ': the assertion does not hold.' : `: ${showLine(step.code, 60)}.`}
              </b>
            </p>
            <blockquote>
              <Untrusted text={step.why} limit={1200} />
            </blockquote>
          </div>
        )}
        {error === undefined ? null : (
          <blockquote>
            <Untrusted text={`${error.code}: ${error.message}`} limit={1200} />
          </blockquote>
        )}
        {step === undefined || step.candidates.length === 0 ? null : (
          <div>
            <h4>What is near</h4>
            <ul class="remarks">
              {step.candidates.map((candidate, index) => (
                <li key={index}>
                  <code>
                    <Untrusted text={candidate} limit={160} />
                  </code>
                </li>
              ))}
            </ul>
          </div>
        )}
        <Findings replay={replay} byHand={byHand} />
        {picture === undefined ? null : (
          <div class={`comparison ${shapeOf(picture.size)}`} data-mode="side">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling box must be reachable by keyboard (WCAG 2.1.1) */}
            <section class="pictures has-1" aria-label={`Picture of ${place}`} tabIndex={0}>
              <Picture
                picture={picture}
                role={{
                  side: 'actual',
                  title: step === undefined ? 'At its end' : 'Where it stopped',
                  alt: `The page where ${place} ${step === undefined ? 'ended' : 'stopped'}`,
                }}
                canvas={picture.size}
                regions={[]}
              />
            </section>
          </div>
        )}
        {video === undefined ? null : <Player flow={flow} id={id} video={video} place={place} />}
      </div>
    </details>
  );
}

/** A video inside the report. */
const embeddedVideo = /^data:video\/mp4;base64,[A-Za-z0-9+/]+={0,2}$/;

/** The video with its time line: each step, failed request, error and finding is a link to its moment, and so are its key frames. */
function Player({ flow, id, video, place }: { flow: ReportFlow; id: string; video: string; place: string }) {
  const { moments = [], key_frames: frames = [], left = 0 } = flow.recording ?? {};
  const length = Math.max(1, flow.recording?.duration_ms ?? 1);
  const inside = embeddedVideo.test(video);
  const address = inside ? video : fileAddress(video);
  // Where the video is inside, a link to its file would hold it once more.
  const to = (ms: number) =>
    inside
      ? { href: `#${id}`, 'data-at': ms }
      : { href: `${address}#t=${ms / 1000}`, 'data-at': ms, target: '_blank', rel: 'noopener noreferrer' };
  return (
    <div class="player">
      <video
        src={address}
        controls
        muted
        playsInline
        preload={flow.status === 'pass' ? 'none' : 'metadata'}
        aria-label={`Recording of ${place}`}
      />
      <p class="frames">
        {inside ? null : (
          <a href={address} target="_blank" rel="noopener noreferrer">
            Video of the whole flow<span class="visually-hidden">, {place}</span>
          </a>
        )}{' '}
        <button type="button" class="quiet frame" data-by="-1" hidden>
          Frame back
        </button>{' '}
        <button type="button" class="quiet frame" data-by="1" hidden>
          Frame on
        </button>
      </p>
      {frames.length === 0 ? null : (
        <ol class="key-frames" aria-label={`Key frames of ${place}`}>
          {frames.flatMap(({ at_ms, data_uri }, index) => {
            const source = embeddedSource(data_uri);
            if (source === undefined) return [];
            return [
              <li key={index}>
                <a class="key-frame" {...to(at_ms)}>
                  <img src={source} alt={place} loading="lazy" decoding="async" />
                  <span class="visually-hidden">at </span>
                  {seconds(at_ms)}
                </a>
              </li>,
            ];
          })}
        </ol>
      )}
      {moments.length === 0 ? null : (
        <>
          <svg class="strip" viewBox="0 0 1000 12" preserveAspectRatio="none" aria-hidden="true">
            <rect class="all" width="1000" height="12" />
            {moments.map(({ at_ms, kind }, index) => (
              <rect key={index} class={`at-${kind}`} x={Math.min(996, (at_ms / length) * 1000)} width="4" height="12" />
            ))}
          </svg>
          <ol class="moments">
            {moments.map(({ at_ms, kind, text }, index) => (
              <li key={index} class={`at-${kind}`}>
                <a class="moment" {...to(at_ms)}>
                  {seconds(at_ms)}
                </a>{' '}
                <span class="kind">{kind}</span> <Untrusted text={text} limit={300} />
              </li>
            ))}
          </ol>
          {left > 0 ? <p class="muted">{plural(left, 'more moment')} in the log of the recording.</p> : null}
        </>
      )}
    </div>
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** A failed step is reported by itself; that nothing moved means nothing for a flow that only looked, but all for what was done by hand. */
function shownFindings({ findings }: ReportFlow['replay'], byHand?: boolean): ReportFlow['replay']['findings'] {
  if (byHand) return findings;
  return findings.filter(({ kind }) => kind !== 'failed_step' && kind !== 'static_video');
}

function Findings({ replay, byHand }: { replay: ReportFlow['replay']; byHand?: boolean | undefined }) {
  const findings = shownFindings(replay, byHand);
  if (findings.length === 0) return null;
  return (
    <div>
      <h4>What its recording shows</h4>
      <ul class="findings">
        {findings.slice(0, mostFindings).map(({ text, said, severity, at_ms }, index) => (
          <li key={index} class={severity === 'error' ? 'blocks' : 'warns'}>
            <span class="where">{seconds(at_ms)}</span> <Untrusted text={text} limit={300} />
            {said === undefined ? null : (
              <span class="fix">
                <Untrusted text={said} limit={400} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What came of it in two words: where it stopped, what it shows, else how many steps it took. */
function inShort({ status, replay }: ReportFlow, byHand?: boolean): string {
  const { failed_step: step, step_count, error, steps_done } = replay;
  if (status !== 'pass' && step !== undefined) return `step ${step.n} of ${step_count}`;
  if (status !== 'pass' && error !== undefined) return showLine(error.code, 60);
  const found = status === 'fail' ? shownFindings(replay, byHand).length : 0;
  return found > 0 ? plural(found, 'finding') : plural(steps_done, 'step');
}

/** By its place in the list: names of flows may be equal but for what an `id` cannot hold. */
function idOf(flows: readonly ReportFlow[], flow: ReportFlow): string {
  return `flow-${flows.indexOf(flow) + 1}`;
}
