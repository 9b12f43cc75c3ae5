/**
 * Flows through apps, as an agent takes them. Each step says what it is expected to be in words of its own (`flow`), and what may be
 * planted at it: `dead` and `noisy` are selectors of what it presses, `asks` a request that it causes, `opens` a page that it leads to.
 */

const button = (name) => ({ role: 'button', name });
const link = (name) => ({ role: 'link', name });
const click = (target) => ({ action: 'click', target });
const press = (selector) => ({ dead: selector, noisy: selector });

/** A purchase in the example shop, from the front page to the number of the order. */
export const shopFlow = {
  name: 'example shop',
  path: '/',
  begins: ['open the shop'],
  steps: [
    {
      step: click({ test_id: 'hero-cta' }),
      flow: ['click Shop the autumn edit', 'see "12 products"'],
      ...press('[data-testid="hero-cta"]'),
      opens: '/shop',
    },
    {
      step: { action: 'check', target: { role: 'checkbox', name: 'Kitchen 3' } },
      flow: ['filter by kitchen', 'see "3 products"'],
    },
    {
      step: click(link('Ripple Mug')),
      flow: ['open the Ripple Mug', 'see "Add to bag"'],
      ...press('h3 a'),
      opens: '/product/ripple-mug',
      asks: '/api/products/ripple-mug',
    },
    { step: click(button('Increase quantity')), flow: ['increase the quantity'], ...press('.buy-row [data-step="1"]') },
    {
      step: click({ test_id: 'add-to-bag' }),
      flow: ['add to bag', 'see "Ripple Mug is in your bag"'],
      ...press('[data-testid="add-to-bag"]'),
    },
    {
      step: click({ test_id: 'bag-link' }),
      flow: ['go to the bag', 'bag shows 2 items'],
      ...press('[data-testid="bag-link"]'),
      opens: '/cart',
    },
    { step: click(button('One more')), flow: ['click one more', 'see "3 items"'], ...press('.line [data-step="1"]') },
    {
      step: { action: 'fill', target: { label: 'Promo code' }, value: 'WELCOME10' },
      flow: ['enter the promo code WELCOME10'],
    },
    {
      step: click(button('Apply')),
      flow: ['apply it', 'see "10% off"'],
      ...press('#promo button'),
      asks: '/api/promo',
    },
    {
      step: click({ test_id: 'checkout' }),
      flow: ['go to checkout'],
      ...press('[data-testid="checkout"]'),
      opens: '/checkout',
    },
    {
      step: { action: 'fill', target: { label: 'E-mail address' }, value: 'ada@example.com' },
      flow: ['enter e-mail address ada@example.com'],
    },
    { step: { action: 'fill', target: { label: 'First name' }, value: 'Ada' }, flow: ['enter the first name Ada'] },
    { step: { action: 'fill', target: { label: 'Last name' }, value: 'Quay' }, flow: ['enter the last name Quay'] },
    {
      step: { action: 'fill', target: { label: 'Street and number' }, value: 'Pier 4' },
      flow: ['enter street and number Pier 4'],
    },
    { step: { action: 'fill', target: { label: 'City' }, value: 'Cork' }, flow: ['enter the city Cork'] },
    { step: { action: 'fill', target: { label: 'Postcode' }, value: '12345' }, flow: ['enter the postcode 12345'] },
    {
      step: click(button('Continue to shipping')),
      flow: ['continue to shipping', 'see "How fast?"'],
      ...press('#next'),
    },
    { step: { action: 'check', target: { role: 'radio', name: 'Express' } }, flow: ['choose express'] },
    {
      step: click(button('Continue to payment')),
      flow: ['continue to payment', 'see "How would you like to pay?"'],
    },
    {
      step: {
        action: 'fill_form',
        value: {
          'Card number': '4242 4242 4242 4242',
          Expiry: '04 / 29',
          'Security code': '123',
          'Name on card': 'Ada Quay',
        },
      },
      flow: ['fill in the card form'],
    },
    { step: click(button('Review order')), flow: ['click review order', 'see "One last look"'] },
    {
      step: { action: 'check', target: { role: 'checkbox', name: 'I accept the terms of sale' } },
      flow: ['accept the terms'],
    },
    {
      step: click(button('Place order')),
      flow: ['place the order', 'see "Thank you, your order is in"', 'no error appears'],
      asks: '/api/orders',
    },
  ],
};

