import { KEPT } from "../../lib/paths.ts";
import { DIFFERENCES } from "../../model/compose/differences.ts";
import { COMPOSE_KEYS, whereIs } from "../../model/compose/keys.ts";

/** The pages of this folder, by file name, as `npm run reference` writes them: each prints a table of the code. */
export const PAGES: Readonly<Record<string, () => string>> = {
  "files.md": files,
  "compose.md": compose,
  "compose-differences.md": differences,
};

function files(): string {
  const entries = Object.values(KEPT).map(({ path, what, writer, reader, lifetime }) => {
    const facts = [`- Written by ${writer}`, `- Read by ${reader}`, `- Lifetime: ${lifetime}`];
    return `## \`${path}\`\n\n${sentence(what)}\n\n${facts.join("\n")}`;
  });
  const head = [
    "# Files under .slipway",
    "Written by `npm run reference` from lib/paths.ts. Everything Slipway keeps in a project's folder is in `.slipway`, " +
      "which git ignores. `npm stop` removes all of it but the folders of tests and bench.",
  ];
  return `${[...head, ...entries].join("\n\n")}\n`;
}

function compose(): string {
  const rows = COMPOSE_KEYS.map((key) => ({ key, ...whereIs(key) }));
  const listed = (carried: boolean) =>
    rows.filter((row) => row.carried === carried).map(({ key, text }) => `- \`${key}\`: ${text}`);
  return `${[
    "# Keys of a Compose service",
    "Written by `npm run reference` from model/compose/keys.ts. What `slipway import` makes of each key; of values that " +
      "are not carried over, the list that it prints says so.",
    "## In services.ts, or needless there",
    listed(true).join("\n"),
    "## Not carried over",
    listed(false).join("\n"),
  ].join("\n\n")}\n`;
}

function differences(): string {
  const entries = DIFFERENCES.map(({ place, compose: there, slipway: here, reason }) => {
    const facts = [`- Compose: ${there}`, `- Slipway: ${here}`, `- Why: ${reason}`];
    return `## \`${place}\`\n\n${facts.join("\n")}`;
  });
  const head = [
    "# An imported service beside the one of Compose",
    "Written by `npm run reference` from model/compose/differences.ts. `npm run oracle` makes the containers of " +
      "tests/import/files once with docker compose and once by an import and `pulumi up`, and holds what `docker inspect` " +
      "shows of each to the other: Config, HostConfig, Mounts and Networks. Only what stands here may differ, and all that " +
      "stands here is seen to. What is empty, off or 0 counts as not there, and sets have no order.",
  ];
  return `${[...head, ...entries].join("\n\n")}\n`;
}

/** With a capital letter and a full stop. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}
