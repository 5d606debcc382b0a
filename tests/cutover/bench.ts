import { spawn } from "node:child_process";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { shellOn } from "../../host/ssh.ts";
import { CUTOVER_PARTS, type CutoverVariables, cutoverInput } from "../../host/scripts/cutover.ts";
import { readScripts } from "../../host/scripts/script.ts";
import { assignments, commandLine } from "../../lib/shell.ts";
import { routeName } from "../../model/edge/names.ts";
import { testLab } from "../lab.ts";

const SCRIPT = readScripts(CUTOVER_PARTS);
const PORT = 8000;

const words = (text: string) => text.split(" ");

/** How a run of the script ended, or any command. */
export interface Ended {
  code: number;
  text: string;
}

/** What a run of the script is given, and how many releases its host keeps; all but these two have defaults. */
export type CutoverOptions = Partial<CutoverVariables> &
  Pick<CutoverVariables, "SERVICE" | "NEW"> & { KEEP?: number };

/** Containers, an edge and the cutover script on a real host, without Pulumi. */
export class Bench {
  readonly url: string;
  private readonly lab: Awaited<ReturnType<typeof testLab>>;
  private readonly project: string;
  private made = 0;

  private constructor(lab: Awaited<ReturnType<typeof testLab>>, project: string, port: number) {
    this.lab = lab;
    this.project = project;
    this.url = `http://${lab.lab.hosts[0]?.ip}:${port}/`;
  }

  /**
   * With an edge that listens on that port of the host.
   * @param project a label of its own, so that benches do not see each other
   */
  static async up(project: string, port: number): Promise<Bench> {
    const bench = new Bench(await testLab(), project, port);
    await bench.must("docker", "network", "create", project);
    await bench.must(
      ...words(`docker run --detach --user 0:0 --network ${project} --publish ${port}:80`),
      ...words(`--volume ${project}-routes:/routes`),
      ...[...bench.labels("edge"), bench.lab.lab.edgeImage],
      ...words("--entryPoints.public.address=:80 --entryPoints.traefik.address=127.0.0.1:8080"),
      ...words("--api.insecure=true --providers.file.directory=/routes"),
      "--providers.providersThrottleDuration=50ms",
    );
    return bench;
  }

  async down(): Promise<void> {
    const ids = await this.must("docker", "ps", "--all", "--quiet", "--filter", `network=${this.project}`);
    await this.must("docker", "rm", "--force", "--volumes", ...ids.split("\n").filter(Boolean));
    await this.must("docker", "network", "rm", this.project);
    await this.must("docker", "volume", "rm", `${this.project}-routes`);
    const images = ["docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"];
    const releases = await this.must(...images, "--filter", `reference=slipway/${this.project}-*/*`);
    for (const release of releases.split("\n").filter(Boolean)) await this.must("docker", "rmi", release);
  }

  private labels(service: string, slot = "0", host = "lab"): string[] {
    const values = { project: this.project, stack: "test", service, slot, host };
    return Object.entries(values).flatMap(([key, value]) => ["--label", `slipway.${key}=${value}`]);
  }

  /**
   * Makes a container, as Pulumi does: not started, with the mark of those that answer.
   * @param body shell commands; `serve WORD` answers WORD to every request
   * @returns its id
   */
  async make(
    service: string,
    body: string,
    options: { slot?: string; host?: string; args?: string[]; image?: string } = {},
  ): Promise<string> {
    const serve = `serve() { mkdir -p /tmp/www && echo "$1" >/tmp/www/index.html && exec httpd -f -p ${PORT} -h /tmp/www; }`;
    this.made += 1;
    // A job is not started again when it has ended.
    const restart = options.slot === "pre-deploy" ? "no" : "always";
    const id = await this.must(
      // The engine's DNS knows no container by a name that the engine itself has given it.
      ...words(`docker create --name ${this.project}-${this.made} --network ${this.project}`),
      ...words(`--init --user 0:0 --restart ${restart} --entrypoint sh`),
      ...[...this.labels(service, options.slot, options.host), ...(options.args ?? [])],
      ...[options.image ?? this.lab.lab.edgeImage, "-c", `${serve}; ${body}`],
    );
    return id.trim();
  }

