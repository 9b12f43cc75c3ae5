import type { CDPSession, Locator } from 'playwright';
import type { TypedSecret } from '../capture/capture.js';
import { CodeloopError } from '../core/errors.js';
import { isLoopback, originOf } from './origin-proxy.js';
import type { PageSession, Tab } from './page-session.js';

/** Shorter ones would be found everywhere, and are not masked in texts. */
const MIN_LENGTH = 4;

/**
 * Keeps secrets that were typed out of sight: from then on every place of the page that shows one is drawn as dots, before it is drawn
 * for the first time. Chromium only; elsewhere the field itself is.
 */
export class SecretGuard {
  readonly #values = new Set<string>();
  readonly #armed = new Map<CDPSession, string>();

  /** The value of a secret for an element of a page. Throws STEP_INVALID: not configured, not set, too short, not on its origins. */
  async valueFor(name: string, secrets: readonly TypedSecret[], action: string, element: Locator): Promise<string> {
    const invalid = (problem: string, wanted: string) => new CodeloopError('STEP_INVALID', { action, problem, wanted });
    const secret = secrets.find((one) => one.name === name);
    if (!secret)
      throw new CodeloopError('STEP_INVALID', {
        action,
        problem: `${JSON.stringify(name.slice(0, 60))} is not among secrets[] of .codeloop/config.json`,
        allowed: secrets.map((one) => one.name),
      });
    const value = secret.value();
    if (value === undefined || value === '')
      throw invalid(`the environment variable ${name} is not set`, 'it a value where codeloop is started');
    if (value.length < MIN_LENGTH)
      throw invalid(
        `the secret ${name} is shorter than ${MIN_LENGTH} characters and cannot be masked`,
        'it a longer value',
      );
    const frame = await (await element.elementHandle())?.ownerFrame();
    const origin = originOf(frame?.url() ?? '') ?? '';
    const permitted =
      secret.origins.length > 0
        ? secret.origins.some((one) => originOf(one) === origin)
        : origin !== '' && isLoopback(new URL(origin).hostname);
    if (!permitted)
      throw invalid(
        `the secret ${name} may not be typed into a page of ${origin || 'no origin'}`,
        'a page of its origins (secrets[].origins)',
      );
    this.#values.add(value);
    return value;
  }

  /** Keeps a value out of sight that no setting names: what is typed into a password field, wherever the page may show it. */
  remember(value: string): void {
    this.#values.add(value);
  }

  /** Hides a value in the field that it is about to be typed into, and wherever the pages show it later. */
  async hide(session: PageSession, element: Locator): Promise<void> {
    await element.evaluate((field) => {
      if (field instanceof HTMLElement || field instanceof SVGElement)
        field.style.setProperty('-webkit-text-security', 'disc', 'important');
    });
    await this.arm(session.active);
  }

  /** Sees to a tab: documents that are open and those to come. Nothing before a secret was typed. */
  async arm({ protocol }: Tab): Promise<void> {
    if (!protocol || this.#values.size === 0) return;
    const before = this.#armed.get(protocol);
    // Without it the script runs in the documents that are open, and in none to come.
    if (before === undefined) await protocol.send('Page.enable');
    // An isolated world: the page cannot read what is looked for, nor put its own functions in the way.
    const source = `(${hideSecrets.toString()})(${JSON.stringify([...this.#values])})`;
    const { identifier } = await protocol.send('Page.addScriptToEvaluateOnNewDocument', {
      source,
      worldName: `codeloop-${this.#values.size}`,
      runImmediately: true,
    });
    this.#armed.set(protocol, identifier);
    if (before !== undefined) await protocol.send('Page.removeScriptToEvaluateOnNewDocument', { identifier: before });
  }
}

/** Returns the values of the password fields of a frame, open shadow roots included; runs inside the page. */
export function typedPasswords(): string[] {
  const found: string[] = [];
  const visit = (root: Document | ShadowRoot) => {
    for (const field of root.querySelectorAll<HTMLInputElement>('input[type=password]'))
      if (field.value !== '') found.push(field.value);
    for (const element of root.querySelectorAll('*')) if (element.shadowRoot) visit(element.shadowRoot);
  };
  visit(document);
  return found;
}

/**
 * Draws as dots every element whose own text or value holds one of the values, now and whenever the document changes. Mutations are
 * heard before the next picture is drawn; values of fields, which cause none, are looked at before each. Runs in an isolated world.
 */
export function hideSecrets(values: string[]): void {
  const holds = (text: string | null | undefined) => !!text && values.some((value) => text.includes(value));
  const hide = (element: Element | null) => {
    if (!(element instanceof HTMLElement) && !(element instanceof SVGElement)) return;
    if (element.style.getPropertyValue('-webkit-text-security') === 'disc') return;
    element.style.setProperty('-webkit-text-security', 'disc', 'important');
  };
  const roots = new Set<Document | ShadowRoot>();
  const check = (node: Node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      if (holds(node.nodeValue)) hide(node.parentElement);
      return;
    }
    if (!(node instanceof Element)) return;
    if (holds(fieldValue(node))) hide(node);
    // A text that is split over several nodes is found by the element that holds them all.
    if (node.childElementCount === 0 && holds(node.textContent)) hide(node);
    if (node.shadowRoot) watch(node.shadowRoot);
    for (const child of node.childNodes) check(child);
  };
  const fieldValue = (element: Element) =>
    element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement ? element.value : undefined;
  const watch = (root: Document | ShadowRoot) => {
    if (roots.has(root)) return;
    roots.add(root);
    new MutationObserver((changes) => {
      for (const change of changes) {
        check(change.target);
        for (const node of change.addedNodes) check(node);
      }
    }).observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ['style', 'type', 'value', 'class'],
    });
    for (const child of root.childNodes) check(child);
  };
  const fields = () => {
    for (const root of roots)
      for (const field of root.querySelectorAll('input,textarea')) if (holds(fieldValue(field))) hide(field);
    requestAnimationFrame(fields);
  };
  watch(document);
  requestAnimationFrame(fields);
}
