import { expect, test } from '@playwright/test';
import { toCodeloopError } from '../../src/core/errors.js';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { html, type Site, startSite } from './site.js';
import { StepPages } from './step-page.js';

const some = sampled(test, 2);
const few = sampled(test, 2);

const list = html(
  `<ul id="list"></ul><button onclick="draw()">Redraw</button><button onclick="drop()">Drop</button>
   <p hidden>Secret door</p><div id="cover" style="position:fixed;inset:0;display:none"></div>
   <button id="covered" onclick="document.getElementById('cover').style.display='block'">Cover</button>
   <button disabled>Never</button>`,
  `<script>
    let items = ['chair', 'lamp', 'rug'];
    const draw = () => { document.getElementById('list').innerHTML = items.map((item) => '<li>' + item + ' <button>Add</button> <button>Wish for ' + item + '</button></li>').join('') };
    const drop = () => { items = items.slice(1); draw() };
    addEventListener('DOMContentLoaded', draw);
  </script>`,
);

const events = html(
  `<button onclick="console.error('first'); fetch('/gone').catch(() => 0)">Break</button>
   <button onclick="alert('hello'); document.getElementById('out').textContent = 'told'">Tell</button><p id="out">nothing yet</p>
   <a href="/file" download="report.csv">Report</a><a href="/other" target="_blank">Other window</a>
   <a href="http://codeloop.example/">Outside</a>
   <button onclick="setTimeout(() => { document.getElementById('out').textContent = 'later' }, 300)">Later</button>
   <input type="file" id="file" aria-label="File" onchange="document.getElementById('out').textContent = 'got ' + this.files[0].name"><input type="password" aria-label="Password" value="hunter2">`,
);

