import { stripVTControlCharacters, styleText } from 'node:util';

/** The place of a command's output, and what it can show. */
export interface Terminal {
  /** Writes to the standard output; resolves when the text is out, or when its reader has gone. */
  out(text: string): Promise<void>;
  err(text: string): void;
  /** True when a person sees the standard output as it comes. */
  outIsLive: boolean;
  errIsLive: boolean;
  /** Signs in a line, and lines, now; `rows` absent where nobody knows. */
  readonly columns: number;
  readonly rows?: number | undefined;
  /** Asks the person who sits there; absent where nobody can see the question or type an answer. */
  ask?(question: string, signal: AbortSignal): Promise<string>;
}

/** Text styles in use, or none of them. */
export interface Palette {
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
  bold(text: string): string;
  dim(text: string): string;
}

/** The palette with colours, or the same without any. */
export function palette(colored: boolean): Palette {
  // Whether there are colours is decided; Node would look at the standard output, also for what goes to the other stream.
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colored ? styleText(format, text, { validateStream: false }) : text;
  return { good: style('green'), bad: style('red'), warn: style('yellow'), bold: style('bold'), dim: style('dim') };
}

/** Returns true when colours are wanted: `--no-color` and NO_COLOR (no-color.org) forbid them, FORCE_COLOR asks for them, else a terminal has them. */
export function wantsColor(flag: boolean, live: boolean, env: NodeJS.ProcessEnv): boolean {
  if (!flag || (env.NO_COLOR !== undefined && env.NO_COLOR !== '')) return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0') return true;
  return live && env.TERM !== 'dumb';
}

/**
 * Text that may come from a page, made harmless for a terminal: escape sequences, control characters and marks that turn the
 * direction of writing are taken out; line ends become blanks.
 */
export function plainText(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s*[\n\r\t]+\s*/g, ' ')
    .replace(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '')
    .toWellFormed();
}

/** A value as JSON of which no byte acts on a terminal: control characters beyond JSON's own are escaped too. */
export function safeJson(value: unknown, pretty: boolean): string {
  return JSON.stringify(value, null, pretty ? 2 : undefined).replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
