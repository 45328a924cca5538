import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { icons } from "./scripts/icons.ts";

const server = `http://127.0.0.1:${process.env.GEO_IOC_PORT ?? "8000"}`;
const proxied = ["/api", "/tiles", "/style.json", "/accounts", "/admin", "/media", "/static"];

export default defineConfig({
  plugins: [svelte(), icons()],
  base: "/",
  build: {
    outDir: "dist",
    assetsDir: "assets",
    // Icons and fonts stay files: inlined they would weigh on the first map, and a strict CSP refuses data: URLs.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    target: "es2023",
  },
  worker: { format: "es" },
  server: { proxy: Object.fromEntries(proxied.map((path) => [path, server])) },
  ...(process.env.VITEST ? { resolve: { conditions: ["browser"] } } : {}),
  test: { environment: "happy-dom", include: ["src/**/*.test.ts"] },
});
