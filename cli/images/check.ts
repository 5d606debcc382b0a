import { join } from "node:path";
import { parseTrial, trialScript } from "../../host/scripts/trial.ts";
import {
  type Engine,
  hasImage,
  loadImage,
  pullImage,
  readEngine,
  removeImage,
  userOf,
} from "../../images/engine.ts";
import { UserError } from "../../lib/errors.ts";
import { fewest } from "../../lib/fewest.ts";
import { paths } from "../../lib/paths.ts";
import { lastLines, start } from "../../lib/run.ts";
import { withTemporaryFolder } from "../../lib/temporary.ts";
import { isBuilt } from "../../model/catalogue/build.ts";
import { hardened } from "../../model/catalogue/hardening.ts";
import { imageConfig } from "../../model/catalogue/image-config.ts";
import { isRoot } from "../../model/catalogue/process.ts";
import type { Catalogue, Service } from "../../model/catalogue/service.ts";
import { type Finding, formatFinding } from "../../model/container/finding.ts";
import { trialWords } from "../../model/container/trial-words.ts";
import {
  type Opening,
  type Trial,
  allOf,
  comesAsFar,
  opened,
  openingsOf,
  untried,
  writtenFolders,
} from "../../model/container/trial.ts";
import { type Recipe, readRecipes } from "../../model/image/recipe.ts";
import { stockImages } from "../../model/image/stock.ts";
import type { Settings } from "../../settings/load.ts";
import type { Session } from "../../stack/session.ts";
import { progress } from "../lib/progress.ts";
import { named, readSettings } from "../project/program-settings.ts";
import { Builds } from "./builds.ts";

/** Services tried at once: more would have them wait for each other. */
const AT_ONCE = 3;

/** How `slipway build --check` goes about it. */
interface CheckOptions {
  cache: boolean;
  /** How long a container runs that does not end, in seconds. */
  seconds: number;
  json: boolean;
}

