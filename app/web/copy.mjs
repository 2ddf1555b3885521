// Copies what the page loads from node_modules to static/; both stay out of the repository.
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const files = {
  "react/umd/react.production.min.js": "react.production.min.js",
  "react-dom/umd/react-dom.production.min.js": "react-dom.production.min.js",
  "graphiql/graphiql.min.js": "graphiql.min.js",
  "graphiql/graphiql.min.css": "graphiql.min.css",
  "@graphiql/plugin-explorer/dist/index.umd.js": "explorer.umd.js",
  "@graphiql/plugin-explorer/dist/style.css": "explorer.css",
};

mkdirSync(join(here, "static"), { recursive: true });
for (const [from, to] of Object.entries(files)) {
  copyFileSync(join(here, "node_modules", from), join(here, "static", to));
}
