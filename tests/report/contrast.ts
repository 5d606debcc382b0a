import type { Page } from "playwright-core";

/** How well a text stands out from what is behind it, as WCAG 2 counts: from 1 to 21. */
interface Contrast {
  text: string;
  ratio: number;
}

/** What runs in the page: each text with its colour and that of the first of its elements that has a background. */
const COLOURS = `[...document.querySelectorAll("body *")]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((element) => {
    const style = getComputedStyle(element);
    const behind = (at) => {
      if (!at) return getComputedStyle(document.body).backgroundColor;
      const box = at.matches("text") ? at.parentNode.querySelector("rect") : null;
      if (box) return getComputedStyle(box).fill;
      const { backgroundColor } = getComputedStyle(at);
      return backgroundColor === "rgba(0, 0, 0, 0)" ? behind(at.parentElement) : backgroundColor;
    };
    const colour = element.matches("text") ? style.fill : style.color;
    return [element.textContent.trim().slice(0, 40), colour, behind(element)];
  })`;

/** The contrast of every text of a page. */
export async function contrasts(page: Page): Promise<Contrast[]> {
  const texts = await page.evaluate<[string, string, string][]>(COLOURS);
  if (!texts.length) throw new Error("the page has no text");
  return texts.map(([text, colour, behind]) => {
    const [darker = 0, lighter = 0] = [luminance(colour), luminance(behind)].sort((a, b) => a - b);
    return { text, ratio: (lighter + 0.05) / (darker + 0.05) };
  });
}

/** Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
function luminance(colour: string): number {
  const [red = NaN, green = NaN, blue = NaN] = [...colour.matchAll(/[\d.]+/g)].map(([part]) => {
    const share = Number(part) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
