import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describedSchema } from '../gen/config-page.mjs';
import { loadSource } from './load-source.mjs';

/** Writes dist/config.schema.json, the JSON Schema (draft 7: what editors read) of a settings file as a person writes it. */
export async function writeConfigSchema(root) {
  if (!existsSync(path.join(root, 'src/config/schema.ts'))) throw new Error('src/config/schema.ts is missing');
  const { Config, z } = await loadSource(
    root,
    "export { Config } from './src/config/schema.js'; export { z } from 'zod';",
  );
  const schema = describedSchema(z.toJSONSchema(Config, { io: 'input', target: 'draft-7', unrepresentable: 'any' }));
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  writeFileSync(path.join(root, 'dist/config.schema.json'), `${JSON.stringify(schema)}\n`);
}
