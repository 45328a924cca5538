/** `maki:school` -> address of its SVG file among our own assets. */

const maki = import.meta.glob<string>("/node_modules/@mapbox/maki/icons/*.svg", {
  query: "?url",
  import: "default",
  eager: true,
});
const temaki = import.meta.glob<string>("/node_modules/@rapideditor/temaki/icons/*.svg", {
  query: "?url",
  import: "default",
  eager: true,
});

const named = (set: string, files: Record<string, string>): [string, string][] =>
  Object.entries(files).map(([path, url]) => [`${set}:${path.slice(path.lastIndexOf("/") + 1, -4)}`, url]);

export const ICON_ADDRESSES: Readonly<Record<string, string>> = Object.fromEntries([
  ...named("maki", maki),
  ...named("temaki", temaki),
]);
