import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { setTimeout as sleep } from "node:timers/promises";
import { cacheHits } from "../../model/metrics/builds.ts";
import { type Duration, toSeconds } from "../../lib/duration.ts";
import { UserError } from "../../lib/errors.ts";
import type { Loaded } from "../../settings/load.ts";
import { apartFromContext } from "../../images/builders.ts";
import { messageInCi } from "../../model/history/update.ts";
import type { Deployment } from "../../model/state/resources.ts";
import { type Session, isCloud } from "../../stack/session.ts";
import { hasFootings } from "../../model/rollout/footings.ts";
import { TYPES } from "../../model/state/types.ts";
import { readSettings } from "../project/program-settings.ts";
import { type Deployed, deployedIn } from "../../model/state/deployed.ts";
import { namesOf } from "../../stack/build-history.ts";
import { readDeployed } from "../../stack/deployed.ts";
import { commitTitle } from "../lib/git.ts";
import { findLeftovers, remove } from "./leftovers.ts";
import { showFailedBuilds } from "./failed-builds.ts";
import { showFailedPulls } from "./failed-pulls.ts";
import { describe, isDead, locksIn } from "../../stack/locks.ts";
import type { Mending } from "./mends.ts";
import { recordRun } from "./record-metrics.ts";
import { StackOutputs } from "./stack-outputs.ts";
import { watchBuilds } from "./stalled-builds.ts";
import { endOrphanedPlugins } from "../../stack/plugins.ts";
import { type Options, type Outcome, pulumi } from "../../stack/pulumi.ts";
import { progress } from "../lib/progress.ts";
import { shortDigest } from "../../lib/digest.ts";

/** How to deal with another update of the same stack. */
export interface LockOptions {
  /** How long to wait for its end. */
  wait: Duration;
  /** Whether to take the lock from it, whoever it is. */
  takeOver: boolean;
  /** Whether stdout is for the verb's own answer, and pulumi's goes to stderr. @default false */
  json?: boolean;
}

/** What else an update is given. */
export interface Besides {
  /** The stack's state, by who has just read it. */
  read?: Deployment;
  /** Its settings and catalogue, likewise. */
  loaded?: Loaded;
  /** Finds what it has to mend on the hosts. @default it mends nothing */
  mending?: (deployed: Deployed) => Promise<Mending>;
}

/**
 * `pulumi up` of the session's stack, after what a killed one has left is cleared away.
 * @param args further arguments of `pulumi up`
 * @throws UserError when it fails, or when another update does not end in time
 */
export async function deploy(
  session: Session,
  args: readonly string[],
  options: LockOptions,
  { read, loaded, mending }: Besides = {},
): Promise<void> {
  const unlocked = withLock(session, options);
  let state = read ? deployedIn(read) : await readDeployed(session);
  while (state.interrupted) state = await clearInterrupted(session, state, unlocked);
  const [mends, { withProgram }, known] = await Promise.all([
    mending?.(state),
    import("./inline-program.ts"),
    loaded ?? readSettings(session),
  ]);
  const message = messageInCi(process.env, commitTitle);
  const said = message ? ["--message", message] : [];
  // Of an update that fails pulumi shows all outputs as removed, though the state keeps them.
  const up = ["up", "--yes", "--skip-preview", "--suppress-outputs", ...said];
  const outputs = new StackOutputs();
  const builders = namesOf(known.settings.builders);
  const builds = watchBuilds(builders);
  const onEvent = (event: EngineEvent) => {
    outputs.take(event);
    builds.take(event);
  };
  const more = [...args, ...(mends?.args ?? [])];
  if (!state.containers.length && !more.length) state = await makeFootings(session, unlocked, known);
  // What is lost with a killed update is then found again by its labels.
  const stands = hasFootings(known.catalogue, known.settings, state) && !mends?.args.length;
  const writes = stands && !isCloud(session) ? "at the end" : "every step";
  const how = { writes, more: apartFromContext(known.settings.builders) } as const;
  const work = (program: string[]) => unlocked([...up, ...more, ...program], how);
  const run = await withProgram(work, { again: mends?.again, onEvent, loaded: known }).finally(builds.stop);
  const metrics = await recordRun(session, run, builders);
  for (const line of cacheHits(metrics?.builds ?? [])) progress(line);
  if (run.code !== 0) {
    await showFailedBuilds(session, builders, run.started);
    await showFailedPulls(session);
    throw new UserError("pulumi up failed, see above");
  }
  (options.json ? process.stderr : process.stdout).write(outputs.format());
  await mends?.finish();
}

