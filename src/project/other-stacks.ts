import { join } from 'node:path';
import { fileExists } from './project.js';

/** An app that no script of package.json starts, and how it is started as a rule. */
export interface OtherStack {
  framework: string;
  /** As `server` of the settings takes it. A person decides about it: it is no command of the project's own. */
  server: { command: string; url: string };
}

/** By the file that marks each, the most specific first: commands and ports of the frameworks' own documentation. */
const STACKS: readonly (readonly [mark: string, framework: string, command: string, port: number])[] = [
  ['artisan', 'Laravel', 'php artisan serve', 8000],
  ['bin/rails', 'Rails', 'bin/rails server', 3000],
  ['manage.py', 'Django', 'python3 manage.py runserver', 8000],
  ['symfony.lock', 'Symfony', 'php -S 127.0.0.1:8000 -t public', 8000],
  ['wp-config.php', 'WordPress', 'php -S 127.0.0.1:8000', 8000],
  ['public/index.php', 'PHP', 'php -S 127.0.0.1:8000 -t public', 8000],
  ['index.php', 'PHP', 'php -S 127.0.0.1:8000', 8000],
  ['_config.yml', 'Jekyll', 'bundle exec jekyll serve', 4000],
  ['hugo.toml', 'Hugo', 'hugo server', 1313],
];

/**
 * Returns the app of another language that a project holds; undefined where there is none. Its package.json, if any, builds its scripts
 * and styles alone (Laravel and Rails beside Vite), unless a page of its own stands beside it.
 */
export async function otherStack(dir: string): Promise<OtherStack | undefined> {
  if (await fileExists(join(dir, 'index.html'))) return undefined;
  for (const [mark, framework, command, port] of STACKS)
    if (await fileExists(join(dir, mark))) return { framework, server: { command, url: `http://localhost:${port}` } };
  return undefined;
}
