/**
 * ESLint rule: imports between the rooms of src/ point one way.
 * main and App may import every room; panel, basemap, catalog, search, time, table, draw, print, share, lists, shell, reach and
 * apps stand side by side over map and load, those over state, state over api; compare, and embed, kiosk and wall over
 * it, are made of those rooms. text and style are leaves that every room may read.
 */
import path from "node:path";

const FLOORS = {
  api: 0,
  state: 1,
  load: 2,
  map: 2,
  panel: 3,
  basemap: 3,
  catalog: 3,
  search: 3,
  time: 3,
  table: 3,
  print: 3,
  share: 3,
  lists: 3,
  draw: 3,
  shell: 3,
  reach: 3,
  apps: 3,
  compare: 4,
  embed: 5,
  kiosk: 5,
  wall: 5,
};
const LEAVES = new Set(["text", "style"]);
const TOP = 6;

/** @param {string} file */
function roomOf(file) {
  const inside = file.split(`${path.sep}src${path.sep}`).pop() ?? "";
  const parts = inside.split(path.sep);
  return parts.length > 1 ? (parts[0] ?? "main") : "main";
}

/** @param {string} room */
function floorOf(room) {
  if (LEAVES.has(room)) return -1;
  return room in FLOORS ? FLOORS[/** @type {keyof typeof FLOORS} */ (room)] : TOP;
}

/** @type {import("eslint").Rule.RuleModule} */
export const importDirection = {
  meta: {
    type: "problem",
    schema: [],
    messages: {
      upward: "{{from}} may not import {{to}}: imports point main -> rooms -> map -> state -> api.",
      maplibre: "Only map/ touches MapLibre; ask for what is needed through state/.",
    },
  },
  create(context) {
    const from = roomOf(context.filename);
    /** @param {import("estree").Node} node @param {unknown} source */
    const check = (node, source) => {
      if (typeof source !== "string") return;
      if (source === "maplibre-gl" || source.startsWith("maplibre-gl/")) {
        if (from !== "map") context.report({ node, messageId: "maplibre" });
        return;
      }
      if (!source.startsWith(".")) return;
      const to = roomOf(path.resolve(path.dirname(context.filename), source));
      if (from === to || floorOf(from) > floorOf(to)) return;
      context.report({ node, messageId: "upward", data: { from, to } });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => node.source && check(node, node.source.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ImportExpression: (node) => check(node, node.source.type === "Literal" ? node.source.value : undefined),
    };
  },
};
