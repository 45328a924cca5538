/** Both languages of a dictionary hold the same keys, every key is used, and every key used exists. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";

/** The viewer's own words, and those that a part fetched later brings along. */
const FOLDERS = ["text", "panel/words"];
const source = path.resolve(import.meta.dirname, "../src");
/** @param {string} name @returns {Record<string, string>} */
const load = (name) => JSON.parse(readFileSync(path.join(source, name), "utf8"));
const code = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|svelte)$/.test(name) && !name.endsWith(".test.ts"))
  .map((name) => readFileSync(path.join(source, name), "utf8"))
  .join("\n");
const names = (/** @type {string | undefined} */ text) =>
  [...(text ?? "").matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

const faults = [];
for (const folder of FOLDERS) {
  const [vi, en] = [load(`${folder}/vi.json`), load(`${folder}/en.json`)];
  for (const key of new Set([...Object.keys(vi), ...Object.keys(en)])) {
    if (!(key in vi)) faults.push(`${key}: missing in ${folder}/vi.json`);
    if (!(key in en)) faults.push(`${key}: missing in ${folder}/en.json`);
    if (!code.includes(`"${key}"`)) faults.push(`${key}: used nowhere`);
    if (names(vi[key]).join() !== names(en[key]).join()) faults.push(`${key}: the two languages name other values`);
  }
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length ? 1 : 0);
