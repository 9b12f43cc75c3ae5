/** What a plant is found as. */
const KINDS = {
  'dead button': ['dead_click'],
  'console error': ['console_error'],
  'answer 500': ['failed_request', 'error_page'],
  'blank page': ['blank_page'],
};
/** What may come of a plant besides: the flow cannot go on, and a script that was refused its data may throw. */
const CONSEQUENCES = {
  'dead button': ['failed_step'],
  'console error': [],
  'answer 500': ['failed_step', 'page_error', 'console_error'],
  'blank page': ['failed_step'],
};

/** What speaks against the replay of a healthy visit, in words; none: all is as it should be. */
export function healthyFaults({ done, failed, replay, images }, flow) {
  const faults = [];
  if (done !== flow.steps.length) faults.push(`step ${done + 1} failed: ${JSON.stringify(failed)}`);
  for (const { kind, step, said, text } of replay.findings)
    faults.push(`found ${kind} at step ${step}: ${said ?? text}`);
  for (const { expected, status, why } of replay.flow)
    if (status !== 'matched') faults.push(`"${expected}" is ${status}${why ? ` (${why})` : ''}`);
  if (replay.status !== 'pass') faults.push(`the replay says ${replay.status}`);
  return [...faults, ...pictureFaults({ replay, images })];
}

/** What speaks against the replay of a visit with a plant: not named, named at another step, without a picture, or more than came of it. */
export function plantedFaults({ replay, images }, { plant, step }) {
  const faults = [];
  const isIt = ({ kind, said = '' }) =>
    KINDS[plant.kind].includes(kind) &&
    (plant.kind !== 'console error' || said.includes('planted:')) &&
    (plant.kind !== 'answer 500' || said.includes(plant.path));
  const found = replay.findings.filter(isIt);
  const [named] = found;
  if (!named)
    faults.push(
      `${plant.kind} at ${plant.selector ?? plant.path} was not found among ${JSON.stringify(replay.findings)}`,
    );
  else {
    if (named.step !== step) faults.push(`${named.kind} was found at step ${named.step}, not ${step}`);
    if (!replay.frames[(named.frame ?? 0) - 1]) faults.push(`${named.kind} has no frame`);
    if (found.length > 1) faults.push(`${found.length} findings of one plant: ${JSON.stringify(found)}`);
  }
  for (const one of replay.findings)
    if (!isIt(one) && !CONSEQUENCES[plant.kind].includes(one.kind))
      faults.push(`also found ${one.kind} at step ${one.step}: ${one.said ?? one.text}`);
  if (replay.status !== 'fail') faults.push(`the replay says ${replay.status}`);
  return [...faults, ...pictureFaults({ replay, images })];
}

function pictureFaults({ replay, images }) {
  const wanted = replay.frames.length > 8 ? 1 : replay.frames.length;
  return images.length === wanted && wanted > 0 ? [] : [`${images.length} pictures of ${replay.frames.length} frames`];
}

/** Numbers from 0 to 1 that depend on the seed only (mulberry32, public domain, by Tommy Ettinger). */
export function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
