import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadSource } from '../build/load-source.mjs';
import { configPage } from './config-page.mjs';
import { contributingPage } from './contributing-page.mjs';
import { errorsPage } from './errors-page.mjs';
import { gatesPage } from './gates-page.mjs';
import { checkIdFile, commandFile, indexFiles } from './index-files.mjs';
import { pluginFiles } from './plugin-files.mjs';
import { toolsPage } from './tools-page.mjs';

/**
 * Makes every generated file and returns the names of those that differ from what is on disk, which it brings up to date when
 * `write`. Without `write`, pages are made from the lists on disk: a list that is out of date is reported alone.
 */
export async function generate(root, { write }) {
  const lists = settle(root, { ...indexFiles(root), ...checkIdFile(root), ...commandFile(root) }, write);
  if (lists.length > 0 && !write) return lists;
  const source = await loadSource(
    root,
    [
      "export { tools } from './src/tools/index.js';",
      "export { checks } from './src/checks/index.js';",
      "export { gates } from './src/gates/table.js';",
      "export { CATALOGUE } from './src/core/error-catalogue.js';",
      "export { Config } from './src/config/schema.js';",
      "export { ToolResult } from './src/core/vocabulary/tool-result.js';",
      "export { Stage } from './src/core/vocabulary/gate.js';",
      "export { TOOLSETS } from './src/core/vocabulary/tool-result.js';",
      "export { SERVER, SKILL, SKILL_FRONT, STOP_HOOKS } from './src/project/init/clients.js';",
      "export { z } from 'zod';",
    ].join('\n'),
  );
  const read = (file) => readFileSync(path.join(root, file), 'utf8');
  const pages = {
    'docs/tools.md': toolsPage(source),
    'docs/gates.md': gatesPage(source),
    'docs/errors.md': errorsPage(source),
    'docs/config.md': configPage(source),
    'CONTRIBUTING.md': contributingPage(read('CONTRIBUTING.md'), read, source),
    ...pluginFiles(source, JSON.parse(read('package.json'))),
  };
  return [...lists, ...settle(root, pages, write)];
}

/** The names among `files` (name → text) whose text is not what lies on disk; writes them when `write`. */
function settle(root, files, write) {
  const changed = Object.entries(files).filter(([name, text]) => {
    const file = path.join(root, name);
    return !existsSync(file) || readFileSync(file, 'utf8') !== text;
  });
  if (write) {
    for (const [name, text] of changed) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
  }
  return changed.map(([name]) => name);
}
