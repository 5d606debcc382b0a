import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { page as pageOf } from "../../report/page.ts";
import { INSTALL_TIMEOUT } from "../timeout.ts";
import { startBrowser, show } from "./browser.ts";
import { contrasts } from "./contrast.ts";
import { bigFleet } from "./fleet.ts";

describe("the report in a browser", function () {
  this.timeout(INSTALL_TIMEOUT);
  const html = pageOf(bigFleet(100, 3));
  let browser: Browser;

  before(async () => {
    browser = await startBrowser();
  });

  after(async () => {
    await browser.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1280]) {
      it(`of 100 services on 3 hosts is readable in ${colorScheme}, ${width} pixels wide`, async () => {
        const viewport = { width, height: 800 };
        const { page, requests, complaints } = await show(browser, html, { colorScheme, viewport });
        assert.deepEqual([requests, complaints], [[], []]);
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.equal(wide, width, "scrolls sideways");
        const text = await page.evaluate<string>("document.body.textContent");
        for (let index = 0; index < 100; index++) assert.ok(text.includes(`service-${index}`), String(index));
        assert.match(text, /fix <script>alert\("it"\)<\/script>/);
        const smallest = await page.evaluate<number>(
          `Math.min(...[...document.querySelectorAll(".host text")].map((text) => text.getBoundingClientRect().height))`,
        );
        assert.ok(smallest >= 11, `text in the picture is ${smallest} pixels high`);
        const poor = (await contrasts(page)).filter(({ ratio }) => ratio < 4.5);
        assert.deepEqual(poor, []);
        await page.close();
      });
    }
  }

  it("leads from a mark on the time line to its update", async () => {
    const { page } = await show(browser, html, { viewport: { width: 360, height: 800 } });
    await page.locator(".lanes tbody a").last().click();
    assert.match(await page.locator(":target").innerText(), /\b12\b/);
    await page.close();
  });
});
