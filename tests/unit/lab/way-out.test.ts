import assert from "node:assert/strict";
import { loopbackPorts, proxies, resolvConf } from "../../../lab/way-out.ts";

describe("the way out of the lab's builder", () => {
  it("goes by the machine's names, whichever server has them", () => {
    const machines = "# made by hand\nnameserver 127.0.0.53\nnameserver 2001:db8::1\nsearch home.example\n";
    assert.equal(resolvConf(machines), "nameserver 198.51.100.3\n# made by hand\nsearch home.example\n");
    assert.equal(resolvConf(""), "nameserver 198.51.100.3\n");
  });

  it("leads through the machine's loopback only where a proxy or a package mirror is there", async () => {
    const env = {
      http_proxy: "http://127.0.0.1:3128/",
      HTTPS_PROXY: "localhost:8443",
      no_proxy: "127.0.0.1:9",
      FTP_PROXY: "http://127.0.0.1:2",
      https_proxy: "",
    };
    assert.deepEqual(proxies(env), ["http://127.0.0.1:3128/", "localhost:8443"]);
    const mirrors = ["http://127.0.0.1:3142/debian", "https://[::1]/debian", "http://127.0.0.1/debian"];
    const elsewhere = ["http://192.0.2.7:3128", "http://not a url", "http://name.invalid:5"];
    assert.deepEqual(
      await loopbackPorts([...proxies(env), ...mirrors, ...elsewhere]),
      [80, 443, 3128, 3142, 8443],
    );
    assert.deepEqual(await loopbackPorts(elsewhere), []);
  });
});
