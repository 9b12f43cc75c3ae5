import { access } from 'node:fs/promises';

/** Returns true when something exists at that path that this user may access. Never throws. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // not there, which is the answer
  );
}
