import { describe, expect, test } from 'vitest';
import type { FlowReplay } from '../../src/core/vocabulary/recording.js';
import type { ReportFlow } from '../../src/core/vocabulary/report-model.js';
import { renderHtml } from '../../src/report/render-html.js';
import { finding, replayed } from '../checks/workflow-samples.js';
import { verifies } from '../requirements.js';
import { hostileTexts } from './hostile-text.js';
import { picture, sampleModel } from './sample-model.js';

const flow = (extra: Partial<FlowReplay> = {}, more: Partial<ReportFlow> = {}): ReportFlow => {
  const replay = replayed(extra);
  return { replay, status: replay.status, video: 'videos/rec-1.mp4', ...more };
};

const stopped = flow(
  {
    status: 'fail',
    viewport: 'desktop',
    failed_step: {
      n: 2,
      action: 'click',
      code: 'TARGET_NOT_FOUND',
      why: 'Nothing matches button "Pay".',
      candidates: ['button "Order"'],
    },
    findings: [finding('page_error', { text: 'A script threw.', said: 'boom' }), finding('static_video')],
  },
  { picture: picture('screenshots/step.png') },
);

/** The part of the page about flows. */
const shown = (...flows: ReportFlow[]) => {
  const html = renderHtml(sampleModel({ flows }));
  return html.slice(html.indexOf('<section id="flows"'), html.indexOf('<section id="gates"'));
};

describe('flows in the report', () => {
  test('a run without flows has no such part, nor a link to it', () => {
    expect(renderHtml(sampleModel())).not.toContain('flows-title');
    expect(renderHtml(sampleModel())).not.toContain('href="#flows"');
  });

  test('the failing step comes with why, candidates, findings, picture and video', () => {
    verifies('flows.failing-step');
    const html = shown(stopped, flow());
    for (const text of [
      'Step 2 of 3 (click) could not be done: TARGET_NOT_FOUND.',
      'Nothing matches button &quot;Pay&quot;.',
      'button &quot;Order&quot;',
      'A script threw.',
      'boom',
      'href="./screenshots/step.png"',
      'href="./videos/rec-1.mp4"',
      'href="#flow-1"',
    ])
      expect(html).toContain(text);
    expect(html).not.toContain('Something is wrong.');
  });

  test('one that does not hold is played, with a link to each moment of its recording', () => {
    verifies('report.recording');
    const moments = [
      { at_ms: 458, kind: 'step' as const, text: 'click on link "Pay"' },
      { at_ms: 2045, kind: 'error' as const, text: '<b>boom</b>' },
    ];
    const html = shown({ ...stopped, recording: { duration_ms: 4090, moments } });
    expect(html).toContain('<video src="./videos/rec-1.mp4" controls');
    expect(html).toContain('href="./videos/rec-1.mp4#t=0.458" data-at="458"');
    expect(html).toContain('class="at-error" x="500" width="4"');
    expect(html).toContain('&lt;b>boom&lt;/b>');
  });

  test('its key frames stand beside the time line, each leads to its moment, and nothing else is shown as one', () => {
    verifies('report.key-frames');
    const key_frames = [
      { at_ms: 458, data_uri: 'data:image/webp;base64,AAAA' },
      { at_ms: 500, data_uri: 'data:image/svg+xml;base64,AAAA' },
      { at_ms: 600, data_uri: 'javascript:alert(1)' },
    ];
    const html = shown({ ...stopped, recording: { duration_ms: 4090, moments: [], key_frames, left: 3 } });
    expect(html).toContain(
      '<a class="key-frame" href="./videos/rec-1.mp4#t=0.458" data-at="458" target="_blank" rel="noopener noreferrer"><img src="data:image/webp;base64,AAAA" alt="pay at desktop"',
    );
    expect(html.match(/class="key-frame"/g)).toHaveLength(1);
  });

  test('a video inside the report is there once; an address that is none is a file beside it', () => {
    verifies('report.recordings-travel');
    const moments = [{ at_ms: 458, kind: 'step' as const, text: 'click' }];
    const inside = 'data:video/mp4;base64,AAAAIGZ0eXA=';
    const html = shown({ ...stopped, video: inside, recording: { duration_ms: 4090, moments } });
    expect(html.split(inside)).toHaveLength(2);
    expect(html).toContain('<a class="moment" href="#flow-1" data-at="458">');
    for (const video of ['data:text/html;base64,AAAA', 'data:video/mp4;base64,AA"><script>', 'javascript:alert(1)'])
      expect(shown({ ...stopped, video })).toMatch(/<video src="\.\/[^":<]*" controls/);
  });

  test('recordings that are no replays have a part of their own, and say what they show', () => {
    verifies('report.recording');
    const replay = { flow: '<b>by hand</b>', viewport: '', steps_done: 2, step_count: 2 };
    const recordings: ReportFlow[] = [
      {
        replay: { ...replay, findings: [finding('static_video', { text: 'Nothing moved.' })] },
        status: 'fail',
        video: 'videos/rec-2.mp4',
      },
      { replay: { ...replay, findings: [] }, status: 'could_not_run', why: 'Nobody has looked through it.' },
    ];
    const html = renderHtml(sampleModel({ recordings }));
    const part = html.slice(html.indexOf('<section id="recordings"'), html.indexOf('<section id="gates"'));
    expect(html).toContain('<a href="#recordings">');
    expect(part).toContain('<bdi>&lt;b>by hand&lt;/b></bdi>');
    expect(part).toContain('>1 finding<');
    expect(part).toContain('Nothing moved.');
    expect(part).toContain('Nobody has looked through it.');
    expect(part).toContain('<video src="./videos/rec-2.mp4" controls');
    expect(renderHtml(sampleModel())).not.toContain('#recordings');
  });

  test('one that passed is a field that leads to its player, which is closed and loads nothing before', () => {
    verifies('report.recording');
    const moments = [{ at_ms: 458, kind: 'step' as const, text: 'click on link "Pay"' }];
    const html = shown(flow({}, { recording: { duration_ms: 4090, moments } }));
    expect(html).toContain('class="field is-pass" href="#flow-1"');
    expect(html).toContain('3 steps');
    expect(html).toMatch(/<details class="sheet group flow" id="flow-1"><summary>/);
    expect(html).toMatch(/<video src="\.\/videos\/rec-1\.mp4" controls [^>]*preload="none"/);
    expect(html).toContain('href="./videos/rec-1.mp4#t=0.458" data-at="458"');
  });

  test('one that passed and was not recorded is a field alone', () => {
    const html = shown(flow({}, { video: undefined }));
    expect(html).toContain('class="field is-pass"><svg');
    expect(html).not.toContain('<details');
  });

  test('a target that was found in another way is told', () => {
    const html = shown(flow({ found_otherwise: [{ n: 2, as: 'test id "pay"' }] }));
    expect(html).toContain('pay at mobile, step 2: found as test id &quot;pay&quot;');
  });

  test('one of another state says why it does not count', () => {
    expect(shown(flow({}, { status: 'could_not_run', why: 'The flow was edited since.' }))).toContain(
      'The flow was edited since.',
    );
  });

  test.each(hostileTexts.map((text) => [text]))('%j is shown, never run', (text) => {
    const html = shown(
      flow({
        flow: text,
        status: 'fail',
        failed_step: { n: 1, action: 'click', why: text, candidates: [text] },
        findings: [finding('console_error', { said: text })],
      }),
    );
    expect(html).not.toMatch(/<script|<img src=x|<svg onload|<hacked/i);
  });
});
