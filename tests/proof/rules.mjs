// What two sets of rules say. stdin: {policies: [...], mails: [...]}; stdout: {policies: [[finding...]...], mails: [[title...]...]}:
// findings of csp_evaluator on each Content-Security-Policy, titles of caniemail's features that not all clients know, of each mail.
import { text } from "node:stream/consumers";
import { caniemail } from "caniemail";
import { CspEvaluator } from "csp_evaluator/dist/evaluator.js";
import { CspParser } from "csp_evaluator/dist/parser.js";

// The data about others is too thin: the package stops at a feature that nobody has tried there.
const CLIENTS = [
  "apple-mail.macos", "apple-mail.ios", "gmail.desktop-webmail", "gmail.ios", "gmail.android", "gmail.mobile-webmail",
  "outlook.windows", "outlook.macos", "outlook.ios", "outlook.android", "yahoo.desktop-webmail", "yahoo.ios", "yahoo.android",
];
const given = JSON.parse(await text(process.stdin));
const policies = given.policies.map((policy) =>
  new CspEvaluator(new CspParser(policy).csp).evaluate().map((one) => `${one.directive}: ${one.description}`));
const mails = given.mails.map((html) => {
  const { issues } = caniemail({ clients: CLIENTS, html });
  const found = [...issues.errors.values(), ...issues.warnings.values()].flat();
  const titles = new Set(found.map((one) => one.title));
  return [...titles].sort();
});
process.stdout.write(JSON.stringify({ policies, mails }));
