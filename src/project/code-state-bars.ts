import { join, resolve } from 'node:path';
import { ACCESSIBILITY_BASELINE_FILE } from '../config/accessibility-baseline.js';
import type { Config } from '../config/schema.js';
import { CodeloopError } from '../core/errors.js';
import { contains } from '../core/path-walls.js';
import type { CodeState } from '../core/vocabulary/code-state.js';
import { PROPOSALS } from '../store/baseline-paths.js';
import { BASELINES_DIR } from '../store/layout.js';
import { ACCEPTANCE_DIR } from './acceptance-files.js';
import { type FileDigests, listingDigest } from './code-state-digests.js';
import { figmaStateFiles } from './figma-state.js';

/**
 * Digests of what decides how strictly is judged: configuration with its plugins and accepted accessibility violations, policy, designs (files, and the Figma version that frames are
 * of), baselines, acceptance files, straight from the disk, whether git knows them or not. What is not there has the digest of an empty listing.
 * Throws PATH_OUTSIDE_ROOTS when `design.dir` leads out of the project.
 */
export async function takeBars(
  project: string,
  config: Pick<Config, 'design'>,
  digests: FileDigests,
): Promise<CodeState['bars']> {
  const designs = resolve(project, config.design.dir);
  if (!contains(project, designs))
    throw new CodeloopError('PATH_OUTSIDE_ROOTS', { path: `design.dir (${config.design.dir})`, allowed: [project] });
  const files = async (...paths: string[]) => listingDigest(await digests.ofAll(project, paths));
  const folder = async (path: string, skip?: string[]) => listingDigest(await digests.ofFolder(path, skip));
  // A design folder that holds the whole project must not hash its dependencies and evidence too.
  const designFiles = () => digests.ofFolder(designs, ['node_modules', '.git', 'artifacts', '.codeloop']);
  const frames = async () => digests.ofAll(project, await figmaStateFiles(project));
  const [configDigest, policy, designDigest, baselines, acceptance] = await Promise.all([
    files('.codeloop/config.json', '.codeloop/plugins.json', ACCESSIBILITY_BASELINE_FILE),
    files('.codeloop/policy.yaml', 'codeloop.yaml'),
    Promise.all([designFiles(), frames()]).then(([files, figma]) => listingDigest(new Map([...files, ...figma]))),
    // What waits for a person decides nothing yet.
    folder(join(project, BASELINES_DIR), [PROPOSALS]),
    folder(join(project, ACCEPTANCE_DIR)),
  ]);
  return { config: configDigest, policy, designs: designDigest, baselines, acceptance };
}
