/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Place, withAgenda } from './agenda-parts.js';

/** Puts the scene on the frame's agenda; runs after `installAgenda` and before any script of the page. */
export function installScene(): void {
  const agenda = agendaOf(window);
  if (!agenda || agenda.scene) return;

  const shadows = new Set<WeakRef<ShadowRoot>>();
  const known = new WeakSet<ShadowRoot>();
  const keep = (root: ShadowRoot) => {
    if (known.has(root)) return;
    known.add(root);
    shadows.add(new WeakRef(root));
  };
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    keep(root);
    return root;
  };
  const roots = () => {
    const found: (Document | ShadowRoot)[] = [document];
    for (const reference of shadows) {
      const root = reference.deref();
      if (!root) shadows.delete(reference);
      else if (root.isConnected) found.push(root);
    }
    return found;
  };
  const look = (closed?: ShadowRoot) => {
    if (closed) keep(closed);
    // A root that is found is looked through in its turn.
    for (let seen = -1, all = roots(); all.length > seen; all = roots()) {
      for (const root of all.slice(Math.max(0, seen)))
        for (const element of Array.from(root.querySelectorAll('*')))
          if (element.shadowRoot instanceof ShadowRoot) keep(element.shadowRoot);
      seen = all.length;
    }
  };

  const own = new Set<Animation>();
  const ofScreen = new Set<Animation>();
  const styled = (element: Element, styles: Record<string, string>, pseudo?: string) => {
    const twice = Object.fromEntries(Object.entries(styles).map(([name, value]) => [name, [value, value]]));
    return element.animate(twice, { duration: 0, fill: 'both', ...(pseudo ? { pseudoElement: pseudo } : {}) });
  };
  const takeBack = (animations: Set<Animation>) => {
    for (const animation of animations) animation.cancel();
    animations.clear();
  };
  const stopAnimations = (): number => {
    let stopped = 0;
    for (const root of roots()) {
      for (const animation of root.getAnimations()) {
        // A scroll-driven animation stands where the scroll position puts it.
        if (animation.timeline !== null && !(animation.timeline instanceof DocumentTimeline)) continue;
        if (animation.playState === 'finished' || animation.playState === 'idle') continue;
        const end = animation.effect?.getComputedTiming().endTime;
        try {
          if (typeof end === 'number' && Number.isFinite(end) && animation.playbackRate !== 0) animation.finish();
          else animation.cancel();
          stopped++;
        } catch {
          // An animation of zero rate or without an effect cannot be finished; it does not move either.
          animation.cancel();
        }
      }
      stopped += agenda.drawings?.end(root) ?? 0;
      // Where the browser runs their clocks, drawings that never end stand where they begin.
      for (const svg of Array.from(root.querySelectorAll('svg'))) {
        if (svg.animationsPaused() || svg.querySelector('animate,animateTransform,animateMotion,set') === null)
          continue;
        svg.setCurrentTime(0);
        svg.pauseAnimations();
        stopped++;
      }
      for (const marquee of Array.from(root.querySelectorAll('marquee'))) (marquee as HTMLMarqueeElement).stop();
    }
    return stopped;
  };

  /** Frames that show something and whose documents the page can reach, those in frames too. */
  const framesIn = (all: (Document | ShadowRoot)[]): HTMLIFrameElement[] =>
    all.flatMap((root) =>
      Array.from(root.querySelectorAll('iframe')).flatMap((frame) => {
        const view = frame.contentDocument && frame.clientHeight > 0 && frame.checkVisibility() && frame.contentWindow;
        return view ? [frame, ...framesIn(agendaOf(view)?.scene?.roots() ?? [view.document])] : [];
      }),
    );
  /** Where the corner of an element's window is in this one. */
  const cornerOf = (element: Element): { x: number; y: number } => {
    const frame = element.ownerDocument === document ? null : element.ownerDocument.defaultView?.frameElement;
    if (!frame) return { x: 0, y: 0 };
    const [{ left, top }, around] = [frame.getBoundingClientRect(), cornerOf(frame)];
    return { x: around.x + left + frame.clientLeft, y: around.y + top + frame.clientTop };
  };

  const nameOf = (element: Element): string | undefined => {
    const root = element.getRootNode();
    const view = element.ownerDocument.defaultView;
    if (view?.frameElement && view !== window)
      return `${nameOf(view.frameElement)} >> ${agendaOf(view)?.scene?.nameOf(element) ?? element.localName}`;
    // Within a shadow root no selector finds it from outside; its host is the nearest that can be named.
    if (root instanceof ShadowRoot) return nameOf(root.host);
    const alone = (selector: string) => document.querySelectorAll(selector).length === 1;
    const steps: string[] = [];
    for (let at: Element | null = element; at && at !== document.documentElement; at = at.parentElement) {
      const testId = at.getAttribute('data-testid');
      const found = [
        ...(testId ? [`[data-testid="${CSS.escape(testId)}"]`] : []),
        ...(at.id ? [`#${CSS.escape(at.id)}`] : []),
        ...Array.from(at.classList).map((name) => `${at?.localName}.${CSS.escape(name)}`),
        at.localName,
      ]
        .map((step) => [step, ...steps].join(' > '))
        .find(alone);
      if (found) return found;
      const parent: Element | null = at.parentElement;
      const index = parent ? Array.from(parent.children).indexOf(at) + 1 : 1;
      steps.unshift(`${at.localName}:nth-child(${index})`);
      const path = steps.join(' > ');
      if (alone(path)) return path;
    }
    return undefined;
  };

  const hasWords = (element: Element) => {
    for (let node = element.firstChild; node; node = node.nextSibling)
      if (node.nodeType === Node.TEXT_NODE && (node.nodeValue ?? '').trim() !== '') return true;
    return false;
  };

  const insideOf = (element: Element) => {
    const edge = element.getBoundingClientRect();
    // A frame's frame is of another realm.
    const page =
      element.localName === 'iframe' ? (element as HTMLIFrameElement).contentDocument?.scrollingElement : undefined;
    const corner = cornerOf(element);
    const [left, top] = [corner.x + edge.left + element.clientLeft, corner.y + edge.top + element.clientTop];
    // What is in a frame is measured from its corner.
    const from = page ? { x: left, y: top } : corner;
    const scroller = page ?? element;
    const view = scroller.ownerDocument.defaultView ?? window;
    return { scroller, view, left, top, from, width: element.clientWidth, height: element.clientHeight };
  };

  agenda.scene = {
    roots,
    frames: () => framesIn(roots()),
    cornerOf,
    hasWords,
    insideOf,
    look,
    stopAnimations,
    style(element, styles, pseudo) {
      own.add(styled(element, styles, pseudo));
    },
    styleScreen(element, styles) {
      ofScreen.add(styled(element, styles));
    },
    restore() {
      takeBack(own);
      takeBack(ofScreen);
      agenda.drawings?.restore();
    },
    restoreScreen: () => takeBack(ofScreen),
    nameOf,
  };
}

