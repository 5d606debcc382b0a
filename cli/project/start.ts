import { Command } from "commander";
import * as lab from "../../lab/index.ts";
import { UserError } from "../../lib/errors.ts";
import { findMending } from "../deploy/mends.ts";
import type { Deployed } from "../../model/state/deployed.ts";
import { deploy } from "../deploy/pulumi-up.ts";
import { devStack } from "./dev-stack.ts";
import { DEV_STACK, enter, labEnvironment, toolEnvironment } from "./environment.ts";
import { paths } from "../../lib/paths.ts";
import { readSession } from "../../stack/session.ts";
import { progress } from "../lib/progress.ts";
import { livesInLab } from "./stack-file.ts";

/** `slipway start`, which is `npm start` */
export function startVerb(): Command {
  return new Command("start")
    .description("from nothing to a running dev stack: tools, lab, pulumi up, URLs")
    .action(async () => {
      enter(
        livesInLab(paths.project)
          ? await labEnvironment(paths, await lab.up(paths.lab, { hosts: 1 }, progress))
          : await toolEnvironment(paths),
      );
      const stack = await devStack();
      const started = Date.now();
      progress("pulumi up: the dev stack (the first time it builds every image)…");
      const session = await readSession({ folder: paths.project, env: process.env }, DEV_STACK);
      const mending = (deployed: Deployed) => findMending(session, deployed, []);
      await deploy(session, [], { wait: "10 minutes", takeOver: false }, { mending });
      const seconds = Math.round((Date.now() - started) / 1000);
      const changes = Object.keys((await stack.info())?.resourceChanges ?? {}).some(
        (kind) => kind !== "same",
      );
      progress(`pulumi up: ${changes ? "done" : "no changes"} in ${seconds} s`);

      const outputs = await stack.outputs();
      const urls = Object.values((outputs.urls?.value ?? {}) as Record<string, string>);
      await Promise.all(urls.map(waitForAnswer));
      const next = [
        ...urls,
        'eval "$(npx --no slipway lab env)"   then pulumi, docker and ssh speak to it',
        "edit services/web/web.py, run pulumi up   one build, one roll, no failed request",
        "npm stop   ends it all",
      ];
      for (const line of next) process.stdout.write(`→ ${line}\n`);
    });
}

/** Waits until the URL answers with 200. */
async function waitForAnswer(url: string): Promise<void> {
  const deadline = Date.now() + 15_000;
  let last = "";
  while (Date.now() < deadline) {
    try {
      const reply = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      if (reply.ok) return;
      last = `status ${reply.status}: ${await reply.text()}`;
    } catch (error) {
      last = String((error as Error).cause ?? error);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new UserError(
    `${url}: does not answer within 15 s, got ${last}; look at: docker logs, npx --no slipway lab status`,
  );
}
