import { readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { isErrno } from '../../core/errors.js';

const Packages = z.record(z.string(), z.unknown()).optional();
const Manifest = z.object({
  name: z.string().optional(),
  dependencies: Packages,
  devDependencies: Packages,
  peerDependencies: Packages,
  optionalDependencies: Packages,
});

/** Names that imports of a project may begin with and that are not its own files: its packages and Node's modules. */
export async function knownPackages(dir: string): Promise<ReadonlySet<string>> {
  let manifest: z.infer<typeof Manifest> = {};
  try {
    manifest = Manifest.parse(JSON.parse(await readFile(join(dir, 'package.json'), 'utf8')));
  } catch (error) {
    // No manifest, or none that can be read: then every bare name is unsure, which is the careful answer.
    if (!isErrno(error) && !(error instanceof SyntaxError) && !(error instanceof z.ZodError)) throw error;
  }
  const { dependencies, devDependencies, peerDependencies, optionalDependencies } = manifest;
  const listed = [dependencies, devDependencies, peerDependencies, optionalDependencies];
  return new Set([...builtinModules, ...listed.flatMap((one) => Object.keys(one ?? {}))]);
}
