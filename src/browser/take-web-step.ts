import { actAssert, actWait } from './act-assert.js';
import { actEnvironment } from './act-environment.js';
import { actCheck, actFillForm, actSelect, actSubmit, actUpload } from './act-form.js';
import { actFill, actPress, actType } from './act-keys.js';
import { actNavigation } from './act-navigation.js';
import { actDrag, actPointer, actScroll } from './act-pointer.js';
import { type Acted, type Acting, onElement, READY } from './acting.js';
import { describeTarget } from './target-candidates.js';
import type { WebStep } from './web-step.js';

/** Takes one step of any kind. Throws as the action it is. */
export function takeWebStep(acting: Acting, step: WebStep): Promise<Acted> {
  switch (step.action) {
    case 'click':
    case 'double_click':
    case 'right_click':
    case 'hover':
      return actPointer(acting, step);
    case 'drag':
      return actDrag(acting, step);
    case 'scroll':
      return actScroll(acting, step);
    case 'scroll_into_view':
    case 'focus':
      return actOn(acting, step);
    case 'type':
      return actType(acting, step);
    case 'fill':
    case 'clear':
      return actFill(acting, step);
    case 'press':
    case 'hotkey':
      return actPress(acting, step);
    case 'select_option':
      return actSelect(acting, step);
    case 'check':
    case 'uncheck':
    case 'toggle':
      return actCheck(acting, step);
    case 'submit':
      return actSubmit(acting, step);
    case 'upload_file':
      return actUpload(acting, step);
    case 'fill_form':
      return actFillForm(acting, step);
    case 'wait':
      return actWait(acting, step.goal);
    case 'assert_visible':
    case 'assert_text':
    case 'assert_url':
    case 'assert_count':
      return actAssert(acting, step);
    case 'screenshot':
      return photographed(acting);
    case 'dialog':
    case 'set_viewport':
    case 'set_color_scheme':
    case 'emulate_offline':
    case 'set_geolocation':
    case 'grant_permission':
    case 'clear_storage':
      return actEnvironment(acting, step);
    default:
      return actNavigation(acting, step);
  }
}

async function actOn(acting: Acting, step: Extract<WebStep, { action: 'scroll_into_view' | 'focus' }>): Promise<Acted> {
  const { action, target } = step;
  const found = await onElement(acting, target, (element, options) =>
    action === 'focus' ? element.focus(options) : element.scrollIntoViewIfNeeded(options),
  );
  return {
    detail: `${action === 'focus' ? 'focused' : 'scrolled to'} ${describeTarget(target)}`,
    waitedFor: READY,
    found,
  };
}

async function photographed(acting: Acting): Promise<Acted> {
  const screenshot = await acting.photograph();
  return { detail: 'photographed the page', waitedFor: 'two equal pictures', screenshot, looksOnly: true };
}
