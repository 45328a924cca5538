/** The rows of one question, page after page, as far as they have been scrolled to. */

import { ApiError } from "../api/client";
import type { Bbox, FeaturePage, Layer, LayerFeature } from "../api/types";
import { PAGE, readRows } from "../state/rows";

/** More than this nobody reads: a filter or a file helps further. */
export const MOST = 10_000;
const WAIT_MS = 250;

export interface Question {
  readonly layer: Layer;
  readonly bbox: Bbox;
  readonly sort: string | null;
}

export class Pages {
  rows = $state.raw<readonly LayerFeature[]>([]);
  matched = $state<number | null>(null);
  status = $state<"loading" | "ready" | "error">("loading");
  error = $state<ApiError | null>(null);
  /** The next page could not be had. */
  isStuck = $state(false);
  /** Rows changed while someone reads far down: nothing moves under the eye. */
  isOutdated = $state(false);
  #next = $state<string | null>(null);
  #question: Question | null = null;
  /** The next page on its way: called off by a new question alone. */
  #turning: AbortController | null = null;

  get hasMore(): boolean {
    return this.#next !== null && this.rows.length < MOST;
  }

  get isCut(): boolean {
    return this.#next !== null && this.rows.length >= MOST;
  }

  /** Nothing of the former rows is shown any more. */
  forget(): void {
    this.rows = [];
    this.matched = null;
    this.status = "loading";
  }

  /** Ask anew, soon; returns what calls it off. `isSame`: only rows have changed. */
  ask(question: Question, isSame: boolean): () => void {
    if (isSame && this.rows.length > PAGE) {
      this.isOutdated = true;
      return () => undefined;
    }
    this.#turning?.abort();
    this.#turning = null;
    const abort = new AbortController();
    const timer = setTimeout(async () => {
      const page = await readRows(question.layer, { ...question, cursor: null }, abort.signal);
      if (page === null || abort.signal.aborted) return;
      this.#question = question;
      this.isStuck = this.isOutdated = false;
      if (page instanceof ApiError) {
        this.error = page;
        this.status = "error";
      } else this.#take(page, []);
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }

  async more(): Promise<void> {
    const [question, cursor] = [this.#question, this.#next];
    if (!question || !cursor || !this.hasMore || this.#turning) return;
    const turning = (this.#turning = new AbortController());
    const page = await readRows(question.layer, { ...question, cursor }, turning.signal);
    if (page === null || turning.signal.aborted) return;
    this.#turning = null;
    this.isStuck = page instanceof ApiError;
    if (!(page instanceof ApiError)) this.#take(page, this.rows);
  }

  #take(page: FeaturePage, before: readonly LayerFeature[]): void {
    this.rows = [...before, ...page.features];
    this.matched = page.matched ?? null;
    this.#next = page.next ?? null;
    this.status = "ready";
  }
}
