// npm run picture: docs/report.png, of the selected stack as it is.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { project } from "../../runtime/packages.mjs";
import { show, startBrowser } from "./browser.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-picture-"));
const file = join(folder, "report.html");
const browser = await startBrowser();
try {
  const words = [`${project}/cli/slipway.mjs`, "report", "--out", file];
  const { status } = spawnSync(process.execPath, words, { stdio: "inherit" });
  if (status !== 0) process.exit(1);
  const viewport = { width: 1180, height: 1000 };
  const { page } = await show(browser, readFileSync(file, "utf8"), { viewport, colorScheme: "light" });
  await page.screenshot({ path: `${project}/docs/report.png`, fullPage: true });
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
