/**
 * True for the page of one story alone, as Storybook (`iframe.html?id=…&viewMode=story`) and Ladle (`?story=…&mode=preview`) show it. Such
 * a page is a part of an app in one of its states: several may look alike, and one may well show an error.
 */
export function isStoryAddress(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { pathname, searchParams } = new URL(url);
  const storybook =
    pathname.endsWith('/iframe.html') && searchParams.has('id') && searchParams.get('viewMode') === 'story';
  return storybook || (searchParams.has('story') && searchParams.get('mode') === 'preview');
}
