import { access } from 'node:fs/promises';

/** Whether there is something at that path that this user may look at. Never throws. */
export function fileExists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false, // not there, which is the answer
  );
}
