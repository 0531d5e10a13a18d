/*
 * What the browser tests share: Debian's Chromium, where pictures go, axe.
 */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import axe from "axe-core";
import { chromium } from "playwright-core";

const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"];

const ARTEFACTS = process.env.TEST_ARTEFACTS
	?? fileURLToPath(new URL("../../var/artefacts/", import.meta.url));

export function launchBrowser() {
	return chromium.launch({ executablePath: process.env.TEST_CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** Keep a picture of ${page} for people to look at. */
export async function keepPicture(page, name) {
	const folder = path.join(ARTEFACTS, "checkout");
	await mkdir(folder, { recursive: true });
	await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/**
 * The violations of WCAG 2.2 AA and good practice that axe finds, one line each, in all frames.
 * ${rules} limits it to some of its rules.
 *
 * axe is asked frame by frame, without a time limit of its own: @axe-core/playwright gives a frame one
 * second and then leaves it out in silence, which on a busy machine looks like a page without faults.
 */
export async function violationsOf(page, rules = []) {
	/* Preloading would fetch the style sheets from the frame's opaque origin, which may not. */
	const options = { preload: false, ...(rules.length > 0 && { runOnly: { type: "rule", values: rules } }) };
	const partials = await partialsOf(page.mainFrame(), { exclude: [] }, options);
	const { violations } = await page.evaluate(([parts, wanted]) => window.axe.finishRun(parts, wanted), [partials, options]);
	return violations.flatMap(({ id, nodes }) =>
		nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.failureSummary.split("\n")[1]?.trim() ?? ""}`));
}

async function partialsOf(frame, context, options) {
	await frame.evaluate(axe.source);
	const children = await frame.evaluate((within) => window.axe.utils.getFrameContexts(within), context);
	const partials = [await frame.evaluate(([within, wanted]) => window.axe.runPartial(within, wanted), [context, options])];
	for (const { frameSelector, frameContext } of children) {
		const child = await (await frame.$(frameSelector)).contentFrame();
		partials.push(...(await partialsOf(child, frameContext, options)));
	}
	return partials;
}
