/** Longest stretch of foreign text shown at one place, in code points. */
const longestText = 2000;

/**
 * Characters that change how the text around them reads, or that no one can see: controls, direction overrides and marks
 * (Trojan Source, CVE-2021-42574), zero-width spaces, the tag block that smuggles text past human eyes.
 * Joiners (U+200C, U+200D) stay: scripts and emoji need them.
 */
const invisible =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is what this is for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text with each unpaired surrogate replaced by U+FFFD, so that it can be stored as UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * Foreign text made harmless to read: invisible and reordering characters are written out (`⟨U+202E⟩`), unpaired surrogates
 * replaced, line ends unified, and what is longer than `limit` code points cut with the number of characters left out.
 * It is still text: escaping for HTML, Markdown or XML is the renderer's part.
 */
export function showText(text: string, limit = longestText): string {
  // Cut before the work, so that a log line of many megabytes costs little; two units per code point at most.
  const points = Array.from(text.slice(0, limit * 2 + 2));
  const shown = points.length > limit ? points.slice(0, limit).join('') : text;
  const rest = text.length - shown.length;
  const visible = wellFormed(shown.replace(/\r\n?/g, '\n')).replace(invisible, writtenOut);
  return rest > 0 ? `${visible}… (${rest.toLocaleString('en-US')} more characters)` : visible;
}

/** The same on one line: white space, line ends too, becomes single spaces. */
export function showLine(text: string, limit = longestText): string {
  // Many megabytes cost as little here as above: white space beyond what can be shown stays as it is, to be counted.
  const far = limit * 8;
  const head = oneLine(text.slice(0, far));
  return showText(head.length > limit * 2 + 2 ? head + text.slice(far) : oneLine(text), limit);
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}

function writtenOut(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}

/**
 * Text that came from the page, a log or a file, set apart from our own words: invisible characters written out, its
 * direction isolated (`bdi`), escaped by the renderer.
 */
export function Untrusted({ text, limit }: { text: string; limit?: number }) {
  return <bdi>{showText(text, limit)}</bdi>;
}

/** Where a rule of accessibility is explained: the only address of a report that leads out of it. */
const RULE = /https:\/\/dequeuniversity\.com\/rules\/axe\/[\d.]+\/([a-z0-9-]+)(?:\?[\w=&]*)?/;

/** How to mend a problem; the address of a rule is a link with its name, every other one is text. */
export function Fix({ text }: { text: string }) {
  const [address, rule = ''] = RULE.exec(text) ?? [];
  if (address === undefined) return <Untrusted text={text} limit={400} />;
  const [before = '', after = ''] = text.split(address);
  return (
    <>
      <Untrusted text={before} limit={400} />
      <a href={address} target="_blank" rel="noopener noreferrer">
        <Untrusted text={rule} limit={60} />
      </a>
      <Untrusted text={after} limit={400} />
    </>
  );
}
