/** Two people correct one row: what the other one saved, set against what is written here. */

export type Row = Readonly<Record<string, unknown>>;

export interface Merged {
  /** The form's values on top of the newer row. */
  readonly values: Row;
  /** Fields both changed, each to something else: written here stays, the person decides. */
  readonly clashes: readonly string[];
  /** Fields only the other one changed: taken over. */
  readonly taken: readonly string[];
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a ?? null) === JSON.stringify(b ?? null);

/** Names of what differs between two states of a row. */
export const changedIn = (before: Row, after: Row): string[] =>
  Object.keys(after).filter((name) => !same(before[name], after[name]));

/** `names`: the fields of the form; what else a row holds is not a person's to decide. */
export function merge(names: readonly string[], before: Row, theirs: Row, mine: Row): Merged {
  const changed = names.filter((name) => !same(before[name], theirs[name]));
  const own = names.filter((name) => !same(before[name], mine[name]));
  return {
    values: { ...theirs, ...Object.fromEntries(own.map((name) => [name, mine[name]])) },
    clashes: changed.filter((name) => own.includes(name) && !same(theirs[name], mine[name])),
    taken: changed.filter((name) => !own.includes(name)),
  };
}

export const without = <Value>(row: Readonly<Record<string, Value>>, name: string): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(row).filter(([other]) => other !== name));
