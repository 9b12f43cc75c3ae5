import type { BrowserContext, CDPSession, ConsoleMessage, Page, Request } from 'playwright';

/*
 * Prompts that belong to the browser, not to the page: no script and no protocol command sees them, and while one is open every click and
 * key is lost without a word. They are kept from opening.
 */

/** How a page tells what it asked of the browser: the kind, what it was answered and what was asked for follow, with tabs between. */
const MARK = 'codeloop hears the browser asked for ';

/** Who hears what pages asked of the browser. */
interface Listener {
  /** A question and what it was answered. */
  note(asked: { type: string; message: string; answer: string }): void;
  /** A question that the browser may show, in a window of its own. */
  suspect(url: string): void;
}

/** Keeps the pages of a context from prompts of the browser's; before its first page. */
export async function refuseOtherPrograms(context: BrowserContext): Promise<void> {
  await context.addInitScript(stayOnWeb, { mark: MARK });
}

/** True for a message that only tells what was asked of the browser; it is told as an answered dialog. */
export function isRefusal(message: ConsoleMessage, events: Pick<Listener, 'note'>): boolean {
  if (message.type() !== 'debug' || !message.text().startsWith(MARK)) return false;
  const [type = '', answer = '', ...asked] = message.text().slice(MARK.length).split('\t');
  events.note({ type, message: asked.join(' '), answer });
  return true;
}

/**
 * Answers what a page asks of passkeys by an authenticator of its own, which holds none at first: a request for a passkey is refused as by
 * a person who has none, and one that is made works from then on. A server that asks for a user and a password is refused, unless they are
 * `known`: it answers with its own page then. `live`: steps are taken in it. Also hears of a frame that begins with another program's address.
 */
export async function answerPrompts(
  page: Page,
  protocol: CDPSession | undefined,
  events: Listener,
  { known, live }: { known: boolean; live: boolean },
): Promise<Passkeys> {
  const passkeys = { made: false };
  page.on('request', (request) => {
    if (isOtherProgram(request)) events.suspect(request.url());
  });
  if (!protocol) return passkeys;
  protocol.on('WebAuthn.credentialAdded', () => {
    passkeys.made = true;
  });
  if (!known) await refuseLogin(protocol, events, live);
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
  return passkeys;
}

/** The passkeys of a page's authenticator. */
export interface Passkeys {
  /** One was made. */
  readonly made: boolean;
}

/** The requests whose refusal a page can show; each is held for a moment, so the others are left alone where nobody presses anything. */
const ASKING = ['Document', 'XHR', 'Fetch'] as const;

async function refuseLogin(protocol: CDPSession, events: Listener, live: boolean): Promise<void> {
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
  // A picture, a script, a beacon: whatever asks for a login opens the same question, which takes all input of the browser.
  const patterns = live ? [{ urlPattern: '*' }] : ASKING.map((resourceType) => ({ urlPattern: '*', resourceType }));
  await protocol.send('Fetch.enable', { handleAuthRequests: true, patterns });
}

function isOtherProgram(request: Request): boolean {
  return (
    request.isNavigationRequest() && !/^(?:https?|about|blob|data|file|javascript|chrome[a-z-]*):/i.test(request.url())
  );
}

/**
 * Stops, in every frame, what the browser would ask about in a window of its own that holds all input of the page and that nobody here can
 * answer: a navigation to an address that it would hand to another program (`tel:`, `sms:`, an app's own scheme), choices of devices, of files
 * and of windows to share, printing. They are answered as by a person who cancels. Of what the browser answers by itself (permissions, the
 * whole screen, the pointer) the answer is heard. All of it is told as a console message that begins with `mark`. A frame that begins with
 * another program's address cannot be stopped from inside.
 */