test.describe('what a step answers @once', () => {
  let pages: StepPages;
  let site: Site;
  // A worker may begin this file more than once.
  test.beforeAll(async () => {
    pages = new StepPages();
    const many = Array.from({ length: 2000 }, (_, n) => `<button>Button number ${n}</button>`).join('');
    site = await startSite({
      '/list': list,
      '/events': events,
      '/other': html('<h1>The other</h1>'),
      '/framed': html('<h1>Outer</h1><iframe src="/inner"></iframe>'),
      '/inner': html('<input value="unnamed">'),
      '/never': () => undefined,
      '/file': {
        type: 'text/csv',
        body: 'a,b',
        headers: { 'content-disposition': 'attachment; filename="report.csv"' },
      },
      '/many': html(`<main>${many}</main><nav><a href="/list">List</a></nav>`),
    });
  });
  test.afterEach(() => pages.closePages());
  test.afterAll(async () => {
    await pages.dispose();
    await site.close();
  });

  few('references survive a re-render, and say so', async () => {
    verifies('steps.refs');
    const page = await pages.open(`${site.url}/list`);
    const lamp = await page.ref('Wish for lamp');
    await page.take({ action: 'click', target: { text: 'Redraw' } });
    const result = await page.take({ action: 'click', target: { ref: lamp } });
    expect(result.ref_moved).toEqual({ from: lamp, to: await page.ref('Wish for lamp') });
    expect(result.detail).toContain(`ref moved, now ${result.ref_moved?.to}`);
    expect(result.lasting_target).toEqual({ role: 'button', name: 'Wish for lamp' });
    // One of several that are called alike is found at its place, as long as there are as many.
    const adds = (await page.lines())
      .filter((line) => line.includes('"Add"'))
      .map((line) => /\[(e\d+)\]/.exec(line)?.[1] ?? '');
    await page.take({ action: 'click', target: { text: 'Redraw' } });
    const second = await page.take({ action: 'click', target: { ref: adds[1] ?? '' } });
    expect(second.lasting_target).toEqual({ role: 'button', name: 'Add', nth: 2 });
    await page.take({ action: 'click', target: { text: 'Drop' } });
    await expect(page.take({ action: 'click', target: { ref: adds[1] ?? '' } })).rejects.toMatchObject({
      code: 'TARGET_NOT_FOUND',
    });
    await expect(page.take({ action: 'click', target: { ref: 'e99999' } })).rejects.toMatchObject({
      code: 'TARGET_NOT_FOUND',
    });
  });

  few('a reference is never used for another element, also after leaving the document', async () => {
    verifies('steps.refs');
    const page = await pages.open(`${site.url}/list`);
    const before = new Set((await page.lines()).flatMap((line) => /\[(e\d+)\]/.exec(line)?.[1] ?? []));
    const redraw = await page.ref('Redraw');
    await page.take({ action: 'navigate_url', value: '/events' });
    const after = (await page.lines()).flatMap((line) => /\[(e\d+)\]/.exec(line)?.[1] ?? []);
    expect(after.filter((ref) => before.has(ref))).toEqual([]);
    await expect(page.take({ action: 'click', target: { ref: redraw } })).rejects.toMatchObject({
      code: 'TARGET_NOT_FOUND',
    });
  });

  some(
    'a reference leads into a frame, also to what has no name, and a way that never ends holds up nothing',
    async () => {
      verifies('steps.refs');
      const page = await pages.open(`${site.url}/framed`);
      const field = await page.ref('unnamed');
      expect((await page.take({ action: 'fill', target: { ref: field }, value: 'mine' })).ok).toBe(true);
      expect(await page.lines()).toContain(`  - textbox [${field}] focused: mine`);
      const lost = page.take({ action: 'navigate_url', value: '/never', timeout_ms: 1000 });
      await expect(lost).rejects.toMatchObject({ code: 'STEP_TIMEOUT' });
      // Without it this waits for the answer that never comes.
      expect((await page.take({ action: 'screenshot' })).ok).toBe(true);
    },
  );

  few('several matches, none, and what is hidden', async () => {
    verifies('steps.targets');
    const page = await pages.open(`${site.url}/list`);
    const several = await page
      .take({ action: 'click', target: { role: 'button', name: 'Add' } })
      .catch((error) => error.toBody());
    expect(several.code).toBe('TARGET_AMBIGUOUS');
    expect(several.details.untrusted_candidates.map(({ name }: { name: string }) => name)).toEqual([
      'Add',
      'Add',
      'Add',
    ]);
    expect(several.allowed).toHaveLength(3);
    await page.take({ action: 'click', target: { ref: several.allowed[2] } });
    const none = await page
      .take({ action: 'click', target: { text: 'Wish for a rug' }, timeout_ms: 300 })
      .catch((error) => error.toBody());
    expect([none.code, none.details.untrusted_candidates[0].name]).toEqual(['TARGET_NOT_FOUND', 'Wish for rug']);
    const hidden = await page
      .take({ action: 'click', target: { text: 'Secret door' }, timeout_ms: 300 })
      .catch((error) => error.toBody());
    expect(hidden.message).toContain('it is in the page, but cannot be seen');
    const wrong = await page.take({ action: 'click', target: { selector: 'p[' } }).catch((error) => error.toBody());
    expect(wrong.code).toBe('STEP_INVALID');
  });

  some('what is in the way is named', async () => {
    verifies('steps.waiting');
    const page = await pages.open(`${site.url}/list`);
    const ready = await page.take({ action: 'click', target: { text: 'Cover' } });
    expect(ready.waited_for).toMatch(
      /^the element to be visible, enabled, still and not covered \(\d+ ms\), then requests to end and the page to stop changing \(\d+ ms\)$/,
    );
    const covered = await page
      .take({ action: 'click', target: { text: 'Cover' }, timeout_ms: 500 })
      .catch((error) => error.toBody());
    expect([covered.code, covered.message]).toEqual([
      'STEP_TIMEOUT',
      'The step "click" waited 500 ms in vain for text "Cover" not to be covered by another element.',
    ]);
    expect(covered.details.untrusted_covered_by).toContain('id="cover"');
    const disabled = await page
      .take({ action: 'click', target: { text: 'Never' }, timeout_ms: 500 })
      .catch((error) => error.toBody());
    expect(disabled.message).toContain('to be enabled');
    const vain = await page
      .take({ action: 'wait', value: 'never there', timeout_ms: 300 })
      .catch((error) => error.toBody());
    expect([vain.code, vain.message]).toEqual([
      'STEP_TIMEOUT',
      'The step "wait" waited 300 ms in vain for the text "never there".',
    ]);
    const unseen = await page.take({ action: 'assert_text', value: 'never there', timeout_ms: 300 });
    expect([unseen.ok, unseen.detail]).toEqual([false, 'that the page shows "never there" does not hold']);
  });

  test('an assertion on what is not there names what is near', async () => {
    verifies('act.candidates');
    const page = await pages.open(`${site.url}/list`);
    const target = { role: 'button', name: 'Wish for a rug' };
    for (const step of [
      { action: 'assert_visible', target },
      { action: 'assert_text', target, value: 'Wish' },
      { action: 'assert_count', target, value: 1 },
    ] as const) {
      const result = await page.take({ ...step, timeout_ms: 200 });
      expect([step.action, result.ok, result.candidates?.[0]]).toEqual([
        step.action,
        false,
        { ref: await page.ref('Wish for rug'), role: 'button', name: 'Wish for rug' },
      ]);
    }
    // How many there are is said.
    const lots = { action: 'assert_count', target: { text: 'Add' }, value: 2, timeout_ms: 200 } as const;
    expect((await page.take(lots)).detail).toBe('that there are 2 of text "Add" does not hold: there are 3');
    // Something that should be gone, and is not, needs no guess.
    const there = { action: 'assert_visible', target: { text: 'Redraw' }, value: false, timeout_ms: 200 } as const;
    expect(await page.take(there)).not.toHaveProperty('candidates');
    const waited = await page.take({ action: 'wait', target, timeout_ms: 200 }).catch((error) => error.toBody());
    expect([waited.code, waited.details.untrusted_candidates[0].name]).toEqual(['STEP_TIMEOUT', 'Wish for rug']);
  });

  some('errors since the last step, changes, dialogs, downloads and tabs', async () => {
    verifies('steps.told');
    const page = await pages.open(`${site.url}/events`);
    const broken = await page.take({ action: 'click', target: { text: 'Break' } });
    expect(
      broken.logs
        .filter(({ level }) => level === 'error')
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['console', 'http_error']);
    const told = await page.take({ action: 'click', target: { text: 'Tell' } });
    expect(told.logs.filter(({ level }) => level === 'error')).toEqual([]);
    expect(told.dialogs).toEqual([{ type: 'alert', message: 'hello', answer: 'dismissed' }]);
    expect(told.changes).toMatchObject({ added_count: 1, removed_count: 1 });
    expect(told.changes?.added[0]).toMatch(/^paragraph \[e\d+\]: told$/);
    const later = await page.take({ action: 'click', target: { text: 'Later' } });
    expect(later.changes?.added[0]).toContain(': later');
    const file = await page.take({ action: 'click', target: { text: 'Report' } });
    expect(file.downloads).toEqual([{ file: 'report.csv', url: `${site.url}/file` }]);
    const tab = await page.take({ action: 'click', target: { text: 'Other window' } });
    expect(tab.opened_tabs).toEqual([{ tab: 2, url: `${site.url}/other` }]);
    const there = await page.take({ action: 'switch_tab', value: 2 });
    expect([there.title, there.url]).toEqual(['Test page', `${site.url}/other`]);
  });

  some('goes nowhere but to allowed origins, and uploads nothing that is hidden or elsewhere', async () => {
    verifies('steps.walls');
    const page = await pages.open(`${site.url}/events`, { uploadRoots: [process.cwd()] });
    for (const value of ['http://codeloop.example/', 'file:///etc/passwd', 'data:text/html,x'])
      await expect(page.take({ action: 'navigate_url', value })).rejects.toMatchObject({ code: 'ORIGIN_BLOCKED' });
    await expect(page.take({ action: 'new_tab', value: 'http://codeloop.example/' })).rejects.toMatchObject({
      code: 'ORIGIN_BLOCKED',
    });
    const upload = (value: string) => page.take({ action: 'upload_file', target: { label: 'File' }, value });
    for (const outside of ['/etc/passwd', '../x', '.git/config', 'node_modules/../.git/HEAD'])
      await expect(upload(outside), outside).rejects.toMatchObject({ code: 'PATH_OUTSIDE_ROOTS' });
    await expect(upload('no-such-file.txt')).rejects.toMatchObject({ code: 'STEP_INVALID' });
    expect((await upload('package.json')).changes?.added.join()).toContain('got package.json');
    const hop = await page.take({ action: 'click', target: { text: 'Outside' } }).catch((error: unknown) => error);
    expect(toCodeloopError(hop).toBody()).toEqual({
      code: 'ORIGIN_BLOCKED',
      message: 'The page went to another origin, which is outside the allowed origins.',
      fix: 'The page chose that address (details.untrusted_url): go on in the app with navigate_url and a path of it.',
      details: { untrusted_url: 'http://codeloop.example/' },
    });
    expect((await page.take({ action: 'navigate_url', value: '/other' })).url).toBe(`${site.url}/other`);
    await expect(page.take({ action: 'click', target: { x: 800, y: 10 } })).rejects.toMatchObject({
      code: 'STEP_INVALID',
      message: expect.stringContaining('outside the viewport, which is 800x600 CSS px'),
    });
  });

  some('a long page comes in parts, and no password with it', async () => {
    verifies('snapshot.bounded', 'steps.secrets');
    const { signal } = new AbortController();
    const page = await pages.open(`${site.url}/many`);
    const first = await page.capture.snapshot({}, signal);
    expect(JSON.stringify(first).length).toBeLessThan(14_000);
    expect([first.from_line, first.total_lines]).toEqual([0, 2003]);
    const next = await page.capture.snapshot({ fromLine: first.lines.length }, signal);
    expect(next.lines[0]).toContain(`Button number ${first.lines.length - 1}`);
    expect((await page.lines({ selector: 'nav' })).map((line) => line.replace(/e\d+/, 'e'))).toEqual([
      '- navigation [e]',
      '  - link "List" [e]',
    ]);
    expect(await page.lines({ depth: 0 })).toHaveLength(2);
    expect((await page.lines({ find: 'number 77' })).length).toBe(1 + 11);
    await expect(page.capture.snapshot({ selector: '#none' }, signal)).rejects.toMatchObject({
      code: 'TARGET_NOT_FOUND',
    });
    await page.take({ action: 'navigate_url', value: '/events' });
    expect((await page.lines()).join('\n')).not.toContain('hunter2');
    const typed = await page.take({ action: 'fill', target: { label: 'Password' }, value: 'correct horse' });
    expect(typed.hide_value).toBe(true);
    expect(JSON.stringify(typed)).not.toContain('correct horse');
  });
});
