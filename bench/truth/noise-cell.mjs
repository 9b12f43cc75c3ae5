import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { seeded } from './seeded.mjs';

/** Kinds of noise: two pictures of the same page that a person would call equal. */
export const NOISES = [
  'rerender',
  'concurrency',
  'caret',
  'animation',
  'lazy-image',
  'clock-masked',
  'clock-frozen',
  'scrollbar',
  'jpeg-90',
  'jpeg-80',
  'rounding',
];

/** Photographs the pairs of noise of one cell. Calls `keep(pair)` for each. */
export async function noiseCell(cell, camera, seed, keep) {
  const random = seeded(seed, cell.id, 'noise');
  const fresh = async (work, options) => {
    const view = await camera.open(cell.page, cell.size, options);
    try {
      return await work(view);
    } finally {
      await view.session.close();
    }
  };
  let plain;
  const reference = async () => (plain ??= await fresh((view) => camera.shoot(view)));
  for (const kind of cell.noises) {
    const made = await MAKERS[kind]({ fresh, camera, reference, random, cell });
    keep({ id: `${cell.name}.${kind}`, cell: cell.name, type: 'noise', kind, ...made });
  }
}

const MAKERS = {
  rerender: async ({ fresh, camera, reference }) => ({
    reference: await reference(),
    actual: await fresh((view) => camera.shoot(view)),
  }),
  async concurrency({ fresh, camera, reference }) {
    const shots = await Promise.all([1, 2, 3].map(() => fresh((view) => camera.shoot(view))));
    const first = await reference();
    return { reference: first, actual: shots.find(({ sha256 }) => sha256 !== first.sha256) ?? shots[0] };
  },
  /** The caret blinks in a field that has the focus: the same page at two moments. */
  caret: ({ fresh, camera, random }) =>
    fresh(async (view) => {
      await view.session.page.evaluate(() => {
        const field = document.querySelector('input[type=text], input[type=email], input:not([type]), textarea');
        const own = field ?? document.body.appendChild(document.createElement('input'));
        own.value = 'caret';
        own.focus();
      });
      return twice(camera, view, random);
    }),
  /** An endless CSS animation of the page, looked at at two moments. */
  animation: ({ fresh, camera, random }) =>
    fresh(async (view) => {
      await view.session.page.evaluate(() => {
        const style = document.createElement('style');
        style.textContent =
          '@keyframes truth{from{transform:rotate(0)}to{transform:rotate(360deg)}}.truth{width:40px;height:40px;border:4px solid #ccc;border-top-color:#06c;border-radius:50%;animation:truth 1.3s linear infinite}';
        const spinner = document.createElement('div');
        spinner.className = 'truth';
        document.head.append(style);
        document.body.append(spinner);
      });
      return twice(camera, view, random);
    }),
  /** A lazy picture at the page's end comes at once on one side and late on the other. */
  async 'lazy-image'({ fresh, camera, random }) {
    const shot = (wait) =>
      fresh(async (view) => {
        await view.session.page.evaluate((src) => {
          const image = document.createElement('img');
          Object.assign(image, { loading: 'lazy', width: 160, height: 160, alt: '' });
          image.src = src;
          document.body.append(image);
        }, `/slow/${wait}/startbootstrap-sb-admin-2/img/undraw_profile.svg`);
        return camera.shoot(view);
      });
    return { reference: await shot(0), actual: await shot(200 + random.whole(1200)) };
  },
  /** A clock that ticks four times a second, masked on both sides. */
  'clock-masked': ({ fresh, camera, random }) =>
    fresh(async (view) => {
      await view.session.page.evaluate(showClock, 250);
      return twice(camera, view, random, ['#truth-clock']);
    }),
  /** A clock in a page whose time is frozen by the configuration, in two loads. */
  async 'clock-frozen'({ fresh, camera }) {
    const shot = () =>
      fresh(
        async (view) => {
          await view.session.page.evaluate(showClock, 1000);
          return camera.shoot(view);
        },
        { freezeTime: '2026-01-02T03:04:05Z' },
      );
    return { reference: await shot(), actual: await shot() };
  },
  /** The page says that its scrollbar shall always be there. */
  scrollbar: async ({ fresh, camera, reference }) => ({
    reference: await reference(),
    actual: await fresh(async (view) => {
      await view.session.page.evaluate(() => document.documentElement.style.setProperty('overflow-y', 'scroll'));
      return camera.shoot(view);
    }),
  }),
  'jpeg-90': async ({ reference }) => jpeg(await reference(), 90),
  'jpeg-80': async ({ reference }) => jpeg(await reference(), 80),
  /** Every channel of every tenth pixel is one level up or down. */
  async rounding({ reference, random }) {
    const plain = await reference();
    const { data, info } = await sharp(plain.png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    for (let at = 0; at < data.length; at++)
      if (random.next() < 0.1) data[at] = Math.min(255, Math.max(0, data[at] + (random.next() < 0.5 ? -1 : 1)));
    const png = await sharp(data, { raw: info }).png({ compressionLevel: 2 }).toBuffer();
    return { reference: { ...plain, png, sha256: digest(png) }, actual: plain };
  },
};

async function jpeg(plain, quality) {
  const png = await sharp(plain.png).jpeg({ quality }).toBuffer();
  return { reference: { ...plain, png, sha256: digest(png), jpeg: true }, actual: plain };
}

/** Runs in the page. */
function showClock(everyMs) {
  const clock = document.createElement('div');
  clock.id = 'truth-clock';
  clock.style.cssText = 'width:240px;font:16px monospace';
  document.body.append(clock);
  const tick = () => {
    clock.textContent = new Date().toISOString();
  };
  tick();
  setInterval(tick, everyMs);
}

async function twice(camera, view, random, masks) {
  const reference = await camera.shoot(view, masks);
  await view.session.page.waitForTimeout(random.whole(900));
  return { reference, actual: await camera.shoot(view, masks) };
}

const digest = (data) => createHash('sha256').update(data).digest('hex');
