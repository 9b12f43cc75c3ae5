import { CONFIG_NOTES } from './config-notes.mjs';
import { code, generatedNote, table } from './markdown.mjs';
import { jsonSchema, typeName } from './schema-rows.mjs';

/** Lists whose items are values, not settings: rectangles, steps. */
const VALUES = /\b(?:ignore_regions|steps)$/;

/** What is said of a group as a whole. */
const INTRODUCTIONS = {
  screens:
    'A list of the places of the app that are looked at; without it, `discover-screens` finds them by following links.',
  stories:
    'Every story of a Storybook or Ladle as a screen, besides those of `screens` ([storybook.md](storybook.md)).',
  viewports:
    'Named sizes. Default: `mobile` 375 x 812 with touch, `tablet` 768 x 1024, `desktop` 1440 x 900; naming any replaces all three.',
  native: 'Desktop apps, by name ([desktop.md](desktop.md)).',
  secrets: 'A list; values stay in the environment and are stored nowhere.',
};

/** Every key of a settings schema with its field, objects, lists and named entries opened: `screens[].name`, `viewports.<name>.width`. */
export function configKeys(schema, prefix = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const key = prefix + name;
    const needed = (schema.required ?? []).includes(name) && field.default === undefined;
    const inside =
      field.properties !== undefined
        ? [field, `${key}.`]
        : field.items?.properties !== undefined
          ? [field.items, `${key}[].`]
          : field.additionalProperties?.properties !== undefined
            ? [field.additionalProperties, `${key}.<name>.`]
            : undefined;
    return inside && !VALUES.test(key) ? configKeys(...inside) : [{ key, field, needed }];
  });
}

/** The schema with the notes as descriptions and examples, for editors. */
export function describedSchema(schema) {
  const copy = structuredClone(schema);
  for (const { key, field } of configKeys(copy)) {
    const [about, example] = CONFIG_NOTES[key] ?? [];
    if (about !== undefined) field.description = about.replaceAll(/\[([\w.]+)\]\([^)]*\)/g, '$1');
    if (example !== undefined) field.examples = [example];
  }
  // The short spelling, which `parseConfig` reads as `stories`.
  const { screens, stories } = copy.properties;
  copy.properties.screens = { anyOf: [screens, structuredClone(stories)] };
  return copy;
}

/** docs/config.md: every key of `.codeloop/config.json` with what it is for, its default and an example. */
export function configPage({ Config, z }) {
  const keys = configKeys(jsonSchema(z, Config, 'input')).filter(({ key }) => key !== '$schema');
  const groups = groupBy(keys, groupOf);
  return `${[
    generatedNote,
    '# Settings',
    'Keys of `.codeloop/config.json`. Comments are allowed, unknown keys are refused. Editors find the schema through `$schema`; it ships as `dist/config.schema.json`. Every key may be left out: the default is in the table, and `codeloop init` writes what it found.',
    ...[...groups].map(
      ([group, rows]) =>
        `## ${group}\n\n${INTRODUCTIONS[group] ? `${INTRODUCTIONS[group]}\n\n` : ''}${table(['Key', 'About', 'Type', 'Default', 'Example'], rows.map(rowOf))}`,
    ),
  ].join('\n\n')}\n`;
}

function groupOf({ key }) {
  return key.split(/[.[]/)[0];
}

function groupBy(list, of) {
  const groups = new Map();
  for (const one of list) groups.set(of(one), [...(groups.get(of(one)) ?? []), one]);
  return groups;
}

function rowOf({ key, field, needed }) {
  const [about = '', example] = CONFIG_NOTES[key] ?? [];
  const fallback = field.default === undefined ? (needed ? 'required' : '') : code(JSON.stringify(field.default));
  return [code(key), about, typeName(field), fallback, example === undefined ? '' : code(JSON.stringify(example))];
}
