/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

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

/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

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
