import type { SharedVolume } from "../catalogue/service.ts";
import type { Importing } from "./context.ts";
import type { ComposeProject } from "./project.ts";
import type { Section } from "./section.ts";
import { defined } from "./words.ts";

/** The volumes that are there already, that several services have, or that have a driver. */
export function importVolumes(
  whole: Section<ComposeProject>,
  { project, options, names }: Importing,
): SharedVolume[] {
  return whole.sections("volumes").flatMap(([there, volume]): SharedVolume[] => {
    const given = `${project.name}_${there}`;
    const onHost = volume.take("name") ?? given;
    const external = volume.take("external");
    const driver = volume.take("driver");
    const settings = defined<Omit<SharedVolume, "name">>({
      driver: driver === "local" ? undefined : driver,
      driverOpts: volume.take("driver_opts"),
      labels: volume.take("labels"),
    });
    if (!names.volumes.has(there)) {
      volume.note("", "is left out: no service has it");
      return [];
    }
    const name = names.volumes.of(there);
    if (external) return [{ name, external: onHost }];
    // Where data is that a driver keeps, its options say.
    const isDrivers = settings.driverOpts ?? settings.driver;
    if (options.volumes === "new" || isDrivers) {
      if (onHost !== given) volume.note("name", "is made up by Slipway");
      const users = usersOf(there, project);
      const [user] = users;
      if (!isDrivers && user !== undefined)
        volume.note(
          "",
          `is new and empty: npx --no slipway copy-volumes ${names.services.of(user)} ${name}=${onHost} copies what is in it`,
        );
      return isDrivers || settings.labels || users.length > 1 ? [{ name, ...settings }] : [];
    }
    if (settings.labels) volume.note("labels", "are those that the volume has already");
    return [{ name, external: onHost }];
  });
}

function usersOf(volume: string, { services = {} }: ComposeProject): string[] {
  return Object.entries(services).flatMap(([service, { volumes = [] }]) =>
    volumes.some(({ type, source }) => type === "volume" && source === volume) ? [service] : [],
  );
}
