// What can be asked of a page that has been opened. Each function runs in Node and asks the page by the debugger, which works
// under any Content-Security-Policy; style sheets are adopted, since a policy has no say about those.
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Against WCAG 2.2 AA and best practice, target size (2.5.8) with them, which axe leaves out by itself.
async function violations(page, wanted, axe) {
  await page.evaluate(axe);
  return page.evaluate(async (values) => {
    const told = await window.axe.run(document, {
      runOnly: { type: "tag", values }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"],
    });
    return told.violations.map((one) => ({
      rule: one.id, help: one.help, count: one.nodes.length, first: one.nodes[0].html.slice(0, 200),
      why: one.nodes[0].failureSummary.slice(0, 300),
    }));
  }, RULES);
}

// The pairs of colours of text and ground that are on the page, with the contrast that is wanted of each.
async function colours(page, wanted, axe) {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const told = await window.axe.run(document, { runOnly: ["color-contrast"], resultTypes: ["passes", "violations"] });
    const pairs = new Map();
    for (const one of [...told.passes, ...told.violations]) {
      for (const node of one.nodes) {
        const data = node.any[0]?.data;
        if (data?.fgColor && data?.bgColor) pairs.set(`${data.fgColor}/${data.bgColor}/${data.expectedContrastRatio}`, node.html.slice(0, 120));
      }
    }
    return [...pairs].map(([pair, html]) => [...pair.split("/"), html]);
  });
}

const width = (page) => page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);

const text = (page) => page.evaluate(() => document.body.innerText);

const marked = (page) => page.evaluate(() => Boolean(window.__x));

// Elements that could run something if they were pressed or touched.
const live = (page) => page.evaluate(() => {
  const found = [];
  for (const element of document.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      const bad = name.startsWith("on") || (["href", "src", "action", "data", "xlink:href", "formaction"].includes(name)
        && !/^(https?:|mailto:|data:image\/svg\+xml,|#|[\w./%-]*($|#))/.test(value));
      if (bad) found.push(`${element.localName} ${name}=${value.slice(0, 80)}`);
    }
    if (["script", "iframe", "object", "embed", "form", "base", "frame"].includes(element.localName)
      && !(element.localName === "script" && element.type === "application/ld+json")) found.push(element.localName);
  }
  return found;
});

// With the spacing of WCAG 1.4.12 nothing may be cut off or overflow: the names of elements where something is.
const spacing = (page) => page.evaluate(() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets = [sheet];
  const root = document.documentElement;
  const cut = [...document.body.querySelectorAll("*")].filter((element) => {
    const style = getComputedStyle(element);
    const hides = ["hidden", "clip"].includes(style.overflowX) || ["hidden", "clip"].includes(style.overflowY);
    const tiny = element.clientWidth <= 1 || element.clientHeight <= 1; // for screen readers only
    return hides && !tiny && element.innerText && (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1);
  }).map((element) => element.outerHTML.slice(0, 100));
  document.adoptedStyleSheets = [];
  return root.scrollWidth > root.clientWidth ? [...cut, `the page: ${root.scrollWidth} px in ${root.clientWidth}`] : cut;
});

// Walk with the Tab key: elements on which one cannot see that one stands there.
async function focus(page) {
  const lost = [];
  for (let step = 0; step < 25; step += 1) {
    await page.keyboard.press("Tab");
    const stand = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
      const inside = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { fine: (ring || style.boxShadow !== "none") && inside, html: element.outerHTML.slice(0, 120) };
    });
    if (!stand) break;
    if (!stand.fine) lost.push(stand.html);
  }
  return lost;
}

async function print(page, wanted) {
  await page.pdf({ path: wanted.file, format: "A4", printBackground: false });
  return wanted.file;
}

// Not all of an endless page: nobody would look at that.
async function picture(page, wanted) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const shown = wanted.whole ? Math.min(height, 4000) : wanted.height;
  await page.screenshot({ path: wanted.file, captureBeyondViewport: true, clip: { x: 0, y: 0, width: wanted.width, height: shown } });
  return wanted.file;
}

// The words of an SVG that are smaller than twelve pixels (W16).
const small = (page) => page.evaluate(() => [...document.querySelectorAll("svg text")].filter((element) => {
  const scale = element.getScreenCTM()?.a ?? 1;
  return element.textContent.trim() && parseFloat(getComputedStyle(element).fontSize) * scale < 11.5;
}).map((element) => element.textContent.slice(0, 60)));

export const questions = { violations, colours, width, text, marked, live, spacing, focus, print, picture, small };
