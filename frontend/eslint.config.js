import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import { importDirection } from "./scripts/import-direction.js";
import svelteConfig from "./svelte.config.js";

export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/api/generated.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { rooms: { rules: { "import-direction": importDirection } } },
    rules: {
      "rooms/import-direction": "error",
      "no-undef": "off",
      "no-restricted-globals": ["error", { name: "fetch", message: "Only api/ speaks to the server." }],
      "@typescript-eslint/consistent-type-imports": "error",
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
    rules: {
      // Links here lead to server pages and exports, which no client-side router knows.
      "svelte/no-navigation-without-resolve": "off",
    },
  },
  { files: ["src/api/**"], rules: { "no-restricted-globals": "off" } },
);
