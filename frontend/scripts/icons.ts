/**
 * Vite plugin: the glyphs of maki and temaki as files at addresses that follow from their names
 * (`/assets/icons/maki-8.2.0/school.svg`), so that no table of 770 names weighs on the first map.
 * The version is in the address: what is cached for ever never changes.
 */

import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Plugin } from "vite";

const SETS = { maki: "@mapbox/maki", temaki: "@rapideditor/temaki" } as const;
const require = createRequire(import.meta.url);

interface IconSet {
  readonly name: string;
  readonly folder: string;
  readonly prefix: string;
}

function iconSets(): IconSet[] {
  return Object.entries(SETS).map(([name, pack]) => {
    const manifest = require.resolve(`${pack}/package.json`);
    const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { version: string };
    return { name, folder: path.join(path.dirname(manifest), "icons"), prefix: `assets/icons/${name}-${version}` };
  });
}

export function icons(): Plugin {
  const sets = iconSets();
  return {
    name: "icons",
    config: () => ({
      define: { __ICON_FOLDERS__: Object.fromEntries(sets.map(({ name, prefix }) => [name, `/${prefix}`])) },
    }),
    generateBundle() {
      for (const { folder, prefix } of sets) {
        for (const file of readdirSync(folder).filter((name) => name.endsWith(".svg"))) {
          this.emitFile({
            type: "asset",
            fileName: `${prefix}/${file}`,
            source: readFileSync(path.join(folder, file)),
          });
        }
      }
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const found = sets.find(({ prefix }) => request.url?.startsWith(`/${prefix}/`));
        if (!found || !request.url) return next();
        response.setHeader("Content-Type", "image/svg+xml");
        response.end(readFileSync(path.join(found.folder, path.basename(request.url))));
      });
    },
  };
}
