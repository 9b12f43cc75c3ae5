import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { IN_TOTO, readSigningKey, signEnvelope } from '../../src/core/dsse.js';
import { verifyByForeigner } from '../core/foreign-verifier.js';
import { freePort } from '../project/sample-project.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { typist } from './call-tools.js';
import { type CheatProject, FILES, openCheatProject } from './cheat-project.js';

let project: CheatProject;
beforeAll(async () => {
  project = await openCheatProject();
  spoil();
  await project.verify();
  project.keep('failed');
  project.restore();
});
afterEach(() => {
  vi.unstubAllEnvs();
  project.restore();
});
const outside = mkdtempSync(path.join(tmpdir(), 'codeloop-outside-'));
afterAll(async () => {
  rmSync(outside, { recursive: true });
  await project?.close();
});

/** The app without its button: what is to be passed off as good. */
const spoil = () => project.write('site/index.html', FILES['site/index.html'].replace('<button>Buy</button>', ''));
const edit = (file: string, from: string, to: string) => {
  const text = project.read(file);
  if (!text.includes(from)) throw new Error(`${file} holds no ${from}`);
  project.write(file, text.replaceAll(from, to));
};
/** Moves a file or folder of the project out of it, and puts a link in its place; answers where it is now. */
function behindLink(file: string): string {
  const to = path.join(mkdtempSync(path.join(outside, 'a-')), path.basename(file));
  renameSync(path.join(project.dir, file), to);
  symlinkSync(to, path.join(project.dir, file));
  return to;
}
/** A copy of the project as it passed, where git would find nothing changed. */
function asItPassed(): string {
  const copy = path.join(mkdtempSync(path.join(outside, 'a-')), 'project');
  cpSync(project.dir, copy, { recursive: true });
  return copy;
}
const settings = () => JSON.parse(project.read('.codeloop/config.json'));
/** The newest file of the newest run whose name matches. */
function newest(pattern: RegExp): string {
  const runs = 'artifacts/runs';
  const run = readdirSync(path.join(project.dir, runs)).sort().at(-1) ?? '';
  const name = readdirSync(path.join(project.dir, runs, run))
    .filter((file) => pattern.test(file))
    .sort()
    .at(-1);
  return `${runs}/${run}/${name ?? ''}`;
}

