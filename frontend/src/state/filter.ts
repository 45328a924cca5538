/** A layer's filter as the form holds it, to and from CQL2 text. */

import type { Attribute } from "../api/types";

export type Scalar = string | number | boolean;

/** Allowed values (null: the attribute is unknown), or limits; both ends are included, but the upper one of an `open`. */
export type Term =
  | { readonly kind: "choice"; readonly values: readonly (Scalar | null)[] }
  | { readonly kind: "range"; readonly from: number | null; readonly to: number | null; readonly open?: true }
  | { readonly kind: "during"; readonly from: string | null; readonly to: string | null };

/** One term an attribute; `raw` is a filter from a link that the form cannot show. */
export interface LayerFilter {
  readonly terms: Readonly<Record<string, Term>>;
  readonly raw?: string;
}

export const NO_FILTER: LayerFilter = { terms: {} };

function literal(value: Scalar): string {
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return typeof value === "boolean" ? String(value).toUpperCase() : String(value);
}

function choiceText(name: string, values: readonly (Scalar | null)[]): string {
  const known = values.filter((value): value is Scalar => value !== null);
  const parts: string[] = [];
  if (known.length === 1) parts.push(`${name} = ${literal(known[0] as Scalar)}`);
  if (known.length > 1) parts.push(`${name} IN (${known.map(literal).join(", ")})`);
  if (values.includes(null)) parts.push(`${name} IS NULL`);
  return parts.length > 1 ? `(${parts.join(" OR ")})` : (parts[0] ?? "");
}

function termText(name: string, term: Term): string[] {
  if (term.kind === "choice") return term.values.length ? [choiceText(name, term.values)] : [];
  const write = (value: number | string): string =>
    typeof value === "number" ? String(value) : value.length > 10 ? `TIMESTAMP('${value}')` : `DATE('${value}')`;
  const parts: string[] = [];
  if (term.from !== null) parts.push(`${name} >= ${write(term.from)}`);
  const below = term.kind === "range" && term.open ? "<" : "<=";
  if (term.to !== null) parts.push(`${name} ${below} ${write(term.to)}`);
  return parts;
}

/** The filter as CQL2 text; null when nothing is filtered. */
export function toCql2(filter: LayerFilter | undefined): string | null {
  if (!filter) return null;
  if (filter.raw) return filter.raw;
  const parts = Object.entries(filter.terms).flatMap(([name, term]) => termText(name, term));
  return parts.length ? parts.join(" AND ") : null;
}

