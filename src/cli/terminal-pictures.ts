import { resolve } from 'node:path';
import { createSupportsTerminalGraphics } from 'supports-terminal-graphics';
import { toCodeloopError } from '../core/errors.js';
import type { PictureProtocol } from '../image/terminal-picture.js';
import { type Palette, plainText } from './terminal.js';
import type { Row } from './text-table.js';

/** Pictures below one result. */
const MOST_PICTURES = 2;
const PICTURE = /\.(png|webp|jpe?g)$/i;

/** The terminal that would show pictures, and who looks at it. */
interface Viewer {
  /** The standard output is a terminal. */
  live: boolean;
  ci: boolean;
  /** A coding agent reads along. */
  agent: boolean;
  env: NodeJS.ProcessEnv;
}

/**
 * How this terminal takes pictures, or `undefined`: where nobody looks, under CI, for an agent, in a multiplexer, which lets none through,
 * and where `CODELOOP_PICTURES=off`. A protocol named there (`kitty`, `iterm2`, `sixel`) is taken wherever there is a terminal: not every
 * terminal says what it can.
 */
export function pictureProtocol(
  { live, ci, agent, env }: Viewer,
  able: () => Readonly<Record<PictureProtocol, boolean>> = () => createSupportsTerminalGraphics(process.stdout),
): PictureProtocol | undefined {
  const wanted = env.CODELOOP_PICTURES?.toLowerCase();
  if (!live || wanted === 'off') return undefined;
  if (wanted === 'kitty' || wanted === 'iterm2' || wanted === 'sixel') return wanted;
  const multiplexed = Boolean(env.TMUX || env.STY || /^(screen|tmux)/.test(env.TERM ?? ''));
  if (ci || agent || multiplexed || env.TERM === 'dumb') return undefined;
  const { kitty, iterm2, sixel } = able();
  return kitty ? 'kitty' : iterm2 ? 'iterm2' : sixel ? 'sixel' : undefined;
}

/** The first pictures of a result as a terminal shows them, each under its path; `folder`: what the paths start at. */
export async function picturesOf(
  { artifacts }: Row,
  { folder, protocol, colors }: { folder: string; protocol: PictureProtocol; colors: Palette },
): Promise<string> {
  const paths = (Array.isArray(artifacts) ? artifacts : [])
    .map(({ path }: { path?: unknown }) => String(path))
    .filter((path) => PICTURE.test(path));
  if (paths.length === 0) return '';
  const { terminalPicture } = await import('../image/terminal-picture.js');
  let shown = '';
  for (const path of paths.slice(0, MOST_PICTURES)) {
    const name = plainText(path);
    try {
      const picture = await terminalPicture(resolve(folder, path), protocol);
      shown += `\n${colors.dim(name)}\n${picture}\n`;
    } catch (error) {
      shown += `\n${colors.dim(`${name} cannot be shown: ${plainText(toCodeloopError(error).message)}`)}\n`;
    }
  }
  return shown;
}
