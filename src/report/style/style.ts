import { cards } from './cards.js';
import { pageLayout } from './page-layout.js';
import { pictures } from './pictures.js';
import { tokens } from './tokens.js';

/** The whole style sheet of the report; constant, because the page's policy names its hash. */
export const styles: string = [tokens, pageLayout, cards, pictures].join('\n');