/** A walk through the admin template (startbootstrap-sb-admin-2): menus, a table that is searched, sorted and paged, a dialog, a form. */
export const adminFlow = {
  name: 'admin template',
  path: '/index.html',
  begins: ['open the dashboard'],
  steps: [
    {
      step: click({ selector: '#alertsDropdown' }),
      flow: ['click the alerts menu', 'see "Alerts Center"'],
      ...press('#alertsDropdown'),
    },
    { step: { action: 'press', value: 'Escape' }, flow: [] },
    {
      step: click({ text: 'Components' }),
      flow: ['click Components', 'see "Custom Components:"'],
      ...press('[data-target="#collapseTwo"]'),
    },
    {
      step: click(link('Cards')),
      flow: ['open the cards page', 'see "Default Card Example"'],
      ...press('a.collapse-item[href="cards.html"]'),
      opens: '/cards.html',
    },
    {
      step: click({ selector: '[href="#collapseCardExample"]' }),
      flow: ['click the collapsable card'],
      ...press('[href="#collapseCardExample"]'),
    },
    {
      step: click(link('Tables')),
      flow: ['open the tables page', 'see "DataTables Example"'],
      ...press('.nav-link[href="tables.html"]'),
      opens: '/tables.html',
      asks: '/vendor/datatables/dataTables.bootstrap4.min.css',
    },
    {
      step: { action: 'fill', target: { label: 'Search:' }, value: 'London' },
      flow: ['enter London into the search', 'see "filtered from 57 total entries"'],
    },
    {
      step: click({ selector: '#dataTable thead th:nth-child(4)' }),
      flow: ['click the Age column'],
      ...press('#dataTable thead th'),
    },
    {
      step: { action: 'clear', target: { label: 'Search:' } },
      flow: ['clear the search', 'see "Showing 1 to 10 of 57 entries"'],
    },
    {
      step: click(link('Next')),
      flow: ['click Next', 'see "Showing 11 to 20 of 57 entries"'],
      ...press('#dataTable_next'),
    },
    {
      step: click(link('Charts')),
      flow: ['open the charts page', 'see "Area Chart"'],
      ...press('.nav-link[href="charts.html"]'),
      opens: '/charts.html',
      asks: '/js/demo/chart-bar-demo.js',
    },
    {
      step: click({ selector: '#userDropdown' }),
      flow: ['click the user menu', 'see "Activity Log"'],
      ...press('#userDropdown'),
    },
    {
      step: click({ selector: '[data-target="#logoutModal"]' }),
      flow: ['click Logout', 'see "Ready to Leave?"'],
      ...press('[data-target="#logoutModal"]'),
    },
    {
      step: click({ selector: '#logoutModal a.btn' }),
      flow: ['go to the login page', 'see "Welcome Back!"', 'no error appears'],
      ...press('#logoutModal a.btn'),
      opens: '/login.html',
    },
  ],
};

/** A to-do list (todomvc, examples/vanillajs): for a folder into which the package was unpacked. */
export const todoFlow = {
  name: 'to-do list',
  path: '/examples/vanillajs/index.html',
  begins: ['open the todos'],
  steps: [
    ...['Buy bread', 'Call Ada', 'Water plants'].flatMap((text) => [
      { step: { action: 'fill', target: { selector: '#new-todo' }, value: text }, flow: [`enter "${text}"`] },
      { step: { action: 'press', target: { selector: '#new-todo' }, value: 'Enter' }, flow: [`see "${text}"`] },
    ]),
    {
      step: { action: 'check', target: { selector: '#todo-list li:nth-child(2) .toggle' } },
      flow: ['check the toggle', 'see "2 items left"'],
    },
    { step: click(link('Active')), flow: ['click Active'], ...press('#filters a[href$="active"]') },
    { step: click(link('Completed')), flow: ['click Completed'], ...press('#filters a[href$="completed"]') },
    { step: click(link('All')), flow: ['click All'], ...press('#filters li:first-child a') },
    { step: click({ selector: '#clear-completed' }), flow: ['clear completed'], ...press('#clear-completed') },
    {
      step: { action: 'check', target: { selector: '#toggle-all' } },
      flow: ['check all', 'see "0 items left"', 'no error appears'],
    },
    {
      step: { action: 'navigate_url', value: '/examples/knockoutjs/index.html' },
      flow: ['go to the knockoutjs example'],
      opens: '/examples/knockoutjs/index.html',
      asks: '/examples/knockoutjs/js/app.js',
    },
    { step: { action: 'fill', target: { selector: '#new-todo' }, value: 'Last one' }, flow: ['enter "Last one"'] },
  ],
};

/** What can be planted in a flow, by kind: `{plant, step}` with the number (from 1) of the step at which it must be found. */
export function plantsOf(flow) {
  const of = (field, make) =>
    flow.steps.flatMap((one, index) =>
      one[field] === undefined ? [] : [{ plant: make(one[field]), step: index + 1 }],
    );
  return {
    'dead button': of('dead', (selector) => ({ kind: 'dead button', selector })),
    'console error': of('noisy', (selector) => ({ kind: 'console error', selector })),
    'answer 500': of('asks', (path) => ({ kind: 'answer 500', path })),
    'blank page': of('opens', (path) => ({ kind: 'blank page', path })),
  };
}

/** The flow as somebody would write it down. */
export const expectedFlow = (flow) => [...flow.begins, ...flow.steps.flatMap((one) => one.flow)].join(' → ');
