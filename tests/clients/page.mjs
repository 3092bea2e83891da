// Does in Chromium what people do on the page, and looks at what they get:
// `node page.mjs -- http://127.0.0.1:3000 "en 1440 light,fr 360 dark plain"`; `plain` is without JavaScript.
// With SHOTS=folder it keeps a picture of each page. CHROMIUM says where the browser is.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [, , , root, circumstances] = process.argv;
const base = `${root}/settings/tokens`;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SECRET = /acme_pat_[0-9A-Za-z]{36}/;
const words = { en: "Access tokens", fr: "Jetons d’accès" };

/** One person in one set of circumstances. */
class Visit {
  constructor(circumstances) {
    Object.assign(this, circumstances);
    this.complaints = [];
    this.expected = 0;
    this.seen = 0;
  }

  async all() {
    const { language, width, scheme, plain } = this;
    const locale = { en: "en-GB", fr: "fr-FR" }[language];
    this.context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme, locale, javaScriptEnabled: !plain });
    await this.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    this.page = await this.context.newPage();
    this.watch();
    await this.page.goto(`${root}/login?user=${this.user}`);
    try {
      await this.firstToken();
      await this.others();
      await this.edits();
      await this.replaces();
      await this.revokes();
      await this.finds();
      if (!plain) await this.keyboard();
      await this.administrator();
      assert.deepEqual(this.complaints, []);
    } catch (error) {
      error.message = `${this.name}, at ${this.page.url()}: ${error.message}`;
      throw error;
    }
    await this.context.close();
  }

  /** No request leaves the host, and the browser has nothing to complain of. */
  watch() {
    this.page.on("request", (request) => {
      if (!request.url().startsWith(`${root}/`)) this.complaints.push(`request to ${request.url()}`);
    });
    this.page.on("pageerror", (error) => this.complaints.push(`error: ${error.message}`));
    this.page.on("console", (message) => {
      // That a page was answered with 403, 404, 409 or 422 Chromium says here too.
      const isStatus = /the server responded with a status of 4(03|04|09|22) /.test(message.text());
      if (["error", "warning"].includes(message.type()) && !isStatus) this.complaints.push(message.text());
    });
  }

  /** Looks at the page as it is. */
  async look(what) {
    this.seen += 1;
    const shown = await this.page.evaluate(() => ({
      lang: document.documentElement.lang,
      wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      heads: document.querySelectorAll("h1").length,
    }));
    assert.deepEqual(shown, { lang: this.language, wide: 0, heads: 1 }, what);
    assert.ok(!SECRET.test(this.page.url() + (await this.page.title())), `${what}: a secret in the address or the title`);
    if (process.env.SHOTS) {
      mkdirSync(process.env.SHOTS, { recursive: true });
      await this.page.screenshot({ path: `${process.env.SHOTS}/${this.name}-${what}.png`, fullPage: true });
    }
    // axe is JavaScript; without it the page has the same HTML.
    if (this.plain) return;
    await this.page.evaluate(axe);
    const found = await this.page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
    const violations = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    assert.deepEqual(violations, [], what);
  }

  async open(path) {
    await this.page.goto(base + path);
  }

  send() {
    return this.page.click("[data-main]");
  }

  /** Fills in the form for a token, and gives its secret and its address. */
  async make(name, { expiry = "30", scopes = ["repo:read"], twice = false } = {}) {
    await this.open("/new");
    await this.page.fill("#name", name);
    await this.page.check(`input[name=expiry][value="${expiry}"]`);
    for (const scope of scopes) await this.page.check(`input[name=scopes][value="${scope}"]`);
    if (twice) await this.page.dblclick("[data-main]");
    else await this.send();
    return this.secret();
  }

  async secret() {
    const secret = await this.page.textContent("#secret");
    assert.match(secret, SECRET);
    return { secret, href: await this.page.getAttribute("[data-place]", "data-place") };
  }

  async status(secret) {
    const response = await fetch(`${root}/me`, { headers: { authorization: `Bearer ${secret}` } });
    return response.status;
  }

  /** There is a first time: the empty page, a form that is wrong, the secret, and that it is gone. */
  async firstToken() {
    const { page } = this;
    await page.goto(base);
    assert.equal(await page.textContent("h1"), words[this.language]);
    await this.look("empty");
    await page.click("main .empty a.primary");
    await this.look("new");
    await page.check('input[name=scopes][value="repo:read"]');
    await this.send();
    await this.look("new-faults");
    assert.equal(await page.evaluate(() => document.activeElement.id), "faults");
    assert.ok(await page.isChecked('input[value="repo:read"]'));
    await page.click('#faults a[href="#name"]');
    assert.equal(await page.evaluate(() => document.activeElement.id), "name");
    await page.fill("#name", "Nightly <b>build</b> \u202etxt");
    await page.fill("#description", "For the build machine.\nAsk Ada first.");
    await page.fill("#networks", "192.0.2.0/24 127.0.0.1");
    await page.fill("#resource-search", "shop");
    await page.click("button[value=search]");
    assert.equal(await page.locator("input[name=resources]").count(), 1);
    await page.check('input[name=resources][value="repo:acme/shop"]');
    if (this.plain) await page.check('input[name=limit][value="some"]');
    assert.ok(await page.isChecked('input[name=limit][value="some"]'));
    await this.send();
    const { secret, href } = await this.secret();
    await this.look("secret");
    assert.ok((await page.textContent("#try")).includes(secret));
    if (!this.plain) {
      await page.click("[data-copy=secret]");
      assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
      assert.notEqual(await page.textContent("[data-said]"), "");
    }
    await this.isGone(secret, href);
    assert.equal(await this.status(secret), 200);
  }

  /** What is shown, once it stands still: a page of the browser's own may still be coming. */
  async content() {
    for (;;) {
      try {
        return await this.page.content();
      } catch (error) {
        if (!/navigating/.test(error.message)) throw error;
        await this.page.waitForLoadState();
      }
    }
  }

  /** A secret comes back neither by reload nor by going back. */
  async isGone(secret, href) {
    const { page } = this;
    const hides = async (what) => assert.ok(!(await this.content()).includes(secret), what);
    if (!this.plain) {
      await page.reload();
      assert.ok(page.url().endsWith(href));
      await hides("after a reload");
      // Where it would have to send a form anew, the browser shows a page of its own.
      await page.goBack().catch(() => {});
      await hides("after going back");
      await page.goForward().catch(() => {});
      await hides("after going forward");
      return;
    }
    await page.click("main > .buttons a");
    assert.ok(page.url().endsWith(href));
    await hides("on the token's page");
    // The browser has kept nothing: it would have to send the form anew, and asks.
    await page.goBack().catch(() => {});
    await hides("after going back");
    await page.goto(base + href.slice(href.lastIndexOf("/")));
    await hides("on the token's page");
  }

  async others() {
    const { page } = this;
    await this.make("Deploy", { expiry: "7", scopes: ["repo:write"], twice: true });
    await page.goto(`${base}?name=deploy`);
    assert.equal(await page.locator(".token").count(), 1, "who clicks twice makes one");
    const laptop = await this.make("Laptop", { expiry: "365", scopes: ["profile:read", "invoices:read"] });
    await this.open("/new");
    await page.fill("#name", "Robot");
    await page.fill("#expires_on", "2099-01-01");
    if (this.plain) await page.check("input[data-date]");
    await this.send();
    await this.look("new-too-long");
    await page.check('input[name=expiry][value="never"]');
    await this.send();
    await this.secret();
    await page.goto(base);
    await this.look("list");
    await page.click(`.token a[href="${laptop.href}"]`);
    assert.equal(await this.status(laptop.secret), 200);
    await page.click('form[action$="/pause"] button');
    await this.look("paused");
    assert.equal(await this.status(laptop.secret), 401);
    await page.click('form[action$="/resume"] button');
    assert.equal(await this.status(laptop.secret), 200);
    this.laptop = laptop;
  }

  /** Two windows change one token. */
  async edits() {
    const { page } = this;
    await page.click('a[href$="/edit"]');
    await this.look("edit");
    const other = await this.context.newPage();
    await other.goto(page.url());
    await other.fill("#name", "Laptop of Ada");
    await other.click("[data-main]");
    await other.waitForURL(/\?done$/);
    await other.close();
    await page.fill("#description", "By the window.");
    await page.uncheck('input[value="invoices:read"]');
    await this.send();
    await this.look("edit-conflict");
    assert.equal(await page.inputValue("#description"), "By the window.");
    await this.send();
    await page.waitForSelector(".note-done");
    await this.look("edited");
    assert.equal(await page.textContent("h1"), "Laptop");
  }

  async replaces() {
    const { page, laptop } = this;
    await page.click('a[href$="/rotate"]');
    await this.look("rotate");
    await page.selectOption("#grace", "1");
    await page.click("main button.primary");
    const next = await this.secret();
    await this.look("rotated");
    await this.isGone(next.secret, next.href);
    assert.deepEqual([await this.status(laptop.secret), await this.status(next.secret)], [200, 200]);
    await page.goto(root + laptop.href);
    await this.look("replaced");
    this.laptop = next;
  }

  async revokes() {
    const { page, laptop } = this;
    await page.goto(root + laptop.href);
    await page.click('a[href$="/revoke"]');
    await this.look("revoke");
    await page.fill("#reason", "left in a train");
    await page.click("main button.danger");
    await page.waitForSelector(".note-done");
    await this.look("revoked");
    assert.equal(await this.status(laptop.secret), 401);
  }

  async finds() {
    const { page } = this;
    await page.goto(base);
    await page.selectOption("#show", "over");
    await page.click(".filters button");
    assert.equal(await page.locator(".token").count(), 1);
    await page.goto(`${base}?show=all`);
    await this.look("list-all");
    await page.fill("#name", "zzz");
    await page.click(".filters button");
    await this.look("list-none");
    await this.open("/nothing");
    await this.look("failure");
    await this.open("/new?name=CI&scopes=repo:read");
    assert.ok(await page.isChecked('input[value="repo:read"]'));
    if (this.plain) return;
    await page.fill("#scope-search", "customers");
    assert.equal(await page.locator("#scopes .check:visible").count(), 1);
    await page.fill("#scope-search", "zzz");
    await this.look("scopes-none");
  }

  /** All of it with the keyboard alone. */
  async keyboard() {
    const { page } = this;
    await this.open("");
    const press = async (key, until) => {
      for (let count = 0; count < 60; count += 1) {
        await page.keyboard.press(key);
        if (await page.evaluate((selector) => document.activeElement?.matches(selector), until)) return;
      }
      assert.fail(`${until} is not reached by ${key}`);
    };
    await press("Tab", ".skip");
    await page.keyboard.press("Enter");
    await press("Tab", "a[href$='/new']");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#expiry");
    await press("Tab", "#name");
    await page.keyboard.type("By hand");
    await press("Tab", "input[name=expiry]");
    await page.keyboard.press("ArrowUp");
    await press("Tab", 'input[value="profile:read"]');
    await page.keyboard.press("Space");
    await press("Tab", "[data-main]");
    await page.keyboard.press("Enter");
    await this.secret();
  }

  async administrator() {
    const { page } = this;
    await page.goto(`${root}/login?user=admin`);
    await page.fill("#owner", this.user);
    await page.click(".filters button");
    await this.look("admin");
    await page.click(".token h2 a >> nth=0");
    await this.look("admin-token");
    assert.equal(await page.locator('a[href$="/edit"]').count(), 0);
  }
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: process.getuid() === 0 ? ["--no-sandbox"] : [],
  // As people have it: a page that is left may be kept as it was.
  ignoreDefaultArgs: ["--disable-back-forward-cache"],
});
let done = 0;
try {
  for (const [number, line] of circumstances.split(",").entries()) {
    const [language, width, scheme, plain] = line.split(" ");
    const name = `${language}-${width}-${scheme}${plain ? "-plain" : ""}`;
    await new Visit({ language, width: Number(width), scheme, plain: Boolean(plain), name, user: `user${number}` }).all();
    done += 1;
  }
} finally {
  await browser.close();
}
console.log(`${done} flows done`);