const TOKEN =
  /\s*(?:(DATE|TIMESTAMP)\('([^']*)'\)|'((?:[^']|'')*)'|(>=|<=|<|=|\(|\)|,)|(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|([\p{L}_][\p{L}\p{N}_]*))/uy;

type Token =
  | { readonly kind: "value"; readonly value: Scalar; readonly dated: boolean }
  | { readonly kind: "sign" | "word"; readonly text: string };

function tokens(text: string): Token[] | null {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    const [, dated, date, string, sign, number, word] = match;
    if (dated) found.push({ kind: "value", value: date ?? "", dated: true });
    else if (string !== undefined) found.push({ kind: "value", value: string.replaceAll("''", "'"), dated: false });
    else if (sign) found.push({ kind: "sign", text: sign });
    else if (number) found.push({ kind: "value", value: Number(number), dated: false });
    else if (word && /^(true|false)$/i.test(word))
      found.push({ kind: "value", value: /^true$/i.test(word), dated: false });
    else found.push({ kind: "word", text: word ?? "" });
  }
  return found;
}

/** Read back what `toCql2` wrote; any other filter is kept whole as `raw`. */
export function fromCql2(text: string): LayerFilter {
  const list = tokens(text);
  const terms = list && readTerms(list);
  return terms ? { terms } : { terms: {}, raw: text };
}

function readTerms(list: readonly Token[]): Record<string, Term> | null {
  const terms: Record<string, Term> = {};
  let position = 0;
  const take = (text?: string): Token | null => {
    const token = list[position];
    if (!token || (text !== undefined && (token.kind === "value" || token.text.toUpperCase() !== text))) return null;
    position += 1;
    return token;
  };
  const value = (): (Token & { kind: "value" }) | null => {
    const token = list[position];
    if (token?.kind !== "value") return null;
    position += 1;
    return token;
  };
  const addChoice = (name: string, values: readonly (Scalar | null)[]): boolean => {
    const old = terms[name];
    if (old && old.kind !== "choice") return false;
    terms[name] = { kind: "choice", values: [...(old?.values ?? []), ...values] };
    return true;
  };
  const addLimit = (name: string, end: "from" | "to", limit: Token & { kind: "value" }, open: boolean): boolean => {
    const kind = limit.dated ? "during" : "range";
    const old = terms[name] ?? { kind, from: null, to: null };
    // The same end twice is one limit too many for a form.
    if (
      old.kind !== kind ||
      old[end] !== null ||
      (kind === "range" && typeof limit.value !== "number") ||
      (open && limit.dated)
    )
      return false;
    terms[name] = { ...old, [end]: limit.value, ...(open ? { open } : {}) } as Term;
    return true;
  };
  const comparison = (): boolean => {
    const name = take();
    if (name?.kind !== "word") return false;
    if (take("IS")) return take("NULL") !== null && addChoice(name.text, [null]);
    if (take("IN")) {
      if (!take("(")) return false;
      const values: Scalar[] = [];
      do {
        const next = value();
        if (!next) return false;
        values.push(next.value);
      } while (take(","));
      return take(")") !== null && addChoice(name.text, values);
    }
    for (const [sign, end] of [
      [">=", "from"],
      ["<=", "to"],
      ["<", "to"],
    ] as const) {
      if (!take(sign)) continue;
      const limit = value();
      return limit !== null && addLimit(name.text, end, limit, sign === "<");
    }
    const equal = take("=") && value();
    return equal ? addChoice(name.text, [equal.value]) : false;
  };
  const group = (): boolean => {
    if (!take("(")) return comparison();
    const before = Object.keys(terms);
    let parts = 0;
    do {
      if (!comparison()) return false;
      parts += 1;
    } while (take("OR"));
    // An OR between two attributes, or between limits, is not a form's filter.
    const added = Object.entries(terms).filter(([name]) => !before.includes(name));
    const choices = added.length === 1 && added.every(([, term]) => term.kind === "choice");
    return (choices || (parts === 1 && added.length <= 1)) && take(")") !== null;
  };
  const seen = new Set<string>();
  do {
    const start = list[position];
    const name = start?.kind === "sign" ? list[position + 1] : start;
    const key = name?.kind === "word" ? name.text : "";
    // The same choice twice means AND, which one list of values cannot say.
    if (seen.has(key) && terms[key]?.kind === "choice") return null;
    seen.add(key);
    if (!group()) return null;
  } while (take("AND"));
  return position === list.length ? terms : null;
}

/** The filter with one attribute's term replaced; an empty term is taken out. */
export function withTerm(filter: LayerFilter, name: string, term: Term | null): LayerFilter {
  const terms = { ...filter.terms };
  if (term === null || isEmpty(term)) Reflect.deleteProperty(terms, name);
  else terms[name] = term;
  return { terms };
}

function isEmpty(term: Term): boolean {
  return term.kind === "choice" ? term.values.length === 0 : term.from === null && term.to === null;
}

/** How many attributes restrict the layer. */
export const termCount = (filter: LayerFilter | undefined): number =>
  filter ? Object.keys(filter.terms).length + (filter.raw ? 1 : 0) : 0;

/** The kinds of value an attribute can be limited by. */
export const isDated = (attribute: Attribute): boolean => attribute.type === "date" || attribute.type === "datetime";
