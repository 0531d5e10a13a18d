/*
 * What the browser tests share: Debian's Chromium, where pictures go, axe.
 */
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

/* A page lives for a second or two here: code that is optimised has ended before it pays. */
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync", "--js-flags=--no-opt --no-maglev"];

const ARTEFACTS = process.env.TEST_ARTEFACTS
	?? fileURLToPath(new URL("../../var/artefacts/", import.meta.url));

/* The small form: every page has three frames, each a process that reads all of it. */
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Chromium without its own windows takes half of the processor's time; TEST_CHROMIUM names another. */
export function launchBrowser() {
	return chromium.launch({ executablePath: process.env.TEST_CHROMIUM ?? "/usr/bin/chromium-headless-shell", args: FLAGS });
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
	if (!await frame.evaluate(() => "axe" in window)) {
		await frame.evaluate(AXE);
	}
	const children = await frame.evaluate((within) => window.axe.utils.getFrameContexts(within), context);
	const [own, ...others] = await Promise.all([
		frame.evaluate(([within, wanted]) => window.axe.runPartial(within, wanted), [context, options]),
		...children.map(async ({ frameSelector, frameContext }) =>
			partialsOf(await (await frame.$(frameSelector)).contentFrame(), frameContext, options)),
	]);
	return [own, ...others.flat()];
}
