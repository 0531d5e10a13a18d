/*
 * Every state of the page when a card is saved without a payment: it is reached, the parent is told what it
 * should be and no more, axe finds nothing, and pictures in light, in dark and at 300 px are kept.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { keepPicture, violationsOf } from "./browser.mjs";
import { drawCase, fitsAcross, payWith } from "./looks.mjs";
import { fault, json, save } from "./mock/kassa.mjs";
import { LIVE_SETUP_PROPS } from "./mock/platform.mjs";
import { startStage } from "./stage.mjs";

const SUCCESS = { type: "custom_element_success_response" };
const CLOSE = { type: "custom_element_close_response" };
const error = (description) => ({ type: "custom_element_error_response", error: { description } });

const OPEN = "POST /checkout/setups";
const CONFIRM = "POST /checkout/setups/{}/confirm";
const READ = "GET /checkout/setups/{}";

const SETUP = {
	id: "ss_1", status: "open", mode: "test", processor: { name: "sandbox", frame: "/sandbox/frame" },
	decline: null, attemptsLeft: 5, card: null,
};

/* Their fields are explained in looks.mjs; the props are those of a setup. */
const CASES = [
	{ name: "opening", state: "opening", kassa: (kassa) => kassa.when(OPEN, kassa.hang) },
	{ name: "open", state: "open", act: (stage) => stage.drawn() },
	{
		name: "open-offline", state: "open",
		async act(stage) {
			await stage.drawn();
			await stage.context.setOffline(true);
			await stage.checkout.getByText("You can save the card as soon as").waitFor();
		},
	},
	{
		name: "late-contact", state: "late", options: { props: { ...LIVE_SETUP_PROPS, contact: {} }, hasClock: true },
		act: (stage) => stage.pass(16),
	},
	{
		name: "saving", state: "paying", kassa: (kassa) => kassa.when("POST /sandbox/tokens", kassa.hang),
		options: { hasClock: true }, act: (stage) => payWith(stage, "4242424242424242"),
	},
	{
		name: "waiting-broken", state: "waiting", options: { hasClock: true },
		kassa(kassa) {
			kassa.when(CONFIRM, () => null);
			kassa.when(READ, () => null);
		},
		async act(stage) {
			await payWith(stage, "4242424242424242");
			await stage.pass(3);
			await stage.checkout.getByText("Your card may already be saved").waitFor();
		},
	},
	{ name: "declined", state: "declined", act: (stage) => payWith(stage, "4000000000000002") },
	{ name: "succeeded", state: "succeeded", act: (stage) => payWith(stage, "4242424242424242"), told: [SUCCESS] },
	{ name: "succeeded-mastercard", state: "succeeded", act: (stage) => payWith(stage, "5555555555554444"), told: [SUCCESS] },
	{
		name: "succeeded-other", state: "succeeded", told: [SUCCESS], act: (stage) => payWith(stage, "4242424242424242"),
		kassa: (kassa) => kassa.when(CONFIRM, () => json(save(kassa.setup, "constructor", "0005"))),
	},
	{
		name: "paid", state: "paid", told: [SUCCESS],
		kassa: (kassa) => kassa.when(OPEN, () => json(save({ ...SETUP }, "visa", "4242"))),
	},
	{
		name: "resuming", state: "resuming",
		kassa(kassa) {
			kassa.setup = { ...SETUP, status: "processing" };
		},
	},
	{
		name: "failed", state: "failed", told: [error("Too many attempts were declined. No card was saved.")],
		kassa(kassa) {
			kassa.setup = { ...SETUP, attemptsLeft: 1 };
		},
		act: (stage) => payWith(stage, "4000000000000002"),
	},
	{
		name: "failed-expired", state: "failed", kassa: (kassa) => kassa.when(CONFIRM, () => fault(410, "session_expired")),
		act: (stage) => payWith(stage, "4242424242424242"), told: [error("This page was open for too long. Please open it again.")],
	},
	{
		name: "key", state: "key", kassa: (kassa) => kassa.when(OPEN, () => fault(501, "processor_unsupported")),
		told: [error("The seller’s payment connection does not work at the moment. No card was saved.")],
	},
	{ name: "limited", state: "limited", kassa: (kassa) => kassa.when(OPEN, () => fault(429, "rate_limited")) },
	{
		name: "limited-attempts", state: "limited", kassa: (kassa) => kassa.when(CONFIRM, () => fault(429, "attempts_limited")),
		act: (stage) => payWith(stage, "4242424242424242"),
	},
	{ name: "away", state: "away", kassa: (kassa) => kassa.when(OPEN, () => fault(503, "store_unavailable")) },
	{
		name: "trouble", state: "trouble", kassa: (kassa) => kassa.when(OPEN, () => fault(503, "store_unavailable")),
		options: { hasClock: true }, act: (stage) => stage.pass(90),
	},
	{
		name: "fields", state: "fields", kassa: (kassa) => kassa.when("GET /sandbox/frame", kassa.hang),
		options: { hasClock: true },
		async act(stage) {
			await stage.state("open");
			await stage.pass(21);
		},
	},
	{
		name: "unsure", state: "unsure", kassa: (kassa) => kassa.when(CONFIRM, () => fault(409, "charge_state_invalid")),
		act: (stage) => payWith(stage, "4242424242424242"),
	},
	{
		name: "cancelled", state: "cancelled", told: [CLOSE],
		async act(stage) {
			await stage.drawn();
			await stage.checkout.getByRole("button", { name: "Cancel" }).click();
		},
	},
];

let stage;
before(async () => {
	stage = await startStage();
});
afterEach(() => stage.clear());
after(() => stage.close());

for (const { name, options, ...one } of CASES) {
	test(`setup_${name}_is_drawn_without_violations`, async () => {
		await drawCase(stage, { ...one, name: `setup-${name}`, options: { props: LIVE_SETUP_PROPS, ...options } });
	});
}

test("setup_in_other_settings_is_drawn", async () => {
	const wide = { viewport: { width: 1000, height: 720 } };
	const settings = [
		["wide", { look: wide }],
		["wide-dark", { look: { ...wide, colorScheme: "dark" } }],
		["contrast", { look: { forcedColors: "active" } }],
		["german", { look: { locale: "de-DE", viewport: { width: 300, height: 620 } } }],
	];
	for (const [name, options] of settings) {
		const opened = await stage.open({ props: LIVE_SETUP_PROPS, ...options });
		await opened.drawn();
		await keepPicture(opened.page, `setup-open-${name}`);
		assert.deepEqual(await violationsOf(opened.page), [], name);
		/* By id, since the labels are in the language of the setting. */
		for (const [id, text] of [["number", "4242424242424242"], ["expiry", "12 / 39"], ["cvc", "123"]]) {
			await opened.card.locator(`#${id}`).fill(text);
		}
		await opened.pay();
		await opened.state("succeeded");
		await keepPicture(opened.page, `setup-succeeded-${name}`);
		assert.deepEqual(await violationsOf(opened.page), [], name);
		assert.ok(await fitsAcross(opened.main), name);
		await stage.clear();
	}
});
