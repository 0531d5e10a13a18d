/*
 * One browser, one mock of Kassa, one mock of the platform: the stage of the checkout tests.
 */
import { launchBrowser } from "./browser.mjs";
import { startKassa } from "./mock/kassa.mjs";
import { LIVE_PROPS, startPlatform } from "./mock/platform.mjs";

export async function startStage() {
	const platform = await startPlatform();
	const kassa = await startKassa(platform.origin);
	const browser = await launchBrowser();
	const contexts = [];

	/**
	 * Open an order page and wait for nothing.
	 * @param {object} options props and form for the platform's answer; look: playwright's context options;
	 *     hasClock: pass() can let time pass; isAlone: the checkout without a parent.
	 */
	async function open({ props = LIVE_PROPS, form = "string", look = {}, hasClock = false, isAlone = false } = {}) {
		const context = await browser.newContext({ viewport: { width: 420, height: 760 }, locale: "en-US", reducedMotion: "reduce", ...look });
		contexts.push(context);
		const page = await context.newPage();
		const problems = [];
		page.on("pageerror", (error) => problems.push(error.message));
		page.on("console", (message) => message.text().includes("Content Security Policy") && problems.push(message.text()));
		if (hasClock) {
			await page.clock.install();
		}
		const address = `${kassa.origin}/checkout`;
		await page.goto(isAlone ? address : platform.orderUrl(address, props, form));
		const checkout = isAlone ? page : page.frameLocator("iframe");
		const card = checkout.frameLocator("#frame");
		return {
			page, context, checkout, card, problems,
			main: checkout.locator("#checkout"),
			state: (name) => checkout.locator(`#checkout[data-state="${name}"]`).waitFor(),
			drawn: () => checkout.locator('#checkout[data-view="form"][data-frame="drawn"]').waitFor(),
			told: () => page.evaluate(() => window.told),
			async fill(number, { expiry = "12 / 39", cvc = "123" } = {}) {
				await card.getByLabel("Card number").fill(number);
				await card.getByLabel("Expiry date").fill(expiry);
				await card.getByLabel("Security code").fill(cvc);
			},
			pay: () => checkout.locator("#pay").click(),
			/** Let seconds pass one by one, so that what is asked in between is answered. */
			async pass(seconds) {
				for (let second = 0; second < seconds; second++) {
					await page.clock.runFor(1000);
					await page.waitForTimeout(20);
				}
			},
		};
	}

	return {
		kassa, platform, open,
		/** Between two tests. */
		async clear() {
			kassa.reset();
			await Promise.all(contexts.splice(0).map((context) => context.close()));
		},
		async close() {
			kassa.reset();
			await browser.close();
			await Promise.all([kassa.close(), platform.close()]);
		},
	};
}
