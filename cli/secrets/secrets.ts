import { readFileSync } from "node:fs";
import { Command } from "commander";
import { LineError, parseEnvFile } from "../../lib/env-file.ts";
import { UserError } from "../../lib/errors.ts";
import { plural } from "../../lib/text.ts";
import { secretFor } from "../../model/catalogue/secret-names.ts";
import { pulumi } from "../../stack/pulumi.ts";
import { progress } from "../lib/progress.ts";
import { type StackOption, stackOption } from "../lib/stack-option.ts";
import { readDeclaredCatalogue } from "../project/program-settings.ts";
import { openSession } from "../project/session.ts";

/** `slipway secrets import` */
export function secretsVerb(): Command {
  const verb = new Command("secrets").description("the stack's secrets");
  verb
    .command("import")
    .description(
      "set the secrets that services.ts declares as given, from a file such as .env: DB_PASSWORD for the secret db-password, " +
        "or for the one that a service has as its variable DB_PASSWORD; exit code 1 where the file has none of them",
    )
    .argument("<file>", "in the syntax of Compose's env_file")
    .addOption(stackOption())
    .action(async (file: string, options: StackOption) => {
      const variables = readVariables(file);
      const session = await openSession(options);
      const catalogue = await readDeclaredCatalogue(session);
      const found = new Map<string, string>();
      const others: string[] = [];
      for (const { name, value } of variables) {
        const secret = secretFor(name, catalogue);
        if (secret === undefined) others.push(name);
        else found.set(secret, value);
      }
      for (const [secret, value] of found) {
        // By standard input: a command line can be seen by all. Of what ends it pulumi takes one line end away.
        const args = ["config", "set", "--secret", `secrets:${secret}`];
        const { code, stderr } = await pulumi(session, args, { input: `${value}\n` });
        if (code !== 0) throw new UserError(`secrets/${secret}: ${stderr.trim().replace(/^error: /, "")}`);
        progress(`secrets/${secret}: set`);
      }
      if (others.length)
        progress(`${file}: no given secret of services.ts is named so: ${[...new Set(others)].join(", ")}`);
      process.stdout.write(`${plural(found.size, "secret")} set in stack ${session.stack}\n`);
      if (!found.size) process.exitCode = 1;
    });
  return verb;
}

function readVariables(file: string) {
  try {
    return parseEnvFile(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof LineError) throw new UserError(`${file}, line ${error.line}: ${error.message}`);
    throw new UserError(`${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
}
