import type { BrowserContext, CDPSession, ConsoleMessage, Page, Request } from 'playwright';

/*
 * Prompts that belong to the browser, not to the page: no script and no protocol command sees them, and while one is open every click and
 * key is lost without a word. They are kept from opening.
 */

/** How a page tells what it was kept from: what follows is the kind, and what was asked for. */
const MARK = 'codeloop keeps the page from ';

/** Who hears what pages asked of the browser. */
interface Listener {
  /** A question and what it was answered. */
  note(asked: { type: string; message: string; answer: string }): void;
  /** A question that the browser may show, in a window of its own. */
  suspect(url: string): void;
}

/** Keeps the pages of a context on the web; before its first page. */
export async function refuseOtherPrograms(context: BrowserContext): Promise<void> {
  await context.addInitScript(stayOnWeb, { mark: MARK });
}

/** True for a message that only tells what was refused; it is told as an answered dialog. */
export function isRefusal(message: ConsoleMessage, events: Pick<Listener, 'note'>): boolean {
  if (message.type() !== 'debug' || !message.text().startsWith(MARK)) return false;
  const [type = '', ...asked] = message.text().slice(MARK.length).split(' ');
  events.note({ type, message: asked.join(' '), answer: 'refused' });
  return true;
}

/**
 * Answers what a page asks of passkeys by an authenticator of its own, which holds none at first: a request for a passkey is refused as by
 * a person who has none, and one that is made works from then on. A server that asks for a user and a password is refused, unless they are
 * `known`: it answers with its own page then. Also hears of a frame that begins with another program's address.
 */
export async function answerPrompts(
  page: Page,
  protocol: CDPSession | undefined,
  events: Listener,
  known: boolean,
): Promise<void> {
  page.on('request', (request) => {
    if (isOtherProgram(request)) events.suspect(request.url());
  });
  if (!protocol) return;
  if (!known) await refuseLogin(protocol, events);
  await protocol.send('WebAuthn.enable', { enableUI: false });
  await protocol.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** The requests whose refusal a page can show; each is held for a moment, so the others are left alone. */
const ASKING = ['Document', 'XHR', 'Fetch'] as const;

async function refuseLogin(protocol: CDPSession, events: Listener): Promise<void> {
  // A page that is gone has no request left to go on with.
  const gone = () => undefined;
  protocol.on('Fetch.requestPaused', ({ requestId }) => {
    protocol.send('Fetch.continueRequest', { requestId }).catch(gone);
  });
  protocol.on('Fetch.authRequired', ({ requestId, authChallenge: { source, origin, realm } }) => {
    const refused = source !== 'Proxy';
    if (refused) events.note({ type: 'login', message: `${origin} ${realm}`.trim(), answer: 'refused' });
    const authChallengeResponse = { response: refused ? ('CancelAuth' as const) : ('Default' as const) };
    protocol.send('Fetch.continueWithAuth', { requestId, authChallengeResponse }).catch(gone);
  });
  const patterns = ASKING.map((resourceType) => ({ urlPattern: '*', resourceType }));
  await protocol.send('Fetch.enable', { handleAuthRequests: true, patterns });
}

function isOtherProgram(request: Request): boolean {
  return (
    request.isNavigationRequest() && !/^(?:https?|about|blob|data|file|javascript|chrome[a-z-]*):/i.test(request.url())
  );
}

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
