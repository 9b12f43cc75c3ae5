/// <reference lib="dom" />

/**
 * Stops, in every frame, a navigation to an address that the browser would hand to another program (`tel:`, `sms:`, an app's own scheme):
 * it would ask first, in a window of its own that holds all input of the page and that nobody here can answer. What was stopped is told
 * as a console message that begins with `mark`, then says what kind it is and what was asked for. A frame that begins with such an address cannot be stopped from inside.
 */
export function stayOnWeb({ mark }: { mark: string }): void {
  const web = /^(?:https?|about|blob|data|file|filesystem|javascript|view-source|chrome[a-z-]*|devtools):/i;
  // The page's own console, whose messages are read outside; this one is left out of the log.
  const spoken = window.console;
  const tell = spoken.debug.bind(spoken);
  // A form's navigation would be waited for by whoever pressed its button, though it is stopped.
  addEventListener(
    'submit',
    (event) => {
      const { target } = event;
      const by = event instanceof SubmitEvent ? event.submitter : null;
      const own =
        by instanceof HTMLButtonElement || by instanceof HTMLInputElement ? by.getAttribute('formaction') : null;
      if (!(target instanceof HTMLFormElement)) return;
      const action = new URL(own ?? target.getAttribute('action') ?? '', document.baseURI).href;
      if (web.test(action)) return;
      event.preventDefault();
      tell(`${mark}other_program ${action}`);
    },
    { capture: true },
  );
  const navigation = Reflect.get(window, 'navigation') as EventTarget | undefined;
  navigation?.addEventListener('navigate', (event) => {
    const destination = Reflect.get(event, 'destination') as { url: string } | undefined;
    if (!destination || web.test(destination.url) || !event.cancelable) return;
    event.preventDefault();
    tell(`${mark}other_program ${destination.url}`);
  });
  // The choice of a window to share is a prompt of the browser's as well; it is answered as by a person who cancels it.
  const media = Reflect.get(window, 'MediaDevices') as typeof MediaDevices | undefined;
  if (media && 'getDisplayMedia' in media.prototype)
    media.prototype.getDisplayMedia = async function getDisplayMedia() {
      tell(`${mark}screen_share getDisplayMedia`);
      throw new DOMException('Permission denied', 'NotAllowedError');
    };
}
