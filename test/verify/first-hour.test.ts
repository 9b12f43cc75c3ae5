import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../requirements.js';
import { sampled } from '../sample.js';
import { type BaselineProject, openBaselineProject } from './baseline-project.js';

const some = sampled(test, 2);

let project: BaselineProject;
const at = (file: string) => path.join(project.dir, file);

/** A person who types the words that are asked for; `asked` keeps the questions. */
function agreeable() {
  const asked: string[] = [];
  const ask = async (question: string) => {
    asked.push(question);
    return /Type "([^"]+)"/.exec(question)?.[1] ?? '';
  };
  return { asked, person: { ask } };
}

interface Hour extends Record<string, unknown> {
  status: string;
  summary: string;
  done: string[];
  left: string[];
  commit: string[];
}
const start = async (as: Parameters<BaselineProject['result']>[2]) =>
  (await project.result('codeloop_start', {}, as)) as Hour;

beforeAll(async () => {
  project = await openBaselineProject();
  // A page as a starter leaves it: an app without settings, one finding of accessibility.
  rmSync(at('.codeloop'), { recursive: true });
  rmSync(at('package.json'));
  writeFileSync(
    at('index.html'),
    '<!doctype html><html lang="en"><title>Lamps</title><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><main><h1>Lamps</h1><img width="40" height="40" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"></main></html>',
  );
  rmSync(at('site'), { recursive: true });
  await project.git('add', '-A');
  await project.git('commit', '-qm', 'a starter');
});
afterAll(() => project?.close());

some('nobody is asked in CI and in an agent’s hands: what a person has to do is named with its command', async () => {
  verifies('start.first-hour');
  const hour = await start({ agent: 'CLAUDECODE' });
  expect(hour.status).toBe('fail');
  expect(hour.done[0]).toBe('found a static project, screens home');
  expect(hour.left).toEqual([
    'findings of today fail the gate: mend them, or codeloop findings accept --reason "known on day one"',
  ]);
  // What is broken today is not held.
  expect((await project.result('codeloop_baseline_list', {})).proposals).toEqual([]);
  expect(existsSync(at('.codeloop/accessibility.json'))).toBe(false);
  expect((await project.result('codeloop_baseline_list', {})).baselines).toEqual([]);
});

some('at a terminal two confirmations lead from a starter to accepted baselines and a gate that holds', async () => {
  verifies('start.first-hour');
  const { person, asked } = agreeable();
  const hour = await start({ person });
  expect(asked).toHaveLength(2);
  expect(asked[0]).toContain('image-alt: img on home');
  // What the name of the folder means is said before anything is accepted.
  expect(asked[1]).toMatch(
    /They hold where pictures come out alike: linux-\S+ \(system, browser, fonts, pixel ratio\)/,
  );
  expect(hour.left).toEqual([]);
  // Not the verdict of before the acceptance, which is blocked until it is committed.
  expect(hour.summary).toBe(
    'Accepted, and nothing is left but to commit .codeloop/accessibility.json, .codeloop/bars.json, .codeloop/baselines, .codeloop/config.json: the gate counts it from then on.',
  );
  expect(hour.done.slice(2)).toEqual([
    'accepted 1 finding(s) as known',
    expect.stringMatching(/^verified again: /),
    expect.stringMatching(/^accepted 3 picture\(s\) as baselines of linux-/),
  ]);
  expect(hour.commit).toEqual(
    expect.arrayContaining([
      '.codeloop/accessibility.json',
      '.codeloop/bars.json',
      '.codeloop/baselines',
      '.codeloop/config.json',
    ]),
  );
  await project.git('add', '-A');
  await project.git('commit', '-qm', 'the first hour');
  const verified = await project.result('codeloop_verify', {});
  expect(verified).toMatchObject({ status: 'pass', gate: { recommendation: 'ready_for_review' } });
});
