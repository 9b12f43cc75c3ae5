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
