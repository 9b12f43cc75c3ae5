import { mkdtempSync, readFileSync, realpathSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { storeArtifact } from '../../src/store/artifact-files.js';
import { listSources } from '../architecture/read-source.js';
import { verifies } from '../requirements.js';

/** What a file writes: `masked` goes through the one hand that masks secrets, everything else says why there is none in it. */
const WRITERS: Record<string, 'masked' | { none: string }> = {
  'core/atomic-write.ts': { none: 'the means, not a writer' },
  'store/plain-file.ts': { none: 'the means, not a writer' },
  'store/artifact-files.ts': 'masked',
  'store/run.ts': 'masked',
  'store/verdict-files.ts': 'masked',
  'store/recording-files.ts': 'masked',
  'verify/report-phase.ts': 'masked',
  'call/policy/audit-log.ts': 'masked',
  'call/policy/audit-files.ts': { none: 'lines that audit-log.ts has masked' },
  'store/manifest-file.ts': { none: 'cells that run.ts has masked, names and digests' },
  'guidance/dev-report.ts': { none: 'made of stored verdicts' },
  'cli/run-call.ts': { none: 'the report that report-phase.ts has masked, for the page of a CI run' },
  'store/ledger.ts': { none: 'digests, outside the project, for its owner only' },
  'store/section-files.ts': { none: 'the plan, as people and agents word it' },
  'store/baseline-files.ts': { none: 'pictures and boxes of the run, and who accepted them' },
  'verify/baselines/shared-pictures.ts': { none: 'pictures that a person accepted' },
  'store/baseline-proposals.ts': { none: 'pictures and boxes of the run' },
  'verify/judge/accept-bars.ts': { none: 'bars to be compared with, word by word' },
  'verify/review/decide.ts': { none: 'files of baselines and bars as they were, and the reason that a person gives' },
  'verify/judge/accept-findings.ts': { none: 'findings of stored evidence, and the reason that a person gives' },
  'verify/generate-spec.ts': { none: 'made of the project’s own criteria and designs' },
  'verify/attestation.ts': { none: 'digests, names of screens and gates' },
  'verify/changes.ts': { none: 'pictures of runs, and the settings of the project' },
  'verify/compare-files.ts': { none: 'pictures that were given, their names and regions' },
  'verify/compare-report.ts': { none: 'pictures that were given, their names, and pairs of runs, which were masked' },
  'verify/flows/saved-flows.ts': { none: 'steps; what went into password fields is a placeholder in them' },
  'verify/demo.ts': { none: 'settings of the example' },
  'capture/frame-store.ts': { none: 'frames, their times and digests' },
  'live/recover-recordings.ts': { none: 'times and digests of frames' },
  'live/doctor.ts': { none: 'a page of our own' },
  'verify/merge-shards.ts': { none: 'files of shards, which were masked when they were written' },
  'verify/shards.ts': { none: 'names of screens and how long they took' },
  'project/stories.ts': { none: 'the list of stories as their server gives it' },
  'compare/odiff-comparator.ts': { none: 'pixels' },
  'design/figma/figma-cache.ts': { none: 'frames of Figma; its token travels in a header' },
  'project/screens.ts': { none: 'settings' },
  'project/init/init-project.ts': { none: 'settings' },
  'project/init/ci-workflow.ts': { none: 'a workflow of ours to begin with' },
  'call/policy/policy-review.ts': { none: 'a policy to begin with' },
  'browser/warm-browser.ts': { none: 'the browser’s launcher' },
  'native/x11/virtual-display.ts': { none: 'the key of a display that lives as long as its folder' },
};

const src = path.join(import.meta.dirname, '../../src');
const CALL =
  /\b(?:writeAtomic|writeFile|writeFileSync|appendFile|appendFileSync|appendLine|createWriteStream|replaceFile|writeSync)\(/;

describe('every writer of files', () => {
  const writers = listSources(src).filter((file) => CALL.test(readFileSync(path.join(src, file), 'utf8')));

  test('masks secrets, or says why there are none in what it writes', () => {
    verifies('secrets.writers');
    expect(writers.filter((file) => !(file in WRITERS))).toEqual([]);
  });

  test.each(Object.entries(WRITERS).filter(([, how]) => how === 'masked'))(
    '%s asks the one hand that masks',
    (file) => {
      verifies('secrets.writers');
      expect(readFileSync(path.join(src, file), 'utf8')).toMatch(/\bredact(?:Value|Shapes)\b|\bcreateRedactor\b/);
    },
  );
});

describe('the sink', () => {
  const project = realpathSync(mkdtempSync(path.join(tmpdir(), 'codeloop-sink-')));
  afterAll(() => rm(project, { recursive: true, force: true }));
  const store = async (name: string, data: string | Buffer) => {
    const kind = name.endsWith('.json') ? 'accessibility' : 'log';
    const stored = await storeArtifact(project, '20260101-0000-aaaa', { kind, name, data });
    const bytes = readFileSync(path.join(project, stored.path));
    expect(stored.bytes).toBe(bytes.length);
    return bytes.toString('utf8');
  };

  test('masks a text as one, and JSON text by text', async () => {
    verifies('secrets.writers');
    expect(await store('app.log', '[12:00] DB_PASSWORD=hunter2\nready\n')).toBe(
      '[12:00] DB_PASSWORD=[redacted]\nready\n',
    );
    const axe = { violations: [{ html: '<input type="password" value="hunter2">', n: 1 }], token: 'a name of ours' };
    expect(JSON.parse(await store('axe.json', JSON.stringify(axe)))).toEqual({
      violations: [{ html: '<input type="password" value="[redacted]">', n: 1 }],
      token: 'a name of ours',
    });
  });

  test('leaves what holds no secret as it is, byte by byte', async () => {
    const text = '{\n "a": [1, 2],\n "b": "Password: required"\n}\n';
    expect(await store('plain.json', text)).toBe(text);
    const picture = Buffer.from([0xff, 0xd8, 0x00, ...Buffer.from('password=hunter2')]);
    expect(await store('bytes.log', picture)).toContain('password=hunter2');
  });
});