/** Ways to `ready_for_review` that need no new verification, and what the gate says to each. */
const ON_EVIDENCE: Record<string, [cheat: () => unknown, says: RegExp]> = {
  'edit the code after it was verified': [spoil, /EVIDENCE_STALE: .*no run was made from the code as it is now/],
  'hide the edit from git': [
    () => {
      project.git('update-index', '--assume-unchanged', 'site/index.html');
      spoil();
    },
    /EVIDENCE_STALE/,
  ],
  'have git pass over the edit by all that its index and its lists know': [
    () => {
      project.write('site/more.js', '1;');
      const look = (...bits: string[]) => project.git('update-index', ...bits, 'site/index.html');
      look('--skip-worktree');
      look('--assume-unchanged');
      writeFileSync(path.join(outside, 'ignored'), '*\n');
      project.git('config', 'core.excludesFile', path.join(outside, 'ignored'));
      project.write('.git/info/exclude', 'site/\n*\n');
      spoil();
    },
    /EVIDENCE_STALE/,
  ],
  'have git’s own settings, programs and attributes answer for the files': [
    () => {
      const good = asItPassed();
      const program = (file: string, line: string) => {
        project.write(file, `#!/bin/sh\n${line}\n`);
        chmodSync(path.join(project.dir, file), 0o755);
      };
      program('.git/monitor', 'printf "token\\0"');
      for (const hook of ['post-index-change', 'reference-transaction', 'post-checkout'])
        program(`.git/hooks/${hook}`, `cp ${good}/site/index.html ${project.dir}/site/index.html`);
      const included = `[core]\n worktree = ${good}\n fsmonitor = .git/monitor\n ignoreStat = true\n checkStat = minimal\n trustctime = false\n`;
      const programs = `[filter "good"]\n clean = cat ${good}/site/index.html\n[diff "good"]\n textconv = true\n command = true\n`;
      const words = ['status', 'ls-files', 'diff', 'add', 'cat-file'].map((word) => ` ${word} = !true`).join('\n');
      writeFileSync(path.join(outside, 'settings'), `${included}${programs}[alias]\n${words}\n`);
      project.git('config', 'include.path', path.join(outside, 'settings'));
      project.write('.git/info/attributes', 'site/* filter=good diff=good ident export-ignore\n');
      spoil();
    },
    /EVIDENCE_STALE/,
  ],
  'have variables lead git to a copy that passes': [
    () => {
      const good = asItPassed();
      vi.stubEnv('GIT_DIR', path.join(good, '.git'));
      vi.stubEnv('GIT_WORK_TREE', good);
      vi.stubEnv('GIT_INDEX_FILE', path.join(good, '.git/index'));
      vi.stubEnv('GIT_OBJECT_DIRECTORY', path.join(good, '.git/objects'));
      vi.stubEnv('GIT_CONFIG_COUNT', '1');
      vi.stubEnv('GIT_CONFIG_KEY_0', 'core.worktree');
      vi.stubEnv('GIT_CONFIG_VALUE_0', good);
      spoil();
    },
    /EVIDENCE_STALE/,
  ],
  'keep another ledger': [
    () => vi.stubEnv('XDG_STATE_HOME', path.join(outside, 'state')),
    /evidence_integrity: .*cannot be shown to be as it was written/,
  ],
  'keep the runs in another folder': [() => behindLink('artifacts'), /EVIDENCE_TAMPERED: .*its files are gone/],
  'serve a folder outside, and edit it there': [
    () => {
      spoil();
      behindLink('site');
    },
    /EVIDENCE_STALE/,
  ],
  'swap the designs by a link': [
    () => {
      const to = behindLink('designs');
      cpSync(path.join(to, 'phone/cart.png'), path.join(to, 'phone/home.png'));
    },
    /EVIDENCE_STALE|PATH_OUTSIDE_ROOTS/,
  ],
  'edit a screenshot': [
    () => project.write(`${project.run}/screenshots/home.phone.png`, 'x'),
    /screenshots\/home\.phone\.png: was changed/,
  ],
  'swap a screenshot for another one': [
    () =>
      cpSync(
        path.join(project.dir, project.run, 'screenshots/cart.phone.png'),
        path.join(project.dir, project.run, 'screenshots/home.phone.png'),
      ),
    /screenshots\/home\.phone\.png: was changed/,
  ],
  'blank a screenshot': [
    () => project.write(`${project.run}/screenshots/cart.phone.png`, ''),
    /screenshots\/cart\.phone\.png: was changed/,
  ],
  'copy the run that passed to a newer name': [
    () => {
      const id = path.basename(project.run);
      const other = id.replace(/-\d{4}/, '-2099');
      cpSync(path.join(project.dir, project.run), path.join(project.dir, 'artifacts/runs', other), { recursive: true });
      edit(`artifacts/runs/${other}/run.json`, id, other);
    },
    /EVIDENCE_TAMPERED: .*copied here/,
  ],
  'forge run.json': [
    () => edit(`${project.run}/run.json`, '"dirty": false', '"dirty": true'),
    /EVIDENCE_TAMPERED: .*run\.json was changed/,
  ],
  'pass evidence off as of another environment': [
    () => edit(`${project.run}/run.json`, '"linux', '"darwin'),
    /EVIDENCE_TAMPERED: .*run\.json was changed/,
  ],
  'forge a verdict': [
    () => edit(`${project.run}/verdicts/1.json`, '"confidence_score": 100', '"confidence_score": 99'),
    /EVIDENCE_TAMPERED: .*verdict 1 was changed/,
  ],
  'write a verdict of one’s own': [
    () =>
      project.write(
        `${project.run}/verdicts/7.json`,
        project.read(`${project.run}/verdicts/1.json`).replace('"n": 1', '"n": 7'),
      ),
    /EVIDENCE_TAMPERED: .*verdict 7 was not written by codeloop/,
  ],
  'delete the run that failed, so that an older one counts': [
    () => {
      project.restore('failed');
      project.remove(path.dirname(newest(/^run\.json$/)));
    },
    /EVIDENCE_TAMPERED: .*its files are gone/,
  ],
  'forge checks.json': [
    () => {
      project.restore('failed');
      edit(newest(/^checks.*\.json$/), '"status": "fail"', '"status": "pass"');
    },
    /checks\S*\.json: was changed/,
  ],
  'forge the comparison': [
    () => {
      project.restore('failed');
      edit(newest(/^design_compare_summary.*\.json$/), '"mismatch"', '"match"');
    },
    /EVIDENCE_TAMPERED: .*design_compare_summary/,
  ],
  'lose the ledger': [() => project.forgetLedger(), /EVIDENCE_TAMPERED: .*the ledger has no record of this run/],
  'show evidence of another branch': [
    () => {
      project.git('checkout', '-q', 'main');
      project.git('checkout', '-qb', 'other');
      spoil();
      project.git('commit', '-qam', 'other');
    },
    /EVIDENCE_STALE/,
  ],
};

