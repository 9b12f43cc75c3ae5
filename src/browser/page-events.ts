import type { Dialog, Download } from 'playwright';
import type { StepResult } from '../core/vocabulary/step.js';

/** How a dialog is to be answered; `text` goes into a prompt. */
export interface DialogAnswer {
  accept: boolean;
  text?: string | undefined;
}

type Dialogs = NonNullable<StepResult['dialogs']>;
type Downloads = NonNullable<StepResult['downloads']>;

/** Most of either kind that is kept between two steps. */
const MAX_KEPT = 20;

/** Dialogs and downloads of a session's pages since they were last asked for, and the answer that waits for the next dialog. */
export class PageEvents {
  readonly #redact: (text: string) => string;
  #next: DialogAnswer | undefined;
  #dialogs: Dialogs = [];
  #downloads: Downloads = [];

  constructor(redact: (text: string) => string) {
    this.#redact = redact;
  }

  /** The next dialog gets this answer, those after it are dismissed again. */
  expectDialog(answer: DialogAnswer): void {
    this.#next = answer;
  }

  /** Answers at once: a dialog nobody answers stops the page for good. */
  answer(dialog: Dialog): void {
    const { accept, text } = this.#next ?? { accept: false };
    this.#next = undefined;
    const message = this.#redact(dialog.message()).slice(0, 500);
    const answer = `${accept ? 'accepted' : 'dismissed'}${accept && text !== undefined ? ' with a text' : ''}`;
    if (this.#dialogs.length < MAX_KEPT) this.#dialogs.push({ type: dialog.type(), message, answer });
    // It may be gone already, with its page.
    (accept ? dialog.accept(text) : dialog.dismiss()).catch(() => undefined);
  }

  /** A file that a page offers. The context keeps none: it is only told of. */
  offer(download: Download): void {
    const file = this.#redact(download.suggestedFilename()).slice(0, 200);
    const url = this.#redact(download.url()).slice(0, 500);
    if (this.#downloads.length < MAX_KEPT) this.#downloads.push({ file, url });
  }

  /** What came since the last call. */
  drain(): { dialogs: Dialogs; downloads: Downloads } {
    const drained = { dialogs: this.#dialogs, downloads: this.#downloads };
    this.#dialogs = [];
    this.#downloads = [];
    return drained;
  }
}
