/** What `xprop -notype` prints, by property; lines that go on belong to the property above. A property that is not set is left out. */
export function parseProperties(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let current: string | undefined;
  for (const line of text.split('\n')) {
    const start = /^([A-Z_][A-Z0-9_]*)(?::|\([^)]*\)(?::| = )| = )\s*(.*)$/.exec(line);
    const [, name, rest = ''] = start ?? [];
    if (name !== undefined) {
      current = /^\s*(?:not found\.|no such atom on any window\.)$/.test(rest) ? undefined : name;
      if (current !== undefined) found.set(current, rest);
    } else if (current !== undefined) found.set(current, `${found.get(current) ?? ''}\n${line.trim()}`);
  }
  return found;
}

/** Window ids (`0x600017`) in a property. */
export function windowIds(value: string | undefined): string[] {
  return value?.match(/0x[0-9a-f]+/g)?.filter((id) => Number(id) !== 0) ?? [];
}

/** The text of a property of one string: what stands between the first and the last quote, escapes undone. */
export function textOf(value: string | undefined): string | undefined {
  const quoted = /^"([\s\S]*)"$/.exec(value?.trim() ?? '')?.[1];
  return quoted?.replace(/\\(["\\])/g, '$1');
}

/** Content rectangle and visibility from `xwininfo -stats`; `undefined` when it printed none. */
export function parseGeometry(
  text: string,
): { x: number; y: number; width: number; height: number; viewable: boolean } | undefined {
  const number = (label: string) => {
    const found = new RegExp(`^\\s*${label}:\\s+(-?\\d+)$`, 'm').exec(text)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const [x, y] = [number('Absolute upper-left X'), number('Absolute upper-left Y')];
  const [width, height] = [number('Width'), number('Height')];
  if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
  return { x, y, width, height, viewable: /Map State: IsViewable/.test(text) };
}
