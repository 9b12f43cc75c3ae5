// Loaded by the workers of Vitest (setupFiles) and of Playwright (with their configuration).

/** Most lines of stacks that are kept; then they are forgotten, all of them. */
const MOST_LINES = 20_000;
const MARK = Symbol.for('codeloop.known-frames');

/**
 * Lets the runner of tests that has installed itself map each place of the code to its source once only. Vitest and Playwright do it anew
 * for every line of every stack, and Playwright takes one of up to 50 lines at each call of its API, of which hardly any is ever read.
 * What a stack says stays the same. Nothing is done where no runner maps stacks, or a second time.
 */
export function keepKnownFrames() {
  const map = Error.prepareStackTrace;
  if (typeof map !== 'function' || MARK in map) return;
  /** File → place in it → the line that tells it. */
  let known = new Map();
  let kept = 0;
  const told = (site) => map(NOTHING, [site]).slice(map(NOTHING, []).length);
  const line = (site) => {
    const file = site.getFileName();
    const position = site.getPosition();
    if (typeof file !== 'string' || typeof position !== 'number') return told(site);
    const places = known.get(file) ?? new Map();
    known.set(file, places);
    const place = site.isAsync() ? -position : position;
    const before = places.get(place);
    if (before !== undefined) return before;
    const text = told(site);
    kept += 1;
    if (kept > MOST_LINES) [known, kept] = [new Map(), 0];
    else places.set(place, text);
    return text;
  };
  const prepare = (error, sites) => {
    let text = map(error, []);
    for (const site of sites) text += line(site);
    return text;
  };
  Error.prepareStackTrace = Object.assign(prepare, { [MARK]: true });
}

const NOTHING = { name: 'Error', message: '' };

keepKnownFrames();
