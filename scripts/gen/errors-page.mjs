import { code, generatedNote, table } from './markdown.mjs';

const exitCodes = { usage: '2', could_not_run: '3', interrupted: '130' };

/** docs/errors.md: every error code with its message and advice, the values in braces. */
export function errorsPage({ CATALOGUE }) {
  const rows = Object.entries(CATALOGUE)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, entry]) => {
      const calls = entry.next === undefined ? [] : entry.next(placeholders()).map((call) => call.tool);
      const advice = render(entry.fix) + (calls.length > 0 ? ` Next: ${calls.map(code).join(', ')}.` : '');
      return [code(name), exitCodes[entry.class] ?? entry.class, render(entry.message), advice];
    });
  return `${[
    generatedNote,
    '# Errors',
    'A failing app is a result; a failing tool is one of these errors. Over MCP: `isError` with the code; in the terminal: the exit code below.',
    table(['Code', 'Exit', 'Message', 'What to do'], rows),
  ].join('\n\n')}\n`;
}

/**
 * A text of the catalogue with `{key}` for each value. A value that is a list shows only as a list, so each key is tried as a text and,
 * where that leaves no trace, as a list. Where a given value replaces the whole text, the text without it is the one to show.
 */
function render(text) {
  const asked = new Set();
  text(placeholders({}, asked));
  const given = {};
  for (const key of asked) {
    if (text(placeholders(given)).includes(`{${key}}`)) continue;
    if (text(placeholders({ ...given, [key]: [`{${key}}`] })).includes(`{${key}}`)) given[key] = [`{${key}}`];
  }
  const whole = /^\{(\w+)\}$/.exec(text(placeholders(given)))?.[1];
  if (whole === undefined) return text(placeholders(given));
  return render((values) => text(without(values, whole)));
}

function placeholders(given = {}, asked = new Set()) {
  return new Proxy(
    {},
    {
      get: (_target, key) => {
        asked.add(key);
        return Object.hasOwn(given, key) ? given[key] : `{${String(key)}}`;
      },
    },
  );
}

function without(values, key) {
  return new Proxy({}, { get: (_target, name) => (name === key ? undefined : values[name]) });
}
