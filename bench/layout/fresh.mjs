import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../dist/bin.js', import.meta.url));

/** A page with three faults: a tag over the heading, a button that a banner covers at 690 to 720 px, a label that ends in the middle. */
const APP = `import './App.css';

export default function App() {
  return (
    <main>
      <h1>Lamps for every room</h1>
      <p className="tag">New this spring</p>
      <div className="offer">
        <button type="button" className="buy">Buy now</button>
        <div className="banner">Sale this week</div>
      </div>
      <p className="label">Warm white ceiling lamp</p>
    </main>
  );
}
`;
const STYLE = `main { padding: 24px; font: 16px/1.5 sans-serif; color: #222; background: #fff; text-align: left; }
.tag { margin: 0; font-size: 20px; position: absolute; left: 24px; top: 52px; }
.offer { position: relative; height: 60px; }
.buy { padding: 12px 24px; background: #06c; color: #fff; border: 0; }
.banner { display: none; }
@media (min-width: 690px) and (max-width: 720px) {
  .banner { display: block; width: 220px; background: #fd0; padding: 8px; position: absolute; left: -8px; top: -8px; height: 60px; }
}
.label { width: 90px; overflow: hidden; white-space: nowrap; border: 1px solid #767676; }
`;
/** What the reply says of each fault, and the change of the style sheet that does just that. */
const REPAIRS = {
  text_overlap: { says: 'take out', change: (css) => css.replace(' position: absolute; left: 24px; top: 52px;', '') },
  covered: {
    says: 'Move what lies over it',
    change: (css) => css.replace(' position: absolute; left: -8px; top: -8px; height: 60px;', ''),
  },
  clipped: { says: 'let the text wrap', change: (css) => css.replace(' overflow: hidden; white-space: nowrap;', '') },
};
const WANTED = [
  ['clipped', 'p.label', 'src/App.tsx', 12],
  ['covered', 'button.buy', 'src/App.tsx', 9],
  ['text_overlap', 'p.tag', 'src/App.tsx', 7],
];

/**
 * A project fresh from its starter (Vite with React), without any design: `init`, `verify` is red by three faults, each with element, file
 * and line; each is mended as its own reply says; `verify` is green. Needs the package registry and a build. Throws what does not hold.
 */
export function mendFreshProject({ say }) {
  const home = mkdtempSync(path.join(tmpdir(), 'codeloop-fresh-'));
  const dir = path.join(home, 'app');
  const npm = (...args) =>
    execFileSync(args[0], args.slice(1), { cwd: args[0] === 'npx' ? home : dir, stdio: 'ignore' });
  const env = { ...process.env, XDG_STATE_HOME: path.join(home, '.state') };
  const codeloop = (...args) =>
    spawnSync(process.execPath, [bin, ...args, '--project-dir', dir], {
      cwd: dir,
      env,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  const verify = () => JSON.parse(codeloop('verify', '--json').stdout);
  const gateOf = ({ gate }) => gate.failing_gates.find(({ id }) => id === 'layout_sound');
  try {
    npm('npx', '--yes', 'create-vite@latest', 'app', '--template', 'react-ts', '--no-interactive');
    npm('npm', 'install');
    writeFileSync(path.join(dir, 'src/App.tsx'), APP);
    writeFileSync(path.join(dir, 'src/App.css'), STYLE);
    writeFileSync(path.join(dir, 'src/index.css'), 'body { margin: 0; }\n');
    codeloop('init');
    const red = verify();
    const told = gateOf(red)?.problems ?? [];
    const places = red.layout
      .filter(({ certainty }) => certainty === 'certain')
      .map(({ kind, element }) => {
        const [, file, line] = /^(.*):(\d+)$/.exec(element.source ?? '') ?? [];
        return [kind, element.selector, file, Number(line)];
      });
    expect('the findings', places.toSorted(), WANTED);
    const issues = JSON.parse(codeloop('diagnose', '--json').stdout).issues.filter(
      ({ category }) => category === 'layout',
    );
    expect(
      'the issues',
      issues
        .filter(({ severity }) => severity === 'critical')
        .map(({ file, line }) => `${file}:${line}`)
        .toSorted(),
      ['src/App.tsx:12', 'src/App.tsx:7', 'src/App.tsx:9'],
    );
    let css = readFileSync(path.join(dir, 'src/App.css'), 'utf8');
    for (const [kind, { says, change }] of Object.entries(REPAIRS)) {
      const fix = told.map((problem) => problem.fix ?? '').find((text) => text.includes(says));
      if (!fix)
        throw new Error(`no reply says how to mend ${kind}: ${JSON.stringify(told.map((problem) => problem.fix))}`);
      css = change(css);
    }
    writeFileSync(path.join(dir, 'src/App.css'), css);
    const green = verify();
    expect(
      'the layouts once mended',
      [gateOf(green)?.status ?? 'pass', green.layout.filter(({ certainty }) => certainty === 'certain')],
      ['pass', []],
    );
    say(`fresh: red with ${places.length} findings, mended as they say, then ${green.summary}`);
    return { red: red.summary, places, green: green.summary };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function expect(what, found, wanted) {
  if (JSON.stringify(found) !== JSON.stringify(wanted))
    throw new Error(`${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`);
}
