// Looks at pages in Chromium and says what it saw. stdin: {browser, flags, axe, looks: [...]}; stdout: a list, one a look.
// A look is {url, width, height, scale, scheme, forced, javascript, pictures, policy, zoom, ask: [...]}; see looks.mjs for what
// can be asked. One browser for all, two tabs at once.
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import puppeteer from "puppeteer-core";
import { questions } from "./looks.mjs";

const AT_ONCE = 2;

const given = JSON.parse(await text(process.stdin));
const axe = given.axe ? readFileSync(given.axe, "utf8") : "";
const browser = await puppeteer.launch({ executablePath: given.browser, args: given.flags });
// What is alike comes together, so that a tab can be kept: to open one takes longer than to look at most pages.
const taste = ({ scheme, scale, forced, javascript, pictures, policy }) => JSON.stringify([policy, javascript, pictures, scheme, forced, scale]);
const order = given.looks.map((wanted, number) => [taste(wanted), number]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
const seen = new Array(given.looks.length);
let next = 0;
try {
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
} finally {
  await browser.close();
}
process.stdout.write(JSON.stringify(seen));

async function worker() {
  let page, kept, documents, before;
  while (next < order.length) {
    const [wish, number] = order[next++];
    try {
      if (wish !== kept) {
        await page?.close();
        page = await (await browser.createBrowserContext()).newPage();
        documents = await documentsOf(page);
        before = undefined;
        await prepare(page, given.looks[number]);
        kept = wish;
      }
      before = seen[number] = await look(page, given.looks[number], documents, before);
    } catch (error) {
      seen[number] = { url: given.looks[number].url, failed: String(error) };
      kept = undefined; // whatever happened to this tab, nobody else looks through it
    }
  }
}

// Which document made a request, by the request's id. A browser asks for an icon late, when it has gone on already.
async function documentsOf(page) {
  const devtools = await page.createCDPSession();
  const documents = new Map();
  devtools.on("Network.requestWillBeSent", (event) => documents.set(event.requestId, event.documentURL));
  await devtools.send("Network.enable");
  return documents;
}

async function look(page, wanted, documents, before) {
  const found = { url: wanted.url, requests: [], console: [], dialogs: 0 };
  await page.setViewport({ width: wanted.width, height: wanted.height, deviceScaleFactor: wanted.scale });
  const requests = [];
  const note = (request) => { if (!request.url().startsWith("data:")) requests.push(request); };
  page.on("request", note);
  page.on("console", (message) => found.console.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => found.console.push(`error: ${error.message}`));
  page.on("requestfailed", (request) => found.console.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on("dialog", (dialog) => { found.dialogs += 1; dialog.dismiss(); });
  const answer = await page.goto(wanted.url, { waitUntil: "load", timeout: 20000 });
  found.status = answer ? answer.status() : 0;
  found.size = answer && wanted.url.startsWith("http") ? (await answer.buffer()).length : 0;
  for (const name of wanted.ask) found[name] = await questions[name](page, wanted, axe);
  for (const event of ["console", "pageerror", "requestfailed", "dialog"]) page.removeAllListeners(event);
  page.off("request", note);
  for (const request of requests) {
    const maker = documents.get(request.id);
    const ofBefore = before && before.url !== wanted.url && before.url === maker;
    (ofBefore ? before : found).requests.push(request.url());
  }
  return found;
}

async function prepare(page, wanted) {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: wanted.scheme }]);
  if (wanted.forced) {
    const devtools = await page.createCDPSession();
    await devtools.send("Emulation.setEmulatedMedia", {
      features: [{ name: "forced-colors", value: "active" }, { name: "prefers-color-scheme", value: wanted.scheme }],
    });
  }
  if (!wanted.policy) await page.setBypassCSP(true);
  if (!wanted.javascript) await page.setJavaScriptEnabled(false);
  if (!wanted.pictures) {
    await page.setRequestInterception(true);
    page.on("request", (request) => (request.resourceType() === "image" ? request.abort() : request.continue()));
  }
}