type Cheat = [name: string, cheat: () => unknown, says: RegExp];

/** Ways that need a new verification, several at once where one does not hide another: each has to be named. */
const VERIFIED: readonly Cheat[][] = [
  [
    [
      'delete a screen',
      () => project.configure({ screens: settings().screens.slice(0, 1) }),
      /screens\.\/cart\.html is gone, against the commit that is checked out/,
    ],
    [
      'enlarge a mask',
      () => project.configure({ screens: [{ ...settings().screens[0], mask: ['p'] }] }),
      /screens\.\/\.mask was lowered, .*nothing → p/,
    ],
    [
      'lower a threshold',
      () => project.configure({ design: { match_threshold: 0.5 } }),
      /design\.match_threshold was lowered, against the commit that is checked out .*0\.95 → 0\.5/,
    ],
    [
      'accept one’s own errors',
      () => project.configure({ runtime: { allowed_console_errors: ['.*'] } }),
      /runtime\.allowed_console_errors was lowered, .*nothing → \.\*/,
    ],
    [
      'serve another folder than the app',
      () => {
        cpSync(path.join(project.dir, 'site'), path.join(project.dir, 'mock'), { recursive: true });
        project.configure({ server: { static: 'mock' } });
      },
      /server\.static was changed, .*site → mock/,
    ],
    [
      'make the app’s own picture the reference',
      () => cpSync(path.join(project.dir, 'designs/phone/cart.png'), path.join(project.dir, 'designs/phone/home.png')),
      /references\/designs\/phone\/home\.png was changed/,
    ],
    [
      'delete a reference',
      () => project.remove('designs/phone/cart.png'),
      /references\/designs\/phone\/cart\.png is gone/,
    ],
    [
      'make a check say yes to everything',
      () => edit('package.json', 'node lint.mjs', 'node -e 0'),
      /runners\.lint was changed, against commit \w+\. node lint\.mjs → node -e 0/,
    ],
    [
      'take the acceptance list away',
      () => project.remove('docs/acceptance'),
      /acceptance\/lamps\.yaml#quiet is gone, .*Nothing breaks/,
    ],
    [
      'put a baseline there by hand',
      () => {
        project.write('.codeloop/baselines/linux-x64/home/phone.png', '');
        const picture = path.join(project.dir, 'designs/phone/home.png');
        cpSync(picture, path.join(project.dir, '.codeloop/baselines/linux-x64/home/phone.png'));
      },
      /This baseline was put there without anybody having accepted it/,
    ],
    ['run no test', () => project.remove('sum.test.mjs'), /required_tests_pass: /],
  ],
  [
    [
      'lower a threshold and commit it',
      () => {
        project.configure({ gates: { threshold: 10 } });
        project.git('commit', '-qam', 'tidy');
      },
      /gates\.threshold was lowered, against the commit where this branch left the main line .*94 → 10/,
    ],
    [
      'mask the whole page',
      () => project.configure({ screens: settings().screens.map((one: object) => ({ ...one, mask: ['main'] })) }),
      /% of the picture is masked; at most 20 % may be/,
    ],
    ['skip a test', () => edit('sum.test.mjs', "test('two", "test.skip('two"), /1 test\(s\) skipped|skipped/],
    [
      'empty the acceptance list',
      () => project.write('docs/acceptance/lamps.yaml', '# nothing is asked for\n'),
      /This acceptance file has no criteria/,
    ],
    [
      'delete a check',
      () => project.write('package.json', '{ "name": "lamps", "scripts": { "test": "node --test" } }\n'),
      /The lint \(lint\) that commit \w+ had is gone/i,
    ],
  ],
  [
    [
      'lower a threshold, add a policy and commit both on the main line',
      () => {
        project.git('checkout', '-q', 'main');
        project.configure({ design: { match_threshold: 0.5 } });
        project.git('commit', '-qam', 'tidy');
      },
      /design\.match_threshold was lowered, against the last green gate/,
    ],
    [
      'change the policy',
      () => {
        project.write('codeloop.yaml', 'version: "1"\ndefault: deny\ntools: {codeloop_verify: {rules: []}}\n');
        project.git('add', '-A');
        project.git('commit', '-qm', 'policy');
        project.write('codeloop.yaml', 'version: "1"\ndefault: allow\n');
      },
      /policy was changed, against the commit that is checked out/,
    ],
    [
      'run fewer tests',
      () => project.write('sum.test.mjs', FILES['sum.test.mjs'].split('\n').slice(0, 3).join('\n')),
      /tests\.executed was lowered, against the last green gate .*2 → 1/,
    ],
    [
      'lay the picture of the design over a screen',
      () => {
        cpSync(path.join(project.dir, 'designs/phone/cart.png'), path.join(project.dir, 'site/all.png'));
        edit(
          'site/cart.html',
          '</main>',
          '</main><img src="all.png" alt="" style="position:fixed;inset:0;pointer-events:none">',
        );
      },
      /100 % of what can be read is drawn and no text, by one picture over 100 % of the screen/,
    ],
    [
      'serve an error page with status 200',
      () =>
        project.write(
          'site/index.html',
          '<!doctype html><html lang="en"><title>Error</title><pre>Cannot GET /</pre></html>',
        ),
      /The page shows an error, or a page of the server itself, in place of the app/,
    ],
  ],
  [
    [
      'let failing tests end with exit code 0',
      () => {
        edit('sum.test.mjs', 'assert.equal(1, 1)', 'assert.equal(1, 3)');
        const swallow =
          "import { spawnSync } from 'node:child_process';\nspawnSync('node', ['--test'], { stdio: 'inherit' });\n";
        project.write('run.mjs', swallow);
        edit('package.json', 'node --test', 'node run.mjs');
      },
      /required_tests_pass: /,
    ],
    [
      'put a log-in in place of every screen',
      () => {
        for (const file of ['site/index.html', 'site/cart.html'])
          project.write(file, '<!doctype html><html lang="en"><title>Log in</title><h1>Log in</h1></html>');
      },
      /2 screens show the same picture: a log-in/,
    ],
    [
      'waive the tests',
      () => project.configure({ tests: { waive_gate: { reason: 'they are slow' } } }),
      /tests\.waive_gate was lowered/,
    ],
  ],
  [
    [
      'say that no history is kept',
      () => project.configure({ gates: { history: 'none' } }),
      /gates\.history was lowered, .*compared → none/,
    ],
    [
      'have words masked that faults are known by',
      () => project.configure({ redact: ['Cannot', '(?i)err.r'] }),
      /redact was lowered, .*nothing → \(\?i\)err\.r, Cannot/,
    ],
    [
      'look at it in another language and time zone',
      () =>
        project.configure({
          viewports: { phone: { ...settings().viewports.phone, locale: 'de-DE', timezone: 'Asia/Tokyo' } },
        }),
      /viewports\.phone\.locale was changed, .*en-US → de-DE[\s\S]*viewports\.phone\.timezone was changed, .*UTC → Asia\/Tokyo/,
    ],
    [
      'let pages reach other servers',
      () => project.configure({ network: { allowed_origins: ['https://mock.example'] } }),
      /network\.allowed_origins was lowered/,
    ],
    [
      'lower a threshold in settings behind a link, where git does not look',
      () => {
        project.configure({ design: { match_threshold: 0.1 } });
        project.git('update-index', '--skip-worktree', '.codeloop/config.json');
        behindLink('.codeloop/config.json');
      },
      /design\.match_threshold was lowered/,
    ],
    [
      'put an empty folder outside in the place of the criteria',
      () => {
        const to = behindLink('docs/acceptance');
        rmSync(to, { recursive: true });
        mkdirSync(to);
      },
      /acceptance\/lamps\.yaml#quiet is gone/,
    ],
  ],
];

