import assert from "node:assert/strict";
import { allowedBy } from "../../../../model/compose/differences.ts";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const FILE = '["bind","/var/lib/docker/volumes/web-files-0a1b/_data/001","ro","rprivate"]';

describe("what an import may be otherwise in than Compose", () => {
  const allowed: [place: string, compose: string | undefined, slipway: string | undefined][] = [
    ["Config.Image", '"registry:5000/a/web:1"', `"registry:5000/a/web@${DIGEST}"`],
    ["Config.Labels.slipway.slot", undefined, '"0"'],
    ["HostConfig.RestartPolicy.Name", '"unless-stopped"', '"always"'],
    [
      "HostConfig.PortBindings.80/tcp",
      '[{"HostIp":"","HostPort":""}]',
      '[{"HostIp":"0.0.0.0","HostPort":"0"}]',
    ],
    [
      "HostConfig.PortBindings.80/tcp",
      '[{"HostIp":"","HostPort":"80"}]',
      '[{"HostIp":"0.0.0.0","HostPort":"80"},{"HostIp":"::","HostPort":"80"}]',
    ],
    ["HostConfig.NetworkMode", '"back"', '"bridge"'],
    ["Networks.back.Aliases.shop-web-1", "its container's name", undefined],
    ["Mounts./etc/app.conf", '["bind","/opt/shop/app.conf","rw","rprivate"]', FILE],
    ["HostConfig.Memory", "1500000000", "1500512256"],
  ];
  const other: typeof allowed = [
    ["Config.Image", '"registry:5000/a/web:1"', `"registry:5000/a/api@${DIGEST}"`],
    ["Config.Labels.team", '"a"', undefined],
    ["HostConfig.RestartPolicy.Name", '"on-failure"', '"always"'],
    [
      "HostConfig.PortBindings.80/tcp",
      '[{"HostIp":"","HostPort":"80"}]',
      '[{"HostIp":"0.0.0.0","HostPort":"0"}]',
    ],
    ["HostConfig.NetworkMode", '"host"', '"bridge"'],
    ["Networks.back.Aliases.web", "there", undefined],
    ["Networks.default", undefined, "there"],
    ["Mounts./etc/app.conf", '["bind","/opt/shop/app.conf","rw","rprivate"]', undefined],
    ["Mounts./data", '["volume","shop_data","rw",""]', '["volume","web-data-0a","rw",""]'],
    ["HostConfig.Memory", "1500000000", "1501560832"],
    ["HostConfig.ShmSize", "134217728", "67108864"],
  ];
  const title = ([place, compose, slipway]: (typeof allowed)[number]) =>
    `${place}: ${compose ?? "nothing"}, and ${slipway ?? "nothing"}`;
  const none = () => undefined;

  for (const row of allowed)
    it(`allows ${title(row)}`, () => {
      assert.ok(allowedBy(...row, none));
    });
  for (const row of other)
    it(`does not allow ${title(row)}`, () => {
      assert.equal(allowedBy(...row, none), undefined);
    });

  it("allows the fleet's network in place of Docker's own only where Compose has that", () => {
    const inBridge = (place: string) => (place === "Networks.bridge" ? "there" : undefined);
    assert.ok(allowedBy("Networks.default", undefined, "there", inBridge));
  });
});