  /**
   * Runs the script on the host.
   * @param shell in which, with the words before the script that set it up
   */
  run(
    { KEEP = 5, ...variables }: CutoverOptions,
    verb: "up" | "down" = "up",
    shell: { name: string; before: string } = { name: "sh", before: "" },
  ): Promise<Ended> {
    const { SERVICE } = variables;
    const all: CutoverVariables = {
      ...{
        PROJECT: this.project,
        STACK: "test",
        SLOT: "0",
        HOST: "lab",
        PRE_DEPLOY: "",
        ORDER: "start-first",
        RESTART: "always",
        RESTART_AFTER: "",
        GATEWAY: "",
      },
      ...{
        ROUTE: this.route(SERVICE),
        PORT: String(PORT),
        MAINTENANCE: "{}",
        SCHEME: "http",
        EDGE_STACK: "",
      },
      ...{ HEALTH: "path", HEALTH_ARG: "/", ORIGIN: "http://fleet.test", PIDS_LIMIT: -1, PROXY_DELAY: 0 },
      ...{ POST_DEPLOY: "", SECRETS: "" },
      ...{ RELEASES: this.repository(SERVICE) },
      ...{ START_TIMEOUT: 20, MIN_READY: 0, DRAIN_TIMEOUT: 5, STOP_GRACE_PERIOD: 1 },
      ...{ PRE_DEPLOY_TIMEOUT: 20, POST_DEPLOY_TIMEOUT: 20 },
      ...variables,
    };
    const host = this.lab.lab.hosts[0];
    if (!host) throw new Error("the lab has no host");
    const command = shellOn(host, verb).map((word) => (word === "sh" ? shell.name : word));
    return this.spawn(command, `${cutoverInput(all)}${assignments({ KEEP })}${shell.before}\n${SCRIPT}`);
  }

  /** Makes an image that never was before; the host has it by digest alone, as if Pulumi had pulled it. */
  async image(): Promise<string> {
    this.made += 1;
    const tag = `${this.lab.lab.registry}/slipway/${this.project}:${this.made}`;
    const from = (await this.must("docker", "create", this.lab.lab.edgeImage)).trim();
    await this.must("docker", "commit", "--change", `LABEL made=${this.made}`, from, tag);
    await this.remove(from);
    await this.must("docker", "push", "--quiet", tag);
    const format = "{{index .RepoDigests 0}}";
    const image = (await this.must("docker", "image", "inspect", "--format", format, tag)).trim();
    await this.must("docker", "rmi", tag);
    await this.must("docker", "pull", "--quiet", image);
    return image;
  }

  /** Which of these images the host has by their digests. */
  async has(images: readonly string[]): Promise<string[]> {
    const ids = await this.must("docker", "image", "ls", "--all", "--quiet", "--no-trunc");
    const format = "{{range .RepoDigests}}{{println .}}{{end}}";
    const inspect = ["docker", "image", "inspect", "--format", format];
    const there = await this.must(...inspect, ...new Set(ids.split("\n").filter(Boolean)));
    return images.filter((image) => there.split("\n").includes(image));
  }

  /** The tags of a service's releases, the newest first. */
  async releases(service: string): Promise<string[]> {
    const tags = await this.must("docker", "image", "ls", "--format", "{{.Tag}}", this.repository(service));
    const number = (tag: string) => Number(tag.split("-")[0]);
    return tags
      .split("\n")
      .filter(Boolean)
      .sort((a, b) => number(b) - number(a));
  }

  /** Where a service's releases are tagged, as this bench's stack or another. */
  repository(service: string, stack = "test"): string {
    return `slipway/${this.project}-${stack}/${service}`;
  }

  private route(service: string): string {
    const name = routeName({ project: this.project, stack: "test" }, service);
    return JSON.stringify({
      http: {
        routers: { [name]: { rule: "PathPrefix(`/`)", service: name } },
        services: { [name]: { loadBalancer: { servers: "@SERVERS@", serversTransport: name } } },
        serversTransports: { [name]: { maxIdleConnsPerHost: -1 } },
      },
    });
  }

  private async spawn(command: string[], input = ""): Promise<Ended> {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { env: { ...process.env, ...this.lab.environment } });
    child.stdin.on("error", () => undefined); // it may be killed before it has read all
    child.stdin.end(input);
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    const [code, out, error] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { code: code ?? -1, text: out + error };
  }

  /** What a command that must not fail has printed. */
  async must(...command: string[]): Promise<string> {
    const { code, text: printed } = await this.spawn(command);
    if (code !== 0) throw new Error(`${commandLine(command)}: exit code ${code}\n${printed}`);
    return printed;
  }

  /** `running always`, `exited no`, …: a container's state and mark. */
  async state(id: string): Promise<string> {
    const format = "{{.State.Status}} {{.HostConfig.RestartPolicy.Name}}";
    return (await this.must("docker", "inspect", "--format", format, id)).trim();
  }

  /** Removes a container, as the engine does with an old one after its update. */
  async remove(id: string): Promise<void> {
    await this.must("docker", "rm", "--force", id);
  }

  /** What a request through the edge is answered, or why not. */
  answer(path = ""): Promise<string> {
    return new Promise((resolve) => {
      const asked = request(this.url + path, { agent: false, timeout: 10_000 }, (reply) => {
        text(reply).then(
          (body) => {
            resolve(reply.statusCode === 200 ? body.trim() : `status ${reply.statusCode}`);
          },
          (error: unknown) => {
            resolve(String(error));
          },
        );
      });
      asked.on("error", (error) => {
        resolve(String(error));
      });
      asked.end();
    });
  }
}
