import type { ImportOptions } from "./context.ts";
import type { ComposeProject } from "./project.ts";

/** Tells whether a container is spoken of by name, in the project or in the text files that its services have. */
export function mentionedIn(project: ComposeProject, options: ImportOptions): (container: string) => boolean {
  const services = Object.values(project.services ?? {}).map((service) => ({
    ...service,
    container_name: undefined,
  }));
  const paths = [
    ...services.flatMap(({ volumes = [] }) =>
      volumes.flatMap(({ type, source }) => (type === "bind" ? (source ?? []) : [])),
    ),
    ...Object.values(project.configs ?? {}).flatMap((config) => config?.file ?? []),
  ];
  const beside = [...new Set(paths)].filter((path) => path.startsWith(`${options.folder}/`));
  const texts = beside.filter((path) => options.lookAt(path) === "small text").map(options.read);
  const all = [JSON.stringify({ ...project, services }), ...texts].join("\n");
  return (container) => new RegExp(`(?<![\\w.-])${container.replace(/[.]/g, "\\.")}(?![\\w-])`).test(all);
}
