/*
 * One browser, one mock of Kassa's settings, one mock of the page around them: the stage of their tests.
 */
import { launchBrowser } from "./browser.mjs";
import { startHost, startSettings } from "./mock/settings.mjs";

export async function startSettingsStage() {
	const host = await startHost();
	const kassa = await startSettings(host.origin);
	const browser = await launchBrowser();
	const contexts = [];

	/**
	 * Open the settings and wait for nothing.
	 * @param {object} options answer: what the page around it answers with, "none" for never; look: playwright's
	 *     context options; hasClock: pass() can let time pass; isAlone: without a page around it.
	 */
	async function open({ answer = "sealed", look = {}, hasClock = false, isAlone = false } = {}) {
		const context = await browser.newContext({
			viewport: { width: 1100, height: 1500 }, locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce", ...look,
		});
		contexts.push(context);
		const page = await context.newPage();
		const problems = [];
		page.on("pageerror", (error) => problems.push(error.message));
		page.on("console", (message) => message.text().includes("Content Security Policy") && problems.push(message.text()));
		if (hasClock) {
			await page.clock.install();
		}
		const address = `${kassa.origin}/settings`;
		await page.goto(isAlone ? address : host.address(address, answer));
		const settings = isAlone ? page : page.frameLocator("iframe");
		return {
			page, context, settings, problems,
			main: settings.locator("#settings"),
			state: (name) => settings.locator(`#settings[data-state="${name}"]`).waitFor(),
			standing: (name) => settings.locator(`#standing[data-standing="${name}"]`).waitFor(),
			button: (name) => settings.getByRole("button", { name, exact: true }),
			text: (text) => settings.getByText(text).first().waitFor(),
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
		kassa, host, open,
		/** Between two tests. */
		async clear() {
			await Promise.all(contexts.splice(0).map((context) => context.close()));
			kassa.reset();
		},
		async close() {
			kassa.reset();
			await browser.close();
			await Promise.all([kassa.close(), host.close()]);
		},
	};
}
