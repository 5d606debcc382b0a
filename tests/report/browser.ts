import { type Browser, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { need } from "../../lab/needs.ts";

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/** Debian's Chromium without a window, installed where it is missing. */
export async function startBrowser(): Promise<Browser> {
  await need("chromium", "chromium", (line) => process.stderr.write(`      ${line}\n`));
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: [...FLAGS, "--disable-component-update", "--disable-sync", "--no-first-run"],
  });
}

/** Shows a page, and gives with it all that it wanted to load and all it complained of. */
export async function show(
  browser: Browser,
  html: string,
  options: BrowserContextOptions,
): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const page = await browser.newPage(options);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.route("**", async (route) => {
    requests.push(route.request().url());
    await route.abort();
  });
  await page.setContent(html);
  return { page, requests, complaints };
}