export function stayOnWeb({ mark }: { mark: string }): void {
  const web = /^(?:https?|about|blob|data|file|filesystem|javascript|view-source|chrome[a-z-]*|devtools):/i;
  // The page's own console, whose messages are read outside; this one is left out of the log.
  const spoken = window.console;
  const debug = spoken.debug.bind(spoken);
  const tell = (type: string, asked: string, answer = 'refused') => debug(`${mark}${type}\t${answer}\t${asked}`);
  const away = (form: HTMLFormElement, by: Element | null): string | undefined => {
    const own =
      by instanceof HTMLButtonElement || by instanceof HTMLInputElement ? by.getAttribute('formaction') : null;
    const action = new URL(own ?? form.getAttribute('action') ?? '', document.baseURI).href;
    return web.test(action) ? undefined : action;
  };
  // A form's navigation would be waited for by whoever pressed its button, though it is stopped.
  addEventListener(
    'submit',
    (event) => {
      const { target } = event;
      const action =
        target instanceof HTMLFormElement
          ? away(target, event instanceof SubmitEvent ? event.submitter : null)
          : undefined;
      if (action === undefined) return;
      event.preventDefault();
      tell('other_program', action);
    },
    { capture: true },
  );
  const navigation = Reflect.get(window, 'navigation') as EventTarget | undefined;
  navigation?.addEventListener('navigate', (event) => {
    const destination = Reflect.get(event, 'destination') as { url: string } | undefined;
    if (!destination || web.test(destination.url) || !event.cancelable) return;
    event.preventDefault();
    tell('other_program', destination.url);
  });

  type Called = (this: unknown, ...given: unknown[]) => unknown;
  /** Puts a function in the place of one that the browser has here. */
  const instead = (owner: string, name: string, make: (own: Called) => Called) => {
    const found: unknown = owner === 'Window' ? window : Reflect.get(window, owner);
    const known = (typeof found === 'function' && (found.prototype as object | undefined)) || undefined;
    const holder = owner === 'Window' ? window : known && name in known ? known : (found as object | undefined);
    if (!holder || !(name in holder)) return;
    const own: unknown = Reflect.get(holder, name, holder === known ? {} : holder);
    if (typeof own !== 'function') return;
    const value = make(own as Called);
    Object.defineProperty(value, 'name', { value: name });
    Object.defineProperty(holder, name, { configurable: true, enumerable: true, writable: true, value });
  };
  const cancelled: readonly [type: string, error: string, owner: string, ...names: string[]][] = [
    ['screen_share', 'NotAllowedError', 'MediaDevices', 'getDisplayMedia'],
    ['device', 'NotFoundError', 'USB', 'requestDevice'],
    ['device', 'NotFoundError', 'Serial', 'requestPort'],
    ['device', 'NotFoundError', 'Bluetooth', 'requestDevice'],
    ['device', '', 'HID', 'requestDevice'],
    ['file_picker', 'AbortError', 'Window', 'showOpenFilePicker', 'showSaveFilePicker', 'showDirectoryPicker'],
    ['colour_of_the_screen', 'AbortError', 'EyeDropper', 'open'],
    ['share', 'AbortError', 'Navigator', 'share'],
  ];
  for (const [type, error, owner, ...names] of cancelled)
    for (const name of names)
      instead(owner, name, () => async () => {
        tell(type, name);
        // Of some devices a person who chooses none gives an empty list.
        if (error === '') return [];
        throw new DOMException('The user cancelled the request.', error);
      });
  // A script that sends a form tells nobody of it.
  instead(
    'HTMLFormElement',
    'submit',
    (own) =>
      function (...given) {
        const action = this instanceof HTMLFormElement ? away(this, null) : undefined;
        if (action === undefined) return Reflect.apply(own, this, given);
        tell('other_program', action);
      },
  );
  instead('Window', 'print', () => () => {
    tell('print', 'print');
    dispatchEvent(new Event('beforeprint'));
    dispatchEvent(new Event('afterprint'));
  });
  instead('Navigator', 'registerProtocolHandler', () => (scheme) => {
    tell('protocol_handler', String(scheme));
  });
  const heard: readonly [type: string, owner: string, ...names: string[]][] = [
    ['permission', 'Geolocation', 'getCurrentPosition', 'watchPosition'],
    ['permission', 'Notification', 'requestPermission'],
    ['permission', 'IdleDetector', 'requestPermission'],
    ['permission', 'MediaDevices', 'getUserMedia'],
    ['permission', 'Clipboard', 'read', 'readText'],
    ['permission', 'Navigator', 'requestMIDIAccess'],
    ['permission', 'Window', 'queryLocalFonts', 'getScreenDetails'],
    ['permission', 'Document', 'requestStorageAccess'],
    ['payment', 'PaymentRequest', 'show'],
    ['full_screen', 'Element', 'requestFullscreen'],
    ['pointer_lock', 'Element', 'requestPointerLock'],
  ];
  for (const [type, owner, ...names] of heard)
    for (const name of names)
      instead(
        owner,
        name,
        (own) =>
          function (...given) {
            const asked = owner === 'Element' || name === 'show' ? name : `${owner}.${name}`;
            const got = (what: unknown) =>
              tell(type, asked, what === 'denied' || what === 'default' ? 'refused' : 'given');
            const failed = (error: unknown) =>
              tell(type, asked, error instanceof DOMException ? `refused (${error.name})` : 'refused');
            if (owner === 'Geolocation') {
              const [done, not, ...more] = given as [
                ((at: unknown) => void)?,
                ((error: unknown) => void)?,
                ...unknown[],
              ];
              let told = false;
              const once = (say: () => void) => {
                if (!told) say();
                told = true;
              };
              const answered = (at: unknown) => {
                once(() => got(at));
                done?.(at);
              };
              const missed = (error: unknown) => {
                once(() => failed(error));
                not?.(error);
              };
              return Reflect.apply(own, this, [typeof done === 'function' ? answered : done, missed, ...more]);
            }
            const answer = Reflect.apply(own, this ?? window, given);
            if (answer instanceof Promise) answer.then(got, failed);
            return answer;
          },
      );
  // A field for files opens a choice of files, by a press or by a script; also one that is in no document.
  const files = (field: unknown) => {
    if (field instanceof HTMLInputElement && field.type === 'file' && !field.disabled)
      tell('file_chooser', field.name || field.id || 'a field for files', 'cancelled; upload_file gives it files');
  };
  addEventListener('click', (event) => files(event.composedPath()[0]), { capture: true });
  for (const [owner, name] of [
    ['HTMLElement', 'click'],
    ['HTMLInputElement', 'showPicker'],
  ] as const)
    instead(
      owner,
      name,
      (own) =>
        function (...given) {
          if (this instanceof HTMLInputElement && (name === 'showPicker' || !this.isConnected)) files(this);
          return Reflect.apply(own, this, given);
        },
    );
}

/** Gives the pointer back that a page holds for itself, as a person does by Escape; until then no press reaches anything else. */
export async function givePointerBack(): Promise<boolean> {
  const held = document.pointerLockElement !== null;
  if (held)
    await new Promise<void>((resolve) => {
      document.addEventListener('pointerlockchange', () => resolve(), { once: true });
      document.exitPointerLock();
    });
  return held;
}
