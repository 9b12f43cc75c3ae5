/// <reference lib="dom" />

/** Most errors that one document tells of in this way: a page may throw in a loop. */
const MAX_TOLD = 200;

/** The argument of `tellHiddenErrors`: the word that its messages begin with, and how many one document writes. */
export interface HiddenErrors {
  told: string;
  most: number;
}

/** What `tellHiddenErrors` is given. `told` has to be unknown to every page. */
export function hiddenErrors(told: string): HiddenErrors {
  return { told, most: MAX_TOLD };
}

/**
 * Writes the errors to the console that the page keeps from the browser (`onerror` that returns true, `preventDefault` of `error` and
 * `unhandledrejection`), which the browser reports nowhere. Runs before any script of the page, with functions of its own.
 */
export function tellHiddenErrors({ told, most }: HiddenErrors): void {
  const say = window.console.error.bind(window.console);
  const later = window.setTimeout.bind(window);
  const listen = EventTarget.prototype.addEventListener;
  let left = most;
  const stackOf = (thrown: unknown) =>
    thrown !== null && typeof thrown === 'object' && 'stack' in thrown ? String(thrown.stack) : '';
  const hear = (event: Event) => {
    // Pictures and scripts that do not load send events of this name too.
    const isError = event instanceof ErrorEvent;
    if (!isError && !(event instanceof PromiseRejectionEvent)) return;
    const text = isError
      ? stackOf(event.error) || `${event.message} (${event.filename}:${event.lineno}:${event.colno})`
      : stackOf(event.reason) || String(event.reason);
    // Whether it was kept from the browser is known when every listener of the page has heard it.
    later(() => {
      if (event.isTrusted && event.defaultPrevented && left-- > 0) say(told + text);
    });
  };
  // The first listeners of the window: none of the page's can keep the event from them.
  for (const type of ['error', 'unhandledrejection']) listen.call(window, type, hear, true);
  // What a worker does not catch comes to the object that stands for it, and goes no further where that keeps it.
  const { apply, construct, defineProperty } = Reflect;
  const heard = new Proxy(Worker, {
    construct(native, words, wanted) {
      const worker: unknown = construct(native, words, wanted);
      apply(listen, worker, ['error', hear, true]);
      return Object(worker);
    },
  });
  for (const [owner, name] of [
    [window, 'Worker'],
    [Worker.prototype, 'constructor'],
  ] as const)
    defineProperty(owner, name, { configurable: true, writable: true, enumerable: false, value: heard });
}

/**
 * Writes to the console what the browser tells nobody but the page: a socket that is closed with a code for something wrong, and an answer that
 * is read as JSON and is a page. Runs before any script of the page, with functions of its own.
 */
export function tellRefusals({ told, most }: HiddenErrors): void {
  const say = window.console.error.bind(window.console);
  const listen = EventTarget.prototype.addEventListener;
  const { apply, construct, defineProperty } = Reflect;
  const { exec } = RegExp.prototype;
  const { then } = Promise.prototype;
  const getter = (owner: object, name: string): (() => unknown) =>
    Object.getOwnPropertyDescriptor(owner, name)?.get ?? (() => undefined);
  let left = most;
  const tell = (url: unknown, what: string, how = 'refused') => {
    if (left-- > 0) say(`${told}${how} ${url} ${what}`);
  };

  // No page can send these: a server, or the browser for it, says so.
  const WRONG = [1002, 1003, 1007, 1008, 1009, 1010, 1011, 1014];
  const [socketUrl, codeOf, reasonOf] = [
    getter(WebSocket.prototype, 'url'),
    getter(CloseEvent.prototype, 'code'),
    getter(CloseEvent.prototype, 'reason'),
  ];
  const has = Array.prototype.includes;
  const { has: hasSocket, add: addSocket } = WeakSet.prototype;
  const [open, ended] = [new WeakSet(), new WeakSet()];
  const opened = (event: Event) => {
    if (!event.isTrusted) return;
    apply(addSocket, open, [event.target]);
    tell(apply(socketUrl, event.target, []), '', 'opened');
  };
  const close = new Proxy(WebSocket.prototype.close, {
    apply(native, socket, words) {
      apply(native, socket, words);
      apply(addSocket, ended, [socket]);
    },
  });
  defineProperty(WebSocket.prototype, 'close', { configurable: true, writable: true, enumerable: true, value: close });
  const closed = (event: Event) => {
    const code = apply(codeOf, event, []);
    if (!event.isTrusted) return;
    const socket = event.target;
    // Broken off, after it had opened and unless the page had closed it: how the page stands decides.
    if (code === 1006 && apply(hasSocket, open, [socket]) && !apply(hasSocket, ended, [socket]))
      return tell(apply(socketUrl, socket, []), 'the socket broke off (1006)', 'doubted');
    if (!apply(has, WRONG, [code])) return;
    tell(apply(socketUrl, event.target, []), `the server closed the socket with ${code} ${apply(reasonOf, event, [])}`);
  };
  const sockets = new Proxy(WebSocket, {
    construct(native, words, wanted) {
      const socket: unknown = construct(native, words, wanted);
      apply(listen, socket, ['open', opened]);
      apply(listen, socket, ['close', closed]);
      return Object(socket);
    },
  });
  for (const [owner, name] of [
    [window, 'WebSocket'],
    [WebSocket.prototype, 'constructor'],
  ] as const)
    defineProperty(owner, name, { configurable: true, writable: true, enumerable: false, value: sockets });

  const [answerUrl, statusOf] = [getter(Response.prototype, 'url'), getter(Response.prototype, 'status')];
  const NOTHING = /unexpected end of (?:JSON )?(?:input|data)|unexpected end of data at line 1/i;
  const MARKUP = /'<'|unexpected character at line 1 column 1/;
  const json = new Proxy(Response.prototype.json, {
    apply(native, answer, words) {
      const reading: unknown = apply(native, answer, words);
      const failed = (reason: unknown) => {
        const url = apply(answerUrl, answer, []);
        if (!(reason instanceof SyntaxError) || !url || Number(apply(statusOf, answer, [])) >= 400) return;
        if (apply(exec, MARKUP, [reason.message])) tell(url, 'a page came where JSON was read');
        if (apply(exec, NOTHING, [reason.message])) tell(url, 'nothing came where JSON was read', 'doubted');
      };
      apply(then, reading, [undefined, failed]);
      return reading;
    },
  });
  defineProperty(Response.prototype, 'json', { configurable: true, writable: true, enumerable: true, value: json });
}