describe('no way round the gate', () => {
  test.each(sampleOf(Object.entries(ON_EVIDENCE), 3))('%s', async (_name, [cheat, says]) => {
    verifies('integrity.cheats');
    await cheat();
    const judgement = await project.gate();
    expect(judgement.says).toMatch(says);
    expect(judgement.recommendation).not.toBe('ready_for_review');
  });

  test.each(sampleOf(VERIFIED, 6).map((cheats) => [cheats.map(([name]) => name).join('; '), cheats] as const))(
    '%s',
    async (_names, cheats) => {
      verifies('integrity.cheats');
      for (const [, cheat] of cheats) cheat();
      const judgement = await project.verify();
      for (const [, , says] of cheats) expect(judgement.says).toMatch(says);
      expect(judgement.recommendation).not.toBe('ready_for_review');
    },
  );

  /** Each takes verifications of its own. */
  const LONGER: readonly [name: string, way: () => Promise<void>][] = [
    [
      'move the clock: a run from the future does not stand for code that came after it',
      async () => {
        project.setClock(Date.UTC(2099, 0, 1));
        project.write('site/cart.html', FILES['site/cart.html'].replace('Two lamps', '2 lamps'));
        await project.verify();
        project.setClock(undefined);
        spoil();
        expect((await project.gate()).says).toMatch(/EVIDENCE_STALE/);
        const judgement = await project.verify();
        expect(judgement).toMatchObject({ recommendation: 'continue_fixing' });
        expect((await project.gate()).recommendation).toBe('continue_fixing');
      },
    ],
    [
      'a video of another page, in which nothing moves, proves nothing of the screens',
      async () => {
        project.configure({ workflow: { required: true } });
        await project.verify();
        const recorded = await project.call(
          'codeloop_record_interaction',
          { url: '/cart.html', duration_seconds: 1 },
          { door: 'mcp' },
        );
        await project.call('codeloop_interaction_replay', { recording_id: recorded.recording_id });
        const { says, recommendation } = await project.gate();
        expect(recommendation).not.toBe('ready_for_review');
        expect(says).toMatch(/workflow_evidence: .*(?:nothing moves|static|No recorded interaction)/is);
      },
    ],
  ];
  test.each(sampleOf(LONGER, 3))('%s', async (_name, way) => {
    verifies('integrity.cheats');
    await way();
  });

  test('what was bent is called tampered by whoever shows it, and no link is followed', async () => {
    verifies('evidence.stranger');
    const shown = ['codeloop_report', 'codeloop_visual_review', 'codeloop_visual_attribution'];
    const outside = path.join(project.dir, 'site/private.png');
    cpSync(path.join(project.dir, 'designs/phone/cart.png'), outside);
    project.remove(`${project.run}/screenshots/home.phone.png`);
    symlinkSync(outside, path.join(project.dir, project.run, 'screenshots/home.phone.png'));
    for (const tool of shown)
      await expect(project.call(tool, { run_id: path.basename(project.run) })).rejects.toThrow(
        tool === 'codeloop_visual_review'
          ? /EVIDENCE_(?:TAMPERED|STALE)/
          : /EVIDENCE_TAMPERED.*home\.phone\.png is a link/,
      );
    project.restore();
    expect(await project.call('codeloop_run_history', { limit: 1 })).toMatchObject({ runs: [{ status: 'pass' }] });
    edit(`${project.run}/run.json`, '"dirty": false', '"dirty": true');
    expect(await project.call('codeloop_run_history', { limit: 1 })).toMatchObject({
      runs: [{ status: 'broken', note: expect.stringMatching(/^tampered: run\.json was changed/) }],
    });
    for (const tool of shown)
      await expect(project.call(tool, { run_id: path.basename(project.run) })).rejects.toThrow(/EVIDENCE_TAMPERED/);
  });

  const HONEST: readonly [name: string, work: () => Promise<void>][] = [
    [
      'who works as people do is not held up: stash, worktree, generated files, a submodule, a rebase, an amended commit',
      async () => {
        const { git } = project;
        // What comes back as it was needs no new evidence.
        project.write('notes.txt', 'an idea');
        git('stash', '-uq');
        expect(await project.gate()).toMatchObject({ recommendation: 'ready_for_review', says: '' });
        git('stash', 'drop', '-q');
        const beside = path.join(path.dirname(project.dir), `${path.basename(project.dir)}-beside`);
        git('worktree', 'add', '-q', beside, 'main');
        git('commit', '-q', '--amend', '-m', 'start, said better', '--allow-empty');
        expect(await project.gate()).toMatchObject({ recommendation: 'ready_for_review', says: '' });
        // The main line moves on, a tool writes ignored files, a library comes as a submodule, the page gets another line and one more test.
        execFileSync(
          'git',
          [
            '-c',
            'user.name=Bo',
            '-c',
            'user.email=bo@example.org',
            'commit',
            '-q',
            '--allow-empty',
            '-m',
            'main goes on',
          ],
          {
            cwd: beside,
          },
        );
        git('worktree', 'remove', '--force', beside);
        git('rebase', '-q', 'main');
        project.write('.gitignore', `${FILES['.gitignore']}coverage/\n`);
        project.write('coverage/index.html', '<p>made by a tool</p>');
        execFileSync('git', ['init', '-q', '-b', 'main', 'vendor/lib'], { cwd: project.dir });
        project.write('vendor/lib/README.md', 'a library');
        const inside = ['-c', 'user.name=Cy', '-c', 'user.email=cy@example.org'];
        execFileSync('git', ['add', '-A'], { cwd: path.join(project.dir, 'vendor/lib') });
        execFileSync('git', [...inside, 'commit', '-qm', 'lib'], { cwd: path.join(project.dir, 'vendor/lib') });
        git('-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', './vendor/lib', 'vendor/lib');
        edit('sum.test.mjs', "test('one lamp'", "test('no lamp', () => assert.equal(0, 0));\ntest('one lamp'");
        edit('package.json', '"scripts": {', '"version": "1.0.1", "scripts": {');
        expect(await project.verify()).toEqual({ recommendation: 'ready_for_review', says: '' });
        git('add', '-A');
        git('commit', '-qm', 'more');
        expect(await project.gate()).toMatchObject({ recommendation: 'ready_for_review', says: '' });
      },
    ],
    [
      'what an app writes and generates while it is looked at holds nobody up, and is said; its code is held',
      async () => {
        const server = `import { createServer } from 'node:http';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
mkdirSync('made', { recursive: true });
writeFileSync('made/words.mjs', 'export const word = "lamp";');
createServer((request, response) => {
  appendFileSync('data/visits.txt', 'one more\\n');
  const name = request.url === '/' ? 'index.html' : request.url.slice(1);
  response.writeHead(200, { 'content-type': 'text/html' }).end(readFileSync('site/' + name));
}).listen(Number(process.argv[2]), '127.0.0.1');
`;
        project.write('server.mjs', `import './lib/start.mjs';\n${server}`);
        project.write('lib/start.mjs', '// nothing yet\n');
        project.write('data/visits.txt', '');
        project.write('.gitignore', `${FILES['.gitignore']}data/\nmade/\nlib/\n`);
        const port = await freePort();
        project.configure({
          server: { command: ['node', 'server.mjs', String(port)], url: `http://127.0.0.1:${port}` },
        });
        project.git('add', '-A');
        project.git('commit', '-qm', 'a server');
        project.git('branch', '-f', 'main');
        const { says } = await project.verify();
        expect(says).toMatch(/server\.command was (?:added|changed)/);
        expect(await project.call('codeloop_gate_check', {})).toMatchObject({
          remaining: {
            unheld: expect.arrayContaining([
              'the content of data/visits.txt, made/words.mjs, which git does not keep and which moves or is too large',
            ]),
          },
        });
        project.write('data/visits.txt', 'other words');
        await project.call('codeloop_gate_check', {});
        project.write('lib/start.mjs', '// something else\n');
        expect((await project.gate()).says).toMatch(/EVIDENCE_STALE/);
      },
    ],
  ];
  test.each(sampleOf(HONEST, 3))('%s', async (_name, work) => {
    verifies('integrity.honest', 'state.beyond');
    await work();
  });

  test('nobody but a person at a terminal lets a lower bar through, and then it is shown', async () => {
    verifies('bars.person', 'bars.lowered');
    project.configure({ design: { match_threshold: 0.9 } });
    expect((await project.verify()).recommendation).toBe('blocked');
    const given = { reason: 'fonts differ' };
    for (const as of [
      {},
      { ci: true, ...typist('accept 1') },
      { agent: 'CLAUDECODE', ...typist('accept 1') },
      typist('yes'),
    ])
      await expect(project.call('codeloop_bars_accept', given, as)).rejects.toThrow(/PERSON_NEEDED/);
    const { asked, ...person } = typist('accept 1');
    await project.call('codeloop_bars_accept', given, person);
    expect(asked[0]).toMatch(
      /design\.match_threshold was lowered, against the commit that is checked out .*0\.95 → 0\.9/,
    );
    // The evidence is as fresh as before; what a person said counts once it is committed.
    expect((await project.gate()).says).toMatch(/a person accepted it, which is not committed yet/);
    project.git('add', '-A');
    project.git('commit', '-qm', 'lower');
    expect(await project.gate()).toMatchObject({ recommendation: 'ready_for_review', says: '' });
    const { skipped: _, ...result } = await project.call('codeloop_verify', {});
    expect(result.checks).toContainEqual(
      expect.objectContaining({ id: 'bars-accepted', status: 'fail', problem_count: 1 }),
    );
  });
});

