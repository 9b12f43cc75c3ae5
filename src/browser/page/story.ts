/// <reference lib="dom" />

/** What has become of the story that a page shows. */
export type StoryEnd =
  /** It is drawn, and its `play` function has ended. */
  | { shown: true }
  /** It cannot be drawn, its `play` function failed, or there is no such story. */
  | { shown: false; message: string };

/**
 * Runs in the page of one story: how it ended, `null` while it is under way. Storybook 7 and later tell the phase of what they draw, which
 * ends after `play`; 6 shows by a class of the body what it does; Ladle marks its document.
 */
export function storyEnd(): StoryEnd | null {
  const text = (selector: string) => document.querySelector(selector)?.textContent?.trim() ?? '';
  const failure = () => [text('#error-message'), text('#error-stack')].filter((one) => one !== '').join('\n');
  const is = (name: string) => document.body?.classList.contains(name) === true;
  if (document.documentElement.hasAttribute('data-storyloaded')) return { shown: true };
  if (is('sb-show-errordisplay')) return { shown: false, message: failure() || 'the story could not be drawn' };
  if (is('sb-show-nopreview')) return { shown: false, message: text('.sb-nopreview') || 'there is no such story' };
  const preview: unknown = Reflect.get(window, '__STORYBOOK_PREVIEW__');
  const render: unknown = Reflect.get(Object(preview), 'currentRender');
  const phase: unknown = Reflect.get(Object(render), 'phase');
  if (phase === 'errored' || phase === 'aborted')
    return { shown: false, message: failure() || `the story ended as "${phase}"` };
  if (phase === 'completed' || phase === 'finished') {
    // Since 8.5 a story stays as it was when its play function threw, and only the channel knows.
    const channel = Reflect.get(window, '__STORYBOOK_ADDONS_CHANNEL__') as
      | { last?(event: string): unknown }
      | undefined;
    const thrown: unknown = Reflect.get(Object(channel?.last?.('playFunctionThrewException')), 0);
    const message: unknown = Reflect.get(Object(thrown), 'message');
    return typeof message === 'string' ? { shown: false, message: `play: ${message}` } : { shown: true };
  }
  // No phases: Storybook 6, which is done with a story when it shows it.
  const known = phase !== undefined || Reflect.get(Object(preview), 'channel') !== undefined;
  return !known && is('sb-show-main') && document.querySelector('#root > *, #storybook-root > *')
    ? { shown: true }
    : null;
}
