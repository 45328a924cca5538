/** A value that tells its listeners when it changes. Fits Svelte's store contract without importing Svelte. */

export interface Readable<T> {
  readonly get: () => T;
  /** Calls `listener` now and at every change; returns the way to stop. */
  readonly subscribe: (listener: (value: T) => void) => () => void;
}

export interface Cell<T> extends Readable<T> {
  readonly set: (value: T) => void;
  readonly update: (change: (value: T) => T) => void;
}

export function cell<T>(initial: T): Cell<T> {
  let value = initial;
  const listeners = new Set<(value: T) => void>();
  const set = (next: T): void => {
    if (Object.is(next, value)) return;
    value = next;
    for (const listener of [...listeners]) listener(value);
  };
  return {
    get: () => value,
    set,
    update: (change) => set(change(value)),
    subscribe(listener) {
      listeners.add(listener);
      listener(value);
      return () => listeners.delete(listener);
    },
  };
}

type Values<Sources extends readonly Readable<unknown>[]> = {
  [K in keyof Sources]: Sources[K] extends Readable<infer T> ? T : never;
};

/** A value computed from others; recomputed when one of them changes, told on only when it differs. */
export function derive<const Sources extends readonly Readable<unknown>[], T>(
  sources: Sources,
  compute: (...values: Values<Sources>) => T,
): Readable<T> {
  const current = (): T => compute(...(sources.map((source) => source.get()) as Values<Sources>));
  return {
    get: current,
    subscribe(listener) {
      let told = current();
      listener(told);
      const tell = (): void => {
        const next = current();
        if (Object.is(next, told)) return;
        told = next;
        listener(told);
      };
      // A subscription calls back at once; that first call finds nothing new.
      const stops = sources.map((source) => source.subscribe(tell));
      return () => stops.forEach((stop) => stop());
    },
  };
}
