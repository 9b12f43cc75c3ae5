import { render } from 'preact';

const PLANS = [
  ['Starter', '$0', ['One notebook', 'Three readers'], ['No history'], 'Start free'],
  ['Team', '$18', ['Twenty notebooks', 'Any number of readers', 'History of a year'], [], 'Choose Team'],
  ['Archive', '$49', ['Notebooks without end', 'Sign-in by your own keys', 'History for good'], [], 'Choose Archive'],
];

const Check = () => (
  <svg class="check" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
    <path d="M2 8l4 4 8-9" fill="none" stroke="currentColor" stroke-width="2.5" />
  </svg>
);

const Dash = () => (
  <svg class="dash" width="14" height="2" aria-hidden="true">
    <rect width="14" height="2" fill="currentColor" />
  </svg>
);

const Plan = ({ plan: [name, price, has, lacks, call] }) => (
  <section class="plan" aria-label={name}>
    <h2>{name}</h2>
    <p class="price">{price}</p>
    <ul>
      {has.map((text) => (
        <li key={text}>
          <Check />
          {text}
        </li>
      ))}
      {lacks.map((text) => (
        <li key={text}>
          <Dash />
          {text}
        </li>
      ))}
    </ul>
    <a class="button" href={`#${name}`}>
      {call}
    </a>
  </section>
);

const App = () => (
  <div>
    <header class="bar">
      <span class="brand">Fieldnote</span>
      <nav>
        <a href="#tour">Tour</a>
        <a href="#docs">Docs</a>
        <a href="#in">Sign in</a>
      </nav>
    </header>
    <main>
      <div class="hero">
        <h1>Pricing for teams of every size</h1>
        <p>Start free. Pay when your second notebook opens.</p>
      </div>
      <div class="plans">
        {PLANS.map((plan) => (
          <Plan key={plan[0]} plan={plan} />
        ))}
      </div>
    </main>
    <footer>Prices per month, without tax.</footer>
  </div>
);

render(<App />, document.getElementById('app'));
