/// <reference lib="dom" />

/** Properties that move what is seen; a change of colour or clearness is none of it. */
export interface EndlessMotion {
  /** Number of the element in the order of the document, shadow trees left out. */
  element: number;
  what: string;
}

/** What moves by itself for more than 5 s and is not small: running animations and films (WCAG 2.2.2). */
export function endlessMotion(): EndlessMotion[] {
  const moving =
    /^(?:transform|translate|rotate|scale|left|right|top|bottom|inset|margin|offset|width|height|background(?:Position|-position))/;
  const least = 64;
  const numbers = new Map(Array.from(document.querySelectorAll('*')).map((element, number) => [element, number]));
  const found = new Map<number, EndlessMotion>();
  const tell = (element: Element, what: string) => {
    const number = numbers.get(element);
    const { width, height } = element.getBoundingClientRect();
    if (number !== undefined && width > least && height > 8 && !found.has(number))
      found.set(number, { element: number, what });
  };
  for (const animation of document.getAnimations()) {
    const { effect } = animation;
    if (animation.playState !== 'running' || !(effect instanceof KeyframeEffect) || !effect.target) continue;
    if (Number(effect.getComputedTiming().endTime ?? 0) <= 5000) continue;
    if (effect.getKeyframes().some((frame) => Object.keys(frame).some((name) => moving.test(name))))
      tell(effect.target, 'moves without end by an animation');
  }
  for (const film of Array.from(document.querySelectorAll('video')))
    if (film.autoplay && !film.controls && (film.loop || film.duration > 5))
      tell(film, 'is a film that plays by itself');
  for (const marquee of Array.from(document.querySelectorAll('marquee'))) tell(marquee, 'is a marquee');
  return [...found.values()];
}
