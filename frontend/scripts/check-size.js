/** JavaScript needed for the first map, gzipped, stays within its budget (run after the build). */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";

const BUDGET_KB = 460;
const dist = path.resolve(import.meta.dirname, "../dist");
const page = readFileSync(path.join(dist, "index.html"), "utf8");
const linked = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => String(match[1]));
const workers = readdirSync(path.join(dist, "assets"))
  .filter((name) => /-worker-[\w-]+\.js$/.test(name))
  .map((name) => `assets/${name}`);

let total = 0;
for (const name of [...linked, ...workers]) {
  const size = gzipSync(readFileSync(path.join(dist, name)), { level: 9 }).length;
  total += size;
  process.stdout.write(`${(size / 1000).toFixed(1).padStart(7)} kB  ${name}\n`);
}
process.stdout.write(`${(total / 1000).toFixed(1).padStart(7)} kB  of ${BUDGET_KB}\n`);
process.exit(total > BUDGET_KB * 1000 ? 1 : 0);
