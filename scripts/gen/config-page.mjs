import { generatedNote, table } from './markdown.mjs';
import { fieldRows, jsonSchema } from './schema-rows.mjs';

/** docs/config.md: every key of `.codeloop/config.json`. */
export function configPage({ Config, z }) {
  const schema = jsonSchema(z, Config, 'input');
  const rows = fieldRows(schema, 3).filter(([name]) => name !== '`$schema`');
  return `${[
    generatedNote,
    '# Settings',
    'Keys of `.codeloop/config.json`. Comments are allowed, unknown keys are refused. Editors find the schema through `$schema`; it ships as `dist/config.schema.json`.',
    table(['Key', 'Type', 'Default', 'Meaning'], rows),
  ].join('\n\n')}\n`;
}
