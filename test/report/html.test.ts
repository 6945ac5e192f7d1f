import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { html } from "../../src/report/html.js";
import { inputs, lostOnReject, plain, report, texts, useAfterInvalidate } from "./sample.js";

const browserPath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
const drawing = '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><g class="node on-path"><polygon points="0,0 1,1"/></g></svg>';

test("nothing on the page comes from elsewhere", () => {
  const page = html(inputs["findings with paths"], plain);
  expect(page).not.toMatch(/(?:src|href)\s*=\s*["'](?!#)/);
  expect(page).not.toMatch(/url\((?!#)|@import|fetch\(/);
});

test("source text cannot end the script that carries it", () => {
  const evil = "const s = SSL_get1_session(ssl); // </script><script>alert(1)</script><!--";
  const finding = { ...lostOnReject, path: [], primary: { file: "evil.ts", start: 10, end: 31 } };
  const page = html(report([finding], { text: () => evil }), { ...plain, source: () => evil });
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toContain("<script>alert");
});

describe.runIf(existsSync(browserPath))("in a browser", () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  const faults: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "session-lint-"));
    const file = join(folder, "report.html");
    const input = report([useAfterInvalidate, lostOnReject, { ...lostOnReject, message: "a second one", fingerprint: "3333" }]);
    writeFileSync(file, html(input, { ...plain, graph: () => drawing }));
    browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light" });
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("request", (request) => {
      if (!request.url().startsWith("file:")) faults.push(request.url());
    });
    await page.goto(`file://${file}`);
  }, 60_000);

  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
    expect(faults).toEqual([]);
  });

  test("the first finding is open, its steps are numbered and joined by arrows", async () => {
    expect(await page.locator("#list .item").count()).toBe(3);
    expect(await page.locator("#detail h2").textContent()).toBe("s is used after SSL_free invalidated it");
    expect(await page.locator(".step .badge").allTextContents()).toEqual(["1", "2", "3", "4"]);
    expect(await page.locator(".arrows > path").count()).toBe(3);
    expect(await page.locator("mark.primary").textContent()).toBe("SSL_SESSION_get_time(s)");
    expect(await page.locator(".frame .row").first().textContent()).toContain(texts["src/tls.ts"]!.split("\n")[1]!.trim());
  });

  test("a click or a key leads along the path", async () => {
    await page.click("#do-next");
    expect(await page.locator(".step.current .badge").textContent()).toBe("2");
    expect(await page.locator(".arrows > path.current").getAttribute("data-to")).toBe("1");
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    expect(await page.locator(".step.current .badge").textContent()).toBe("4");
    await page.keyboard.press("p");
    expect(await page.locator(".step.current .badge").textContent()).toBe("3");
    await page.click("#step-0");
    expect(await page.locator(".step.current .badge").textContent()).toBe("1");
  });

  test("keys move between findings", async () => {
    await page.keyboard.press("j");
    expect(await page.locator(".item[aria-selected=true]").textContent()).toContain("session is not released");
    await page.keyboard.press("ArrowUp");
    expect(await page.locator(".item[aria-selected=true]").textContent()).toContain("is used after");
  });

  test("filters by text, rule and file", async () => {
    await page.keyboard.press("/");
    await page.keyboard.type("second");
    expect(await page.locator("#list .item").count()).toBe(1);
    await page.fill("#filter", "no such thing");
    expect(await page.locator("#empty").isVisible()).toBe(true);
    await page.fill("#filter", "");
    await page.selectOption("#rule", "session-lint/require-release");
    expect(await page.locator("#list .item").count()).toBe(2);
    await page.selectOption("#rule", "");
    await page.selectOption("#file", "src/tls.ts");
    expect(await page.locator("#list .item").count()).toBe(1);
    await page.selectOption("#file", "");
  });

  test("the theme follows the system and can be switched", async () => {
    const background = (): Promise<string> => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.click("#theme");
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.click("#theme");
    expect(await background()).toBe(light);
    await page.emulateMedia({ colorScheme: "dark" });
    await page.evaluate("delete document.documentElement.dataset.theme");
    expect(await background()).toBe(dark);
  });

  test("the control flow of the function can be shown", async () => {
    await page.click("#do-graph");
    expect(await page.locator(".graph svg .on-path").count()).toBe(1);
    await page.click("#do-graph");
    expect(await page.locator(".graph").count()).toBe(0);
  });
});