describe('an attestation', () => {
  const pair = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const keys = mkdtempSync(path.join(tmpdir(), 'codeloop-keys-'));
  const own = path.join(keys, 'own.pem');
  const trusted = path.join(keys, 'trusted.pem');
  const strange = path.join(keys, 'strange.pem');
  writeFileSync(own, pair.privateKey);
  writeFileSync(trusted, pair.publicKey);
  writeFileSync(strange, generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }));
  afterAll(() => rmSync(keys, { recursive: true }));

  const attest = () => project.call('codeloop_attest', { key: own });
  const envelopeFile = () => {
    const folder = 'artifacts/attestations';
    return path.join(folder, readdirSync(path.join(project.dir, folder)).find((name) => name.endsWith('.jsonl')) ?? '');
  };
  const check = (given: Record<string, unknown> = { key: [trusted] }) =>
    project.call('codeloop_attest_verify', { attestation: path.join(project.dir, envelopeFile()), ...given });
  const statement = () =>
    JSON.parse(Buffer.from(JSON.parse(project.read(envelopeFile())).payload, 'base64').toString());

  test('of a green run says what passed, and is accepted here and by a foreign verifier', async () => {
    verifies('attest.holds', 'attest.foreign');
    await project.call('codeloop_attest', { unsigned: true });
    const parts = statementOfParts(project);
    const { run_id, verdict } = await attest();
    expect(await check()).toMatchObject({ status: 'pass', signature: 'good', run_id, problems: [] });
    verifyByForeigner(JSON.parse(project.read(envelopeFile())), pair.publicKey);
    const { subject, predicate } = statement();
    const bytes = (name: string) => createHash('sha256').update(project.read(name)).digest('hex');
    expect(subject).toEqual(
      [`${project.run}/run.json`, `${project.run}/verdicts/${verdict}.json`].map((name) => ({
        name,
        digest: { sha256: bytes(name) },
      })),
    );
    expect(predicate).toMatchObject({
      run: { id: run_id },
      verdict: { number: verdict, passed: true, recommendation: 'ready_for_review', failing_gates: [] },
      code: { commit: project.git('rev-parse', 'HEAD').trim(), branch: 'work', dirty: false, method: 'git' },
    });
    expect(predicate.pictures.map(({ screen, viewport }: Record<string, string>) => [screen, viewport])).toEqual([
      ['cart', 'phone'],
      ['home', 'phone'],
    ]);
    expect(await check({ key: [strange] })).toMatchObject({ status: 'fail', signature: 'bad' });
    expect(await check({ key: [strange, trusted] })).toMatchObject({ status: 'pass', signature: 'good' });
    expect(await check({ signature_elsewhere: true })).toMatchObject({ status: 'pass', signature: 'not_checked' });
    await expect(check({})).rejects.toThrow(/ARGUMENTS_INVALID/);
    // The parts for a signer of the platform's are the same.
    expect(parts.predicate).toMatchObject({ code: predicate.code, bars: predicate.bars, pictures: predicate.pictures });
    project.keep('attested');
  });

  test('is refused when a byte of code, run, verdict or statement differs, or something is gone', async () => {
    verifies('attest.holds');
    project.restore('attested');
    const refused = async () => {
      const { status, problems } = await check();
      return [status, String(problems)];
    };
    const fails = (says: RegExp) => ['fail', expect.stringMatching(says)];
    // One after another, each found beside the others.
    edit('site/cart.html', 'Two lamps', 'Two Lamps');
    expect(await refused()).toEqual(['fail', 'the code is not the one that was judged']);
    flip(`${project.run}/screenshots/cart.phone.png`);
    project.remove(`${project.run}/screenshots/home.phone.png`);
    project.write('.codeloop/baselines/x/a/b.png', 'x');
    expect(await refused()).toEqual(
      fails(/^(?=.*cart\.phone\.png was changed)(?=.*home\.phone\.png is gone)(?=.*the bars differ: baselines)/),
    );
    const last = JSON.parse(project.read(newestVerdict()));
    const red = { ...last, n: last.n + 1, verdict: { ...last.verdict, passed: false, recommendation: 'blocked' } };
    project.write(`${project.run}/verdicts/${red.n}.json`, JSON.stringify(red));
    expect(await refused()).toEqual(fails(/came after it and is blocked/));
    project.remove(newestVerdict());
    edit(newestVerdict(), '"threshold": 94', '"threshold": 95');
    edit(`${project.run}/run.json`, '"dirty": false', '"dirty":  false');
    expect(await refused()).toEqual(
      fails(/subject\.0\.digest\.sha256 .*subject\.1\.digest\.sha256 .*verdict\.threshold is not as it is attested/),
    );
    project.remove(newestVerdict());
    expect(await refused()).toEqual(fails(/^verdict \d+ of run .* is gone$/));
    project.remove(project.run);
    expect(await refused()).toEqual(fails(/There is no run/));
    editPayload('"work"', '"main"');
    expect(await check()).toMatchObject({ status: 'fail', signature: 'bad' });
  });

  test('that is no plain file, or is made to keep whoever checks it, is answered at once', async () => {
    verifies('attest.holds');
    project.restore('attested');
    const said = statement();
    const signed = (value: unknown) =>
      JSON.stringify(signEnvelope(IN_TOTO, Buffer.from(JSON.stringify(value)), readSigningKey(readFileSync(own), own)));
    let deep: unknown = {};
    for (let level = 0; level < 3000; level += 1) deep = { deep };
    const { payload, payloadType, signatures } = JSON.parse(project.read(envelopeFile()));
    const many = { payload, payloadType, signatures: Array(5000).fill(signatures[0]) };
    const checked = async (text: string) => {
      project.write('given.json', text);
      const [answer] = await Promise.allSettled([
        project.call('codeloop_attest_verify', { attestation: path.join(project.dir, 'given.json'), key: [trusted] }),
      ]);
      return answer.status === 'fulfilled' ? String(answer.value.problems) : String(answer.reason);
    };
    expect(await checked(signed({ ...said, predicate: { ...said.predicate, deep } }))).toMatch(/^it is no statement/);
    // Signed by the right key, and read in two ways; of another type; with more than is attested.
    const sealed = (text: string, type = IN_TOTO) =>
      JSON.stringify(signEnvelope(type, Buffer.from(text), readSigningKey(readFileSync(own), own)));
    const twice = JSON.stringify(said).replace('"passed":true', '"passed":false,"passed":true');
    expect(await checked(sealed(twice))).toMatch(/^it is no statement/);
    expect(await checked(sealed(JSON.stringify(said), 'application/json'))).toMatch(/^it is no statement/);
    const more = { ...said, predicate: { ...said.predicate, reviewed_by: 'Ada' } };
    expect(await checked(signed(more))).toMatch(/^predicate\.reviewed_by is not as it is attested,/);
    // The file itself is new.
    expect(await checked(signed(said))).toBe('the code is not the one that was judged');
    expect(await checked(JSON.stringify(many))).toMatch(/holds no DSSE envelope/);
    expect(await checked(`${signed(said)}\n`.repeat(60))).toMatch(/holds 60 envelopes, and at most 50 are checked/);
    project.remove('given.json');
    const pipe = path.join(keys, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const place of [pipe, '/dev/zero']) {
      const refusal = /ARGUMENTS_INVALID.*cannot be read \(it is no file\)/s;
      await expect(check({ attestation: place, key: [trusted] })).rejects.toThrow(refusal);
      await expect(check({ key: [place] })).rejects.toThrow(refusal);
      await expect(project.call('codeloop_attest', { key: place })).rejects.toThrow(refusal);
    }
  });

  test('is made of no run that is red, of other code, touched, or unknown to the ledger', async () => {
    verifies('attest.only-green');
    const screenshot = `${project.run}/screenshots/home.phone.png`;
    flip(screenshot);
    await expect(attest()).rejects.toThrow(/EVIDENCE_TAMPERED.*home\.phone\.png was changed/);
    flip(screenshot);
    project.forgetLedger();
    await expect(attest()).rejects.toThrow(/EVIDENCE_TAMPERED/);
    spoil();
    await expect(attest()).rejects.toThrow(/EVIDENCE_STALE/);
    project.restore('failed');
    await expect(attest()).rejects.toThrow(/ATTESTATION_REFUSED.*its newest verdict \(1\) is continue_fixing/);
    expect(existsSync(path.join(project.dir, 'artifacts/attestations'))).toBe(false);
  });

  const newestVerdict = () => {
    const folder = `${project.run}/verdicts`;
    const numbers = readdirSync(path.join(project.dir, folder)).map((name) => Number.parseInt(name, 10));
    return `${folder}/${Math.max(...numbers)}.json`;
  };
  const flip = (file: string) => {
    const bytes = readFileSync(path.join(project.dir, file));
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(path.join(project.dir, file), bytes);
  };
  const editPayload = (from: string, to: string) => {
    const envelope = JSON.parse(project.read(envelopeFile()));
    const body = Buffer.from(envelope.payload, 'base64').toString();
    expect(body).toContain(from);
    const payload = Buffer.from(body.replace(from, to)).toString('base64');
    project.write(envelopeFile(), `${JSON.stringify({ ...envelope, payload })}\n`);
  };
});

/** What `--unsigned` writes, as `actions/attest` reads it. */
function statementOfParts(of: CheatProject) {
  const sums = of.read('artifacts/attestations/subjects.sha256').trimEnd().split('\n');
  expect(sums).toEqual([
    expect.stringMatching(/^[0-9a-f]{64} {2}artifacts\/runs\/.*run\.json$/),
    expect.stringMatching(/verdicts\/\d+\.json$/),
  ]);
  return { predicate: JSON.parse(of.read('artifacts/attestations/predicate.json')) };
}