/**
 * `pulumi preview` of what {@link deploy} would do, and what that would mend.
 * @throws UserError when it fails
 */
export async function previewDeploy(
  session: Session,
  args: readonly string[],
  mending: (deployed: Deployed) => Promise<Mending>,
): Promise<void> {
  const mends = await mending(await readDeployed(session));
  const { withProgram } = await import("./inline-program.ts");
  const preview = ["preview", ...args, ...mends.args];
  const { code, stderr } = await withProgram(
    (program) => pulumi(session, [...preview, ...program], { out: "shown" }),
    { again: mends.again },
  );
  process.stderr.write(stderr);
  if (code !== 0) throw new UserError("pulumi preview failed, see above");
}

type Run = (args: readonly string[], how?: Options) => Promise<Outcome>;

/** What a fleet's footings are not. */
const ABOVE = [TYPES.serviceImage, TYPES.image, TYPES.cutover, TYPES.container, TYPES.command];

/**
 * Makes what a new fleet stands on, in an update of its own that writes down each of them: a later one that is killed can
 * then be taken up again with nothing but what the hosts say.
 */
async function makeFootings(session: Session, run: Run, loaded: Loaded): Promise<Deployed> {
  progress("a new fleet: its networks, volumes and secrets first");
  const { withProgram } = await import("./inline-program.ts");
  const words = [
    "up",
    "--yes",
    "--skip-preview",
    "--suppress-outputs",
    "--message",
    "networks, volumes, secrets",
  ];
  const excluded = ABOVE.flatMap((type) => ["--exclude", `**${type}::**`]);
  // Quietly: what it warns of, the update behind it does too.
  const work = (program: string[]) => run([...words, ...excluded, ...program], { out: "quiet" });
  const { code, stdout } = await withProgram(work, { loaded });
  if (code === 0) return readDeployed(session);
  process.stderr.write(stdout);
  throw new UserError("pulumi up failed, see above");
}

/**
 * Forgets what a killed `pulumi` was creating and removes the containers it made: those listed before the engine
 * forgets, which it does under the stack's lock, and not known afterwards. So an update that runs meanwhile loses none.
 */
async function clearInterrupted(session: Session, state: Deployed, run: Run): Promise<Deployed> {
  progress("an update was killed in the middle: clearing what it left");
  endOrphanedPlugins(session);
  const leftovers = await findLeftovers(state);
  const root = `urn:pulumi:${state.stack}::${state.project}::pulumi:pulumi:Stack::${state.project}-${state.stack}`;
  const cleared = await run([
    ...["refresh", "--yes", "--skip-preview", "--clear-pending-creates"],
    ...["--target", root, "--suppress-progress"],
  ]);
  if (cleared.code !== 0) throw new UserError("what a killed update left could not be cleared, see above");
  const after = await readDeployed(session);
  for (const container of leftovers.filter(({ id }) => !after.containers.some((known) => known.id === id))) {
    await remove(container);
    progress(
      `${container.host.name}: removed container ${shortDigest(container.id)}, made and never started`,
    );
  }
  return after;
}

/** Runs `pulumi`, as soon as nobody else has the stack. */
function withLock(session: Session, { wait, takeOver, json }: LockOptions): Run {
  const deadline = Date.now() + toSeconds(wait) * 1000;
  let said = "";
  return async (args, how) => {
    for (;;) {
      const outcome = await pulumi(session, args, { out: json ? "beside" : "shown", ...how });
      const locks = outcome.code === 0 || outcome.interrupted ? undefined : locksIn(outcome.stderr);
      if (!locks) {
        process.stderr.write(outcome.stderr);
        return outcome;
      }
      const owners = describe(locks);
      const dead = locks.length > 0 && locks.every((lock) => isDead(lock, session));
      if (dead || takeOver) {
        progress(`lock released: ${owners}${dead ? " is no longer running" : " (--take-over)"}`);
        if (dead) endOrphanedPlugins(session);
        const { code, stderr } = await pulumi(session, ["cancel", "--yes"]);
        if (code !== 0) throw new UserError(stderr.trim());
        continue;
      }
      if (Date.now() > deadline) {
        throw new UserError(
          `the stack is locked by ${owners}; waited ${wait}. Once that process is surely dead: slipway up --take-over`,
        );
      }
      if (owners !== said) progress(`waiting for the stack: ${owners}`);
      said = owners;
      await sleep(1000);
    }
  };
}
