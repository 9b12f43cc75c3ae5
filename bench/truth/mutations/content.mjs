const px = (text) => Number.parseFloat(text) || 0;
const text = (c) => c.ownText.length > 2 && c.leaf && !c.icon && !c.form && c.rect.height >= 8 && c.rect.height <= 500;
const part = (c) =>
  c.rect.height <= 300 && c.rect.width <= 900 && (c.painted || c.ownText.length > 1 || c.loaded || c.icon);
const WORDS = ['Harbour', 'Quiet', 'Orange', 'Signal', 'Window', 'Budget', 'Meadow', 'Cobalt'];

/** Another picture of the same kind, of another colour: a shape that is in none of the sites. */
const OTHER_PICTURE = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 80" preserveAspectRatio="none" width="120" height="80"><rect width="120" height="80" fill="#2d6a4f"/><circle cx="40" cy="40" r="26" fill="#ffd166"/><path d="M70 70 L110 10 L114 70Z" fill="#ef476f"/></svg>',
)}`;
/** Font Awesome's: the name of the icon an element shows, after its style and size classes; and others to show. */
const ICON_NAME = /\sfa-(?!fw|sm|lg|xs|\dx|rotate|spin|stack|inverse)[a-z-]+/;
const ICONS = ['fa-heart', 'fa-bell', 'fa-key', 'fa-moon', 'fa-flag'];

const TEXT_KINDS = ['text', 'resized', 'moved'];

/** Changes of what is there: words, type, pictures, elements. */
export const content = [
  {
    kind: 'font-weight',
    properties: ['font-weight'],
    regionKinds: TEXT_KINDS,
    fits: text,
    change: (c) => ({ style: { 'font-weight': px(c.styles.fontWeight) >= 600 ? '400' : '700' } }),
  },
  {
    kind: 'font-size',
    properties: ['font-size'],
    regionKinds: TEXT_KINDS,
    fits: text,
    change: (c, random) => ({ style: { 'font-size': `${px(c.styles.fontSize) + random.pick([2, 3, 4])}px` } }),
  },
  {
    kind: 'font-family',
    properties: ['font-family'],
    regionKinds: TEXT_KINDS,
    fits: text,
    change: (c) => ({
      style: { 'font-family': /mono/i.test(c.styles.fontFamily.split(',')[0]) ? 'serif' : 'monospace' },
    }),
  },
  {
    kind: 'letter-spacing',
    properties: ['letter-spacing'],
    regionKinds: TEXT_KINDS,
    fits: (c) => text(c) && c.ownText.length >= 4,
    change: (c, random) => ({
      style: { 'letter-spacing': `${px(c.styles.letterSpacing) + random.pick([1, 1.5, 2])}px` },
    }),
  },
  {
    kind: 'text-edit',
    properties: ['text', 'text-content', 'content', 'name'],
    regionKinds: ['text'],
    fits: text,
    change(c, random) {
      const words = c.ownText.split(/\s+/);
      words[random.whole(words.length)] = random.pick(WORDS);
      return { text: words.join(' ') };
    },
  },
  {
    kind: 'missing-hidden',
    regionKinds: ['missing'],
    gone: true,
    fits: part,
    change: () => ({ style: { visibility: 'hidden' } }),
  },
  {
    kind: 'missing-removed',
    regionKinds: ['missing'],
    gone: true,
    fits: part,
    change: () => ({ style: { display: 'none' } }),
  },
  { kind: 'extra', regionKinds: ['added'], fits: part, change: () => ({ extra: true }) },
  {
    kind: 'reordered',
    regionKinds: ['moved', 'text', 'recolored', 'resized'],
    fits: (c) => part(c) && c.next?.same === false && c.next.text && !c.fixed,
    change: () => ({ swap: true }),
  },
  {
    kind: 'icon-swap',
    fits: (c) => c.icon && c.rect.width >= 8 && ICON_NAME.test(c.className),
    change: (c, random) => ({ attributes: { class: c.className.replace(ICON_NAME, ` ${random.pick(ICONS)}`) } }),
  },
  {
    kind: 'image-swap',
    fits: (c) => c.loaded && c.rect.width >= 16,
    change: (c) => ({
      attributes: { src: OTHER_PICTURE, srcset: null },
      style: { width: `${c.rect.width}px`, height: `${c.rect.height}px` },
    }),
  },
  {
    kind: 'broken-image',
    fits: (c) => c.loaded && c.rect.width >= 16,
    change: () => ({ attributes: { src: '/gone.png', srcset: null } }),
  },
  {
    kind: 'clipped-text',
    properties: [
      'overflow-x',
      'overflow-y',
      'overflow',
      'width',
      'max-width',
      'white-space',
      'height',
      'max-height',
      'text-overflow',
      'display',
    ],
    regionKinds: ['missing', 'text', 'resized'],
    fits: (c) => text(c) && c.ownText.length >= 6 && c.rect.width >= 40,
    change: (c) => ({
      style: {
        display: c.styles.display === 'inline' ? 'inline-block' : c.styles.display,
        'max-width': `${Math.round(c.rect.width * 0.6)}px`,
        'max-height': `${Math.round(Math.min(c.rect.height, px(c.styles.fontSize) * 1.5))}px`,
        overflow: 'hidden',
        'white-space': 'nowrap',
      },
    }),
  },
];
