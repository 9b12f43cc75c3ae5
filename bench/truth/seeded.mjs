/** Random numbers that repeat: FNV-1a of the words as the seed of mulberry32 (both public domain). */
export function seeded(...words) {
  let state = 0x811c9dc5;
  for (const char of words.join('\u0000')) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const whole = (limit) => Math.floor(next() * limit);
  return {
    next,
    whole,
    pick: (list) => list[whole(list.length)],
    shuffled(list) {
      const out = [...list];
      for (let last = out.length - 1; last > 0; last--) {
        const other = whole(last + 1);
        [out[last], out[other]] = [out[other], out[last]];
      }
      return out;
    },
  };
}
