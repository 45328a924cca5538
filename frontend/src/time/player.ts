/** Goes through time by itself: the next frame waits until the last one is drawn, so that no tile is asked for in vain. */

import { cell, type Readable } from "../state/cell";

export interface Player {
  readonly playing: Readable<boolean>;
  readonly play: () => void;
  readonly pause: () => void;
}

export interface Film {
  /** Show the next frame; false where it was the last. */
  readonly advance: () => boolean;
  /** Resolves when what was shown last is drawn. */
  readonly drawn: () => Promise<void>;
  readonly frameMs: () => number;
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function createPlayer(film: Film): Player {
  const playing = cell(false);
  // A pause and a new start within one frame must not leave two runs behind.
  let run = 0;

  const play = async (): Promise<void> => {
    const mine = ++run;
    playing.set(true);
    for (;;) {
      const more = film.advance();
      await Promise.all([film.drawn(), wait(film.frameMs())]);
      if (mine !== run) return;
      if (!more) break;
    }
    playing.set(false);
  };
  return {
    playing,
    play: () => void play(),
    pause: () => {
      run += 1;
      playing.set(false);
    },
  };
}

/** Resolves once `source` holds what `wanted` says, or after a while: one slow tile does not stop the film. */
export function until<T>(source: Readable<T>, wanted: (value: T) => boolean, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(end, patienceMs);
    let stop: (() => void) | null = null;
    let done = false;
    function end(): void {
      done = true;
      clearTimeout(timer);
      stop?.();
      resolve();
    }
    stop = source.subscribe((value) => {
      if (!done && wanted(value)) end();
    });
    if (done) stop();
  });
}