/** Puts on the agenda what tells of an element whether and what it shows, for whoever looks at the page while it is scrolled. */
export function installEye(): void {
  const agenda = agendaOf(window);
  if (!agenda) return;
  const MOST_PARTS = 200;

  const inPage = (box: DOMRect): Place => ({
    x: box.x + scrollX,
    y: box.y + scrollY,
    width: box.width,
    height: box.height,
  });
  const above = (element: Element): Element | null => {
    const parent = element.assignedSlot ?? element.parentNode;
    return parent instanceof ShadowRoot ? parent.host : parent instanceof Element ? parent : null;
  };
  // Fixed and sticky parts go along with the screen: they are no part of one place of the page.
  const goesAlong = new Map<Element, boolean>();
  const pinned = (element: Element): boolean => {
    let known = goesAlong.get(element);
    if (known === undefined) {
      const parent = above(element);
      known = /fixed|sticky/.test(getComputedStyle(element).position) || (parent !== null && pinned(parent));
      goesAlong.set(element, known);
    }
    return known;
  };
  const shown = (element: Element) => {
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true, contentVisibilityAuto: false }))
      return false;
    // Parts that wait behind a clip of nothing are as good as transparent.
    return !clippedAway(getComputedStyle(element).clipPath);
  };
  const clippedAway = (clip: string) => {
    if (clip === 'none') return false;
    if (/inset\([^)]*100%|(?:circle|ellipse)\((?:0(?:px|%)? |[^)]* 0(?:px|%)? at|0(?:px|%)?\))/.test(clip)) return true;
    const points = /^polygon\((?:\w+, )?([^()]*)\)$/.exec(clip)?.[1]?.split(',');
    if (!points) return false;
    const [across, down] = [0, 1].map((axis) => {
      const at = points.map((point) => Number.parseFloat(point.trim().split(/\s+/)[axis] ?? ''));
      return Math.max(...at) - Math.min(...at);
    });
    return across === 0 || down === 0;
  };
  const within = (one: Element, other: Element) => {
    for (let at: Element | null = one; at; at = above(at)) if (at === other) return true;
    return false;
  };
  const overlap = (a: Place, b: Place) =>
    Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
    Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));
  // Fixed parts are cut by the window alone.
  const uncut = (element: Element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    let [from, to, start, end] = [left, right, top, bottom];
    for (let at = above(element); at && at !== document.body && at !== document.documentElement; at = above(at)) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (overflowX === 'visible' && overflowY === 'visible') continue;
      const box = at.getBoundingClientRect();
      if (overflowX !== 'visible') [from, to] = [Math.max(from, box.left), Math.min(to, box.right)];
      if (overflowY !== 'visible') [start, end] = [Math.max(start, box.top), Math.min(end, box.bottom)];
    }
    return to - from >= 1 && end - start >= 1;
  };
  const drawsItself = (element: Element) => {
    if (/^(?:img|svg|image|canvas|video|iframe|input|button|select|textarea|object|embed|hr)$/.test(element.localName))
      return true;
    if (agenda.scene?.hasWords(element)) return true;
    const { backgroundColor, backgroundImage, borderTopWidth } = getComputedStyle(element);
    return (
      backgroundImage !== 'none' || !/^(?:transparent|rgba\(.*, 0\))$/.test(backgroundColor) || borderTopWidth !== '0px'
    );
  };
  const draws = (element: Element) =>
    drawsItself(element) ||
    (element.textContent ?? '').trim() !== '' ||
    element.querySelector('img,svg,canvas,video,iframe,input,button') !== null ||
    Array.from(element.querySelectorAll('*')).some(drawsItself);
  const inside = (element: Element) =>
    element instanceof HTMLIFrameElement && element.contentDocument ? element.contentDocument : element;
  // What it was told to show: the address of what has arrived is known only then.
  const told = (element: Element, name: string) =>
    (element.getAttribute(name) ?? '').slice(0, 500).replace(/^blob:.*/, 'blob:');
  const pictureOf = (element: Element, background: string) => {
    const sources = element.parentElement?.localName === 'picture' ? Array.from(element.parentElement.children) : [];
    const names = /^(?:img|video|image|source|iframe|embed|object)$/.test(element.localName)
      ? [element, ...sources].flatMap((one) =>
          ['src', 'srcset', 'poster', 'href', 'data'].map((name) => told(one, name)),
        )
      : [];
    const drawn = ['::before', '::after'].map((pseudo) => {
      const { content, backgroundImage } = getComputedStyle(element, pseudo);
      return content === 'none' || content === 'normal' ? '' : `${content}${backgroundImage}`;
    });
    return [...names, background === 'none' ? '' : background, ...drawn].join('');
  };
  /** What is drawn on canvases, at the size of a stamp; nothing of those that nobody may read. */
  const stamp = document.createElement('canvas');
  [stamp.width, stamp.height] = [8, 8];
  const drawnOn = (element: Element) => {
    const all = element instanceof HTMLCanvasElement ? [element] : Array.from(element.querySelectorAll('canvas'));
    return all.slice(0, 3).map((canvas) => {
      const context = stamp.getContext('2d', { willReadFrequently: true });
      if (!context || canvas.width * canvas.height === 0) return '';
      try {
        context.clearRect(0, 0, 8, 8);
        context.drawImage(canvas, 0, 0, 8, 8);
        const { data } = context.getImageData(0, 0, 8, 8);
        return data.some((value) => value > 0) ? `drawn ${data.join(' ')}` : '';
      } catch {
        // It shows what another origin gave it.
        return '';
      }
    });
  };
  /** Whether a flat part stands beside its place in the layout, whatever perspective it is seen in. */
  const standsBeside = (element: Element) => {
    const { transform, translate, rotate, scale } = getComputedStyle(element);
    if (translate !== 'none' || rotate !== 'none' || scale !== 'none') return true;
    if (transform === 'none') return false;
    const { m11, m12, m14, m21, m22, m24, m41, m42 } = new DOMMatrix(transform);
    return [m11 - 1, m22 - 1, m12, m14, m21, m24, m41, m42].some((off) => Math.abs(off) > 0.01);
  };
  const lookOf = (element: Element) => {
    const { opacity, clipPath, backgroundImage } = getComputedStyle(element);
    const all = Array.from(inside(element).querySelectorAll('*')).slice(0, MOST_PARTS);
    // A class of its own may bring up what is in it.
    const parts = all.filter((part) => shown(part) && (!element.contains(part) || uncut(part))).length;
    const beside = new Set([element, ...all].filter(standsBeside));
    const text = (element.textContent ?? '').slice(0, 200);
    const picture = pictureOf(element, backgroundImage) + drawnOn(element).join('');
    return { opacity: Number(opacity), clip: clipPath, text, parts, picture, beside };
  };
  agenda.eye = {
    within,
    overlap,
    inPage,
    above,
    pinned,
    shown,
    drawsItself,
    draws,
    uncut,
    lookOf,
    movedOn: () => goesAlong.clear(),
  };
}

/** Takes fixed parts out of sight and sticky ones back to their place, for pictures of single screens that go into the whole. */
export function hidePinned(): void {
  const scene = agendaOf(window)?.scene;
  for (const root of scene?.roots() ?? [])
    for (const element of Array.from(root.querySelectorAll('*'))) {
      const { position, zIndex } = getComputedStyle(element);
      if (position === 'sticky') scene?.styleScreen(element, { top: 'auto', bottom: 'auto' });
      // What lies behind the page is seen through it.
      else if (position === 'fixed' && !(Number(zIndex) < 0)) scene?.styleScreen(element, { opacity: '0' });
    }
}

/** Takes back what `hidePinned` did. */
export function showPinned(): void {
  agendaOf(window)?.scene?.restoreScreen();
}

withAgenda(installScene, installEye, hidePinned, showPinned);
