import type { BrowserContext, CDPSession, ConsoleMessage, Page, Request } from 'playwright';
import { stayOnWeb } from './page/stay-on-web.js';

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
 * a person who has none, and one that is made works from then on. Also hears of a frame that begins with another program's address.
 */
export async function answerPrompts(page: Page, protocol: CDPSession | undefined, events: Listener): Promise<void> {
  page.on('request', (request) => {
    if (isOtherProgram(request)) events.suspect(request.url());
  });
  if (!protocol) return;
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

function isOtherProgram(request: Request): boolean {
  return (
    request.isNavigationRequest() && !/^(?:https?|about|blob|data|file|javascript|chrome[a-z-]*):/i.test(request.url())
  );
}
