import { expect, test } from '@playwright/test';
import { compareImages } from '../../src/compare/compare-images.js';
import type { DomBoxes } from '../../src/core/vocabulary/dom-boxes.js';
import { explainRegions } from '../../src/design/region-element.js';
import { verifies } from '../requirements.js';
import { sampleOf } from '../sample.js';
import { type Photo, PhotoBooth } from './photo-booth.js';
import { startTemplate } from './template.js';

/** One change of a real page: what is put into its head or replaced in it, and what is to be said of it. */
interface Change {
  name: string;
  css?: string;
  replace?: [string, string];
  element: string;
  properties: string[];
}

const CHANGES: Change[] = [
  {
    name: 'colour',
    css: '#accordionSidebar{background:#2e7d32!important}',
    element: '#accordionSidebar',
    properties: ['background-image', 'background-color'],
  },
  { name: 'missing', css: 'a.btn-facebook{display:none}', element: 'a.btn-facebook', properties: ['presence'] },
  {
    name: 'padding',
    css: 'form.mw-100 button{padding-left:30px!important}',
    element: 'form.mw-100 > div > div > button',
    properties: ['padding-left'],
  },
  {
    name: 'text',
    replace: ['Split Button Primary', 'Divided Button Primary'],
    element: 'div.card-body > a:nth-of-type(1) > span:nth-of-type(2)',
    properties: ['text'],
  },
  { name: 'icon', replace: ['fa-flag', 'fa-bell'], element: 'i', properties: ['::before content'] },
];

test.describe('explained differences @once', () => {
  let booth: PhotoBooth;
  test.beforeAll(() => {
    booth = new PhotoBooth();
  });
  test.afterAll(() => booth.dispose());

  test('each change of a real page names its element and property', async () => {
    verifies('design.element-cause');
    const site = await startTemplate((html, url) => {
      const change = CHANGES.find(({ name }) => name === url.searchParams.get('change'));
      const changed = change?.replace ? html.replace(...change.replace) : html;
      return changed.replace('</head>', `<style>${change?.css ?? ''}</style></head>`);
    });
    const photo = (change: string) =>
      booth.photo(`${site.url}/buttons.html?change=${change}`, {
        fullPage: true,
        viewport: { width: 1280, height: 800 },
      });
    const reference = await photo('none');
    const found: unknown[] = [];
    for (const { name, element, properties } of sampleOf(CHANGES)) {
      const said = await explain(reference, await photo(name));
      const right = said.filter((one) => one.selector.includes(element) && properties.includes(one.property));
      if (right.length === 0 || right.length < said.length / 2) found.push({ name, said });
    }
    await site.close();
    expect(found).toEqual([]);
  });
});

/** Selector and first property of each region. */
async function explain(reference: Photo, actual: Photo): Promise<{ selector: string; property: string }[]> {
  const compared = await compareImages(
    { bytes: reference.png, name: 'reference' },
    { bytes: actual.png, name: 'actual' },
    { threshold: 0.95, diffPicture: false },
  );
  if (compared.outcome === 'unreadable') throw compared.error;
  const explained = explainRegions({
    ...compared,
    actualDom: boxesOf(actual),
    referenceDom: boxesOf(reference),
  });
  return explained.map((region) => ({
    selector: region.element?.selector ?? '',
    property: region.properties?.[0]?.property ?? '',
  }));
}

function boxesOf({ boxes }: Photo): DomBoxes {
  if (!boxes) throw new Error('The picture has no boxes.');
  return boxes;
}
