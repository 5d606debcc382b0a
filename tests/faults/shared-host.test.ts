import assert from "node:assert/strict";
import { testLab } from "../lab.ts";
import { FaultFleet, mode } from "./harness/fleet.ts";
import { row } from "./harness/row.ts";

describe("faults: a host shared by two stacks and strangers", () => {
  row(
    "another stack's up, failed roll and destroy, one of its containers stopped by hand, beside strangers'",
    async (roll) => {
      const { host } = roll;
      const strangers = [
        [],
        ["--label", "com.docker.compose.project=wiki", "--restart", "always"],
        // Near misses: one label of ours less, or another's value.
        ["--label", "slipway.project=slipway", "--label", "slipway.service=web", "--label", "slipway.slot=0"],
        [
          "--label",
          "slipway.project=other",
          "--label",
          "slipway.stack=guest",
          "--label",
          "slipway.service=web",
        ],
      ];
      const ids: string[] = [];
      for (const options of strangers) {
        const sleep = ["--entrypoint", "sleep", host.lab.edgeImage, "1d"];
        ids.push((await host.run("docker", "run", "--detach", ...options, ...sleep)).trim());
      }
      const others = [
        ...ids,
        ...(await host.containers()).filter(({ stack }) => stack === "dev").map(({ id }) => id),
      ];
      const facts = [
        "{{.Id}} {{.State.StartedAt}} {{.RestartCount}} {{.State.Status}}",
        "{{json .HostConfig.RestartPolicy}}",
      ];
      const look = () =>
        host.run("docker", "inspect", "--format", [...facts, "{{json .Config.Labels}}"].join(" "), ...others);
      const before = await look();

      const { environment } = await testLab();
      const guest = new FaultFleet("guest", { ...environment, PULUMI_STACK: "guest" }, host);
      guest.urls.web = `http://${host.ip}:8080/`;
      guest.release(["services.ts", "published: 7000", "published: 7002"]);
      // Comes, fails and goes beside the stack that all rows share: other ports, the same project.
      await guest.initStack("guest", { edgePort: "8080" });
      await guest.must("pulumi", "up", "--yes", "--skip-preview");
      assert.equal(await guest.answer("web"), "web v1");
      assert.equal(await look(), before);

      guest.release(["services.ts", "published: 7000", "published: 7002"], mode("crashes"));
      const { code, text } = await guest.run("pulumi", "up", "--yes", "--skip-preview");
      assert.notEqual(code, 0);
      roll.says(text, /web: the new container did not become healthy: it exited during start-up/);
      assert.equal(await guest.answer("web"), "web v1");
      assert.equal(await look(), before);

      // And the other way round: the first stack rolls beside the second.
      const guests = (await host.containers()).filter(
        ({ stack, state }) => stack === "guest" && state === "running",
      );
      roll.release();
      await roll.succeeds();
      const still = await host.containers();
      assert.deepEqual(
        guests.filter(
          ({ id }) => !still.some((container) => container.id === id && container.state === "running"),
        ),
        [],
      );

      const webless = others.filter((id) => still.some((container) => container.id === id));
      const rest = () => host.run("docker", "inspect", "--format", facts.join(" "), ...webless);
      const beforeDestroy = await rest();
      // What does not run must not keep the stack from going.
      for (const { service, stack, id } of await host.containers())
        if (stack === "guest" && service === "tcp") await host.run("docker", "stop", id);
      await guest.must("pulumi", "destroy", "--yes", "--skip-preview");
      assert.equal(await rest(), beforeDestroy);
      assert.deepEqual(
        (await host.containers()).filter(({ stack, id }) => stack === "guest" && !ids.includes(id)),
        [],
      );
      await host.run("docker", "rm", "--force", ...ids);
    },
  );
});