/**
 * Keeps a page from saying more than anybody reads: of each kind (chatter, warnings, errors) `calls` lines in `perMs`, each text of at
 * most `maxText` characters. Every line costs the browser, the pipe and us, and a page that says a hundred thousand would stand in the way
 * of everything after it. How much was left out is told by debug messages that begin with `mark`, and so is where an error was said.
 */
export function limitConsole({
  mark,
  calls,
  perMs,
  maxText,
}: {
  mark: string;
  calls: number;
  perMs: number;
  maxText: number;
}): void {
  const spoken = window.console;
  const tell = spoken.debug.bind(spoken);
  const [clock, later] = [performance.now.bind(performance), window.setTimeout.bind(window)];
  // As they are now: a page may put others in their place.
  const { apply, defineProperty } = Reflect;
  const { slice, split } = String.prototype;
  const { exec } = RegExp.prototype;
  const kindOf = () => ({ left: calls, since: clock(), lost: 0 });
  // Warnings that nobody reads cost no error its place.
  const [chatter, warnings, errors] = [kindOf(), kindOf(), kindOf()];
  let [dropped, tellAt, waiting] = [0, 1, false];

  const report = () => {
    waiting = false;
    const harmless = chatter.lost + warnings.lost;
    if (harmless + errors.lost === 0) return;
    tell(`${mark}dropped ${harmless} ${errors.lost}`);
    for (const kind of [chatter, warnings, errors]) kind.lost = 0;
  };
  const isSpent = (kind: typeof chatter): boolean => {
    const now = clock();
    if (now - kind.since > perMs) {
      kind.left = calls;
      kind.since = now;
    }
    if (kind.left > 0) {
      kind.left--;
      return false;
    }
    kind.lost++;
    dropped++;
    if (dropped >= tellAt) {
      tellAt *= 4;
      report();
    } else if (!waiting) {
      waiting = true;
      later(report, 200);
    }
    return true;
  };
  const cut = (said: unknown) =>
    typeof said === 'string' && said.length > maxText ? `${apply(slice, said, [0, maxText])}…` : said;
  const CALLER = /((?:https?|file|blob):[^\s()]+):(\d+):(\d+)\)?$/;

  const wrap = (name: string, kind: typeof chatter) => {
    const native: unknown = Reflect.get(spoken, name);
    if (typeof native !== 'function') return;
    const said = (...words: unknown[]) => {
      if (name === 'assert' && words[0]) return;
      if (isSpent(kind)) return;
      if (kind !== chatter) {
        // The line that called: ours is the first.
        const line: string | undefined = apply(split, new Error().stack ?? '', ['\n'])[2];
        const place: RegExpExecArray | null = line === undefined ? null : apply(exec, CALLER, [line]);
        if (place) tell(`${mark}at ${place[1]} ${Number(place[2]) - 1} ${Number(place[3]) - 1}`);
      }
      for (let at = 0; at < words.length; at++) words[at] = cut(words[at]);
      apply(native, spoken, words);
    };
    defineProperty(said, 'name', { value: name });
    defineProperty(spoken, name, { configurable: true, enumerable: true, writable: true, value: said });
  };
  for (const name of [
    'debug',
    'log',
    'info',
    'trace',
    'dir',
    'dirxml',
    'table',
    'group',
    'groupCollapsed',
    'count',
    'timeLog',
    'timeEnd',
  ])
    wrap(name, chatter);
  wrap('warn', warnings);
  for (const name of ['error', 'assert']) wrap(name, errors);
  // What nobody catches is said as well, with all that it is made of.
  const thrown = { ...kindOf(), lost: 0 };
  const refuse = (event: Event) => {
    const now = clock();
    if (now - thrown.since > perMs) {
      thrown.left = calls;
      thrown.since = now;
    }
    if (thrown.left-- > 0) return;
    // Nobody hears of it, the page itself included: a handler that says each one would go on.
    event.preventDefault();
    event.stopImmediatePropagation();
    errors.lost++;
    if (!waiting) {
      waiting = true;
      later(report, 200);
    }
  };
  window.addEventListener('error', refuse, true);
  window.addEventListener('unhandledrejection', refuse, true);
}