/** Runs each service's image, closed as services.ts has it, and prints what it needs besides. */
export async function checkAll(
  session: Session,
  names: readonly string[],
  { cache, seconds, json }: CheckOptions,
): Promise<void> {
  const read = await readSettings(session);
  const engine = await readEngine();
  const settings = { ...read.settings, platforms: [engine.platform], images: "build" as const };
  const services = named(read.catalogue.services, names);
  const images = new Images(settings, read.catalogue, cache);
  const findings = new Map<Service, Finding>();
  try {
    for (const service of services) {
      const note = untried(service);
      if (note === undefined) await images.prepare(service);
      else findings.set(service, { service: service.name, verdict: "untried", note });
    }
    progress(whatIsTried(engine, seconds));
    const waiting = services.filter((service) => !findings.has(service)).values();
    const work = async () => {
      for (const service of waiting) {
        progress(`${service.name}: trying`);
        const image = images.of(service);
        findings.set(service, await examine(service, image, read.catalogue, settings, seconds));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  } finally {
    await images.remove();
  }
  const found = services.flatMap((service) => findings.get(service) ?? []);
  const text = json ? JSON.stringify(found, null, 2) : found.map(formatFinding).join("\n");
  process.stdout.write(`${text}\n`);
  if (found.some(({ verdict }) => verdict === "lacks")) process.exitCode = 1;
}

function whatIsTried({ version, platform }: Engine, seconds: number): string {
  return (
    `On the Docker engine of this shell (${version}, ${platform}), each service alone for ${seconds} s: without network, ` +
    "with empty volumes, and without the files and the values of secrets that services.ts gives it"
  );
}

/** The images under trial, on the engine. */
class Images {
  private readonly settings: Settings & { images: "build" };
  private readonly catalogue: Catalogue;
  private readonly builds: Builds;
  private readonly images = new Map<Service, string>();
  private readonly own: string[] = [];
  /** Of all images: read once, as that reads all sources, and not before one is to be built. */
  private recipes: Recipe[] | undefined;

  constructor(settings: Settings & { images: "build" }, catalogue: Catalogue, cache: boolean) {
    this.settings = settings;
    this.catalogue = catalogue;
    this.builds = new Builds(settings, { cache, push: false });
  }

  /** Builds, or pulls, what a service runs, and brings it onto the engine. */
  async prepare(service: Service): Promise<void> {
    const image = isBuilt(service) ? await this.build(service) : await this.pull(service);
    this.images.set(service, image);
  }

  of(service: Service): string {
    return this.images.get(service) ?? "";
  }

  /** Leaves on the engine what was there before. */
  async remove(): Promise<void> {
    for (const image of this.own) await removeImage(image);
  }

  private async build({ name }: Service): Promise<string> {
    this.recipes ??= readRecipes(this.catalogue, this.settings);
    const recipe = this.recipes.find((each) => each.name === name);
    if (!recipe) throw new Error(`${name}: no recipe`);
    const image = `${name}:${recipe.hash}`;
    await withTemporaryFolder(async (folder) => {
      const archive = join(folder, "image.tar");
      await this.builds.archive(recipe, archive);
      this.own.push(image);
      await loadImage(archive);
    });
    return image;
  }

  private async pull(service: Service): Promise<string> {
    const [stock] = stockImages({ ...this.catalogue, services: [service] }, this.settings);
    if (stock?.digest === undefined)
      throw new UserError(`services/${service.name}/image: not in the lock. Run: npx --no slipway lock`);
    const image = `${stock.repository}@${stock.digest}`;
    if (await hasImage(image)) return image;
    this.own.push(image);
    await pullImage(image);
    return image;
  }
}

/** Tries a service closed and with all opened, and where the one does not come as far as the other, what it takes. */
async function examine(
  service: Service,
  image: string,
  catalogue: Catalogue,
  { lock }: Settings,
  seconds: number,
): Promise<Finding> {
  const [imageUser, { user: knownUser }] = [
    await userOf(image),
    imageConfig(service, catalogue, lock, paths.project),
  ];
  const close = (openings: readonly Opening[]) => hardened(opened(service, openings), knownUser);
  const run = (openings: readonly Opening[]) =>
    runTrial(trialWords(close(openings), image, catalogue.services), seconds);
  const shut = close([]);
  const root: Opening[] = shut.readOnly ? [{ readOnly: false }] : [];
  const others = openingsOf(service, shut, imageUser);
  const [closed, open] = await Promise.all([run([]), run([...others, ...root])]);
  const wrote = shut.readOnly ? writtenFolders(open.changes, closed.changes) : [];
  const user = shut.user ?? imageUser;
  const common = { service: service.name, user: user === "" ? "root" : user, wrote, closed };
  const note = userNote(service, shut, imageUser);
  const found = { ...common, ...(note !== undefined && { note }) };
  if (comesAsFar(closed, open)) return { ...found, verdict: closed.code ? "unknown" : "closed" };
  progress(`${service.name}: does not run closed; looking for the least that lets it`);
  const does = async (openings: readonly Opening[]) =>
    openings.length > 0 && comesAsFar(await run(openings), open);
  const inMemory = [...wrote.map((target): Opening => ({ tmpfs: [{ target }] })), ...others];
  const candidates = wrote.length && (await does(inMemory)) ? inMemory : [...others, ...root];
  return { ...found, verdict: "lacks", needs: allOf(await fewest(candidates, does)) };
}

/** That its image has a user, which its Dockerfile and the lock do not tell. */
function userNote({ user }: Service, shut: Service, imageUser: string): string | undefined {
  if (user !== undefined || shut.user === undefined || isRoot(imageUser)) return undefined;
  return `its image runs as ${imageUser}, which neither its Dockerfile nor the lock tells: add user: "${imageUser}"`;
}

let count = 0;

/** Runs a container that goes at its end, by Ctrl-C too. */
async function runTrial(words: readonly string[], seconds: number): Promise<Trial> {
  const name = `slipway-trial-${process.pid}-${Date.now()}-${count++}`;
  const trial = start(["sh", "-s", "--", ...words], { ownGroup: true, endOnSignal: true });
  trial.stdin.end(trialScript(name, seconds));
  const outcome = await trial.ended;
  if (outcome.code !== 0) throw new UserError(`check: stopped: ${lastLines(outcome)}`);
  return parseTrial(outcome.stdout);
}
