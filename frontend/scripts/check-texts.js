/** Both dictionaries hold the same keys, every key is used, and every key used exists. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

const source = path.resolve(import.meta.dirname, "../src");
/** @param {string} name @returns {Record<string, string>} */
const load = (name) => JSON.parse(readFileSync(path.join(source, "text", name), "utf8"));
const vi = load("vi.json");
const en = load("en.json");
const code = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(path.join(source, name), "utf8"))
  .join("\n");

const faults = [];
for (const key of new Set([...Object.keys(vi), ...Object.keys(en)])) {
  if (!(key in vi)) faults.push(`${key}: missing in vi.json`);
  if (!(key in en)) faults.push(`${key}: missing in en.json`);
  if (!code.includes(`"${key}"`)) faults.push(`${key}: used nowhere`);
  const names = (/** @type {string | undefined} */ text) =>
    [...(text ?? "").matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();
  if (names(vi[key]).join() !== names(en[key]).join()) faults.push(`${key}: the two languages name other values`);
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length ? 1 : 0);
