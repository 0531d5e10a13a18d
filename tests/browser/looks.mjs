/*
 * How a state of the checkout page is looked at: reached, checked by axe, and kept as pictures in light, in
 * dark and at 300 px.  The tests of states, of payments and of setups, use it.
 */
import assert from "node:assert/strict";
import { keepPicture, violationsOf } from "./browser.mjs";

const NARROW = { width: 300, height: 620 };

/**
 * @param {object} stage startStage()'s.
 * @param {object} one name: of the picture; state: of the page.  kassa() prepares answers, act() does what
 *     the payer does.  told: what the parent is told, all of it.
 */
export async function drawCase(stage, { name, state, options, kassa, act, told }) {
	kassa?.(stage.kassa);
	const opened = await stage.open(options);
	await act?.(opened);
	await opened.state(state);
	await showInAllLooks(opened, name);

	assert.deepEqual(opened.problems, []);
	if (!options?.isAlone) {
		assert.deepEqual((await opened.told()).map(({ message }) => message), told ?? []);
	}
}

/** What most cases do: a card is typed, the button is pressed. */
export async function payWith(opened, number) {
	await opened.drawn();
	await opened.fill(number);
	await opened.pay();
}

/**
 * Pictures of a page as it is now, each looked at by axe, none wider than its window.
 * @param {object} options height: of the narrow picture; except: rules of axe that do not apply.
 */
export async function showInAllLooks({ page, main }, name, { height = NARROW.height, except = [] } = {}) {
	await keepPicture(page, `${name}-light`);
	const violations = await violationsOf(page);
	assert.deepEqual(violations.filter((one) => !except.includes(one.split(":")[0])), []);

	await lookAs(page, "dark");
	await keepPicture(page, `${name}-dark`);
	assert.deepEqual(await violationsOf(page, ["color-contrast"]), [], "dark");

	await lookAs(page, "light");
	await page.setViewportSize({ ...NARROW, height });
	await framesAreNarrow(page);
	await cardIsWhole(page);
	await keepPicture(page, `${name}-narrow`);
	assert.ok(await fitsAcross(main), "nothing is wider than the window");
}

/* Frames hear of a changed scheme later than their page, and are then painted: seen at three polls, one a frame. */
async function lookAs(page, scheme) {
	await page.emulateMedia({ colorScheme: scheme });
	for (const frame of page.frames()) {
		if (frame === page.mainFrame() || await (await frame.frameElement()).isVisible()) {
			await frame.waitForFunction((wanted) => {
				const seen = `polls-${wanted}`;
				window[seen] = window.matchMedia(`(prefers-color-scheme: ${wanted})`).matches ? (window[seen] ?? 0) + 1 : 0;
				return window[seen] >= 3;
			}, scheme);
		}
	}
}

/* Frames hear of another size later than their page. */
async function framesAreNarrow(page) {
	for (const frame of page.frames().slice(1)) {
		if (await (await frame.frameElement()).isVisible()) {
			await frame.waitForFunction((width) => window.innerWidth <= width, NARROW.width);
		}
	}
}

/* The page gives the processor's frame the height that it asks for: nothing of it is cut off. */
async function cardIsWhole(page) {
	const card = page.frames().find((frame) => frame.url().endsWith("/sandbox/frame"));
	if (card && await (await card.frameElement()).isVisible()) {
		await card.waitForFunction(() => document.documentElement.scrollHeight <= window.innerHeight);
	}
}

/** Whether nothing is wider than the window. */
export function fitsAcross(main) {
	return main.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}
