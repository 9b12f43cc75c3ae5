import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isErrno } from '../../core/errors.js';

const PREFIX = 'codeloop-display-';

/** No keys of its own, so that every key reaches the app; a click gives a window the focus; windows keep their size. */
const WINDOW_MANAGER_SETTINGS = `<?xml version="1.0" encoding="UTF-8"?>
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <focus><focusNew>yes</focusNew><followMouse>no</followMouse></focus>
  <placement><policy>Smart</policy><center>yes</center></placement>
  <desktops><number>1</number><popupTime>0</popupTime></desktops>
  <keyboard></keyboard>
  <mouse>
    <context name="Client">
      <mousebind button="Left" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Middle" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
      <mousebind button="Right" action="Press"><action name="Focus"/><action name="Raise"/></mousebind>
    </context>
  </mouse>
</openbox_config>
`;

/** Files of one private display: the cookie that opens it and its window manager's settings, in a folder that only we may read. */
export interface DisplayFiles {
  authority: string;
  settings: string;
  remove(): Promise<void>;
}

/** Writes them, after removing those of processes that are gone. */
export async function makeDisplayFiles(): Promise<DisplayFiles> {
  await removeLeftFolders();
  const folder = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const authority = join(folder, 'Xauthority');
  const settings = join(folder, 'openbox.xml');
  await writeFile(authority, authorityEntry(randomBytes(16)), { mode: 0o600 });
  await writeFile(settings, WINDOW_MANAGER_SETTINGS, { mode: 0o600 });
  return { authority, settings, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** One entry of an Xauthority file (Xau(3)) for any host and any display number: the number is known only once the server runs. */
export function authorityEntry(cookie: Buffer): Buffer {
  const counted = (data: Buffer) => Buffer.concat([Buffer.from([data.length >> 8, data.length & 255]), data]);
  const FAMILY_WILD = Buffer.from([0xff, 0xff]);
  const nothing = counted(Buffer.alloc(0));
  return Buffer.concat([FAMILY_WILD, nothing, nothing, counted(Buffer.from('MIT-MAGIC-COOKIE-1')), counted(cookie)]);
}

async function removeLeftFolders(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []); // A temp folder that cannot be listed has nothing of ours to see.
  for (const name of names) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid)))
      // Another user's folder cannot be removed, and need not be.
      await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isErrno(error) && error.code === 'EPERM';
  }
}
