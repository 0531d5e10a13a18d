/*
 * Every state of the checkout page: it is reached, the parent is told what it should be and no more, axe
 * finds nothing, and pictures of it in light, in dark and at 300 px are kept.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { keepPicture, violationsOf } from "./browser.mjs";
import { drawCase, fitsAcross, payWith } from "./looks.mjs";
import { fault, json } from "./mock/kassa.mjs";
import { LIVE_PROPS } from "./mock/platform.mjs";
import { startStage } from "./stage.mjs";

const WIDE = { viewport: { width: 1000, height: 720 } };

const SUCCESS = { type: "custom_element_success_response", chargeId: "ch_1" };
const CLOSE = { type: "custom_element_close_response" };
const error = (description) => ({ type: "custom_element_error_response", error: { description } });

const OPEN = "POST /checkout/sessions";
const CONFIRM = "POST /checkout/sessions/{}/confirm";
const READ = "GET /checkout/sessions/{}";

const LONG_PROPS = {
	...LIVE_PROPS, amount: 999999999999, currency: "idr", language: "id-ID", productDetails: [
		{ name: `Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft ${"very ".repeat(20)}long` },
		{ name: "Two", qty: 12 }, { name: "Three" }, { name: "Four" }, { name: "Five" }, { name: "Six" }],
};
const SESSION = {
	id: "cs_1", status: "open", mode: "test", transactionId: "txn_1", amount: "49.99", currency: "USD",
	processor: { name: "sandbox", frame: "/sandbox/frame" },
	chargeId: null, action: null, decline: null, attemptsLeft: 5,
};

/* Their fields are explained in looks.mjs. */
const CASES = [
	{ name: "connecting", state: "connecting", options: { form: "none" } },
	{ name: "orphan", state: "orphan", options: { isAlone: true } },
	{ name: "late", state: "late", options: { form: "none", hasClock: true }, act: (stage) => stage.pass(16) },
	{
		name: "late-field", state: "late", options: { props: { ...LIVE_PROPS, currency: "dollar" }, hasClock: true },
		act: (stage) => stage.pass(16),
	},
	{ name: "opening", state: "opening", kassa: (kassa) => kassa.when(OPEN, kassa.hang) },
	{ name: "open", state: "open", act: (stage) => stage.drawn() },
	{ name: "open-unsaved", state: "open", options: { props: { ...LIVE_PROPS, saveCardAllowed: false } }, act: (stage) => stage.drawn() },
	{
		name: "open-saving", state: "open",
		async act(stage) {
			await stage.drawn();
			await stage.checkout.getByLabel("Save this card for later").check();
		},
	},
	{ name: "open-long", state: "open", options: { props: LONG_PROPS }, act: (stage) => stage.drawn() },
	{ name: "open-loading", state: "open", kassa: (kassa) => kassa.when("GET /sandbox/frame", kassa.hang) },
	{
		name: "open-cards", state: "open",
		async act(stage) {
			await stage.drawn();
			await stage.card.locator("summary").click();
		},
	},
	{
		name: "open-invalid", state: "open",
		async act(stage) {
			await stage.drawn();
			await stage.fill("4242424242424241", { expiry: "01 / 20", cvc: "1" });
			await stage.pay();
			await stage.card.getByText("has passed").waitFor();
		},
	},
	{
		name: "open-offline", state: "open",
		async act(stage) {
			await stage.drawn();
			await stage.context.setOffline(true);
			await stage.checkout.getByText("You are offline").waitFor();
		},
	},
	{
		name: "open-last", state: "open", kassa: (kassa) => kassa.when(OPEN, () => json({ ...SESSION, attemptsLeft: 1 })),
		act: (stage) => stage.checkout.getByText("One attempt is left").waitFor(),
	},
	{
		name: "paying", state: "paying", kassa: (kassa) => kassa.when("POST /sandbox/tokens", kassa.hang),
		options: { hasClock: true }, act: (stage) => payWith(stage, "4242424242424242"),
	},
	{
		name: "waiting", state: "waiting", kassa: (kassa) => kassa.when(CONFIRM, kassa.hang), options: { hasClock: true },
		async act(stage) {
			await payWith(stage, "4242424242424242");
			await stage.pass(3);
		},
	},
	{
		name: "waiting-long", state: "waiting", kassa: (kassa) => kassa.when(CONFIRM, kassa.hang), options: { hasClock: true },
		async act(stage) {
			await payWith(stage, "4242424242424242");
			await stage.pass(11);
			await stage.checkout.getByText("a little longer than usual").waitFor();
		},
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
			await stage.checkout.getByText("The connection was interrupted").waitFor();
		},
	},
	{
		name: "action", state: "action",
		async act(stage) {
			await payWith(stage, "4000002500003155");
			await stage.card.getByText("Is this payment yours?").waitFor();
		},
	},
	{ name: "declined", state: "declined", act: (stage) => payWith(stage, "4000000000000002") },
	{ name: "pending", state: "pending", act: (stage) => payWith(stage, "4000000000001505"), told: [SUCCESS] },
	{
		name: "long", state: "long", options: { hasClock: true }, told: [SUCCESS],
		async act(stage) {
			await payWith(stage, "4000000000001604");
			await stage.state("waiting");
			await stage.pass(34);
		},
	},
	{ name: "succeeded", state: "succeeded", act: (stage) => payWith(stage, "4242424242424242"), told: [SUCCESS] },
	{
		name: "paid", state: "paid", told: [SUCCESS],
		kassa: (kassa) => kassa.when(OPEN, () => json({ ...SESSION, status: "succeeded", chargeId: "ch_1" })),
	},
	{
		name: "resuming", state: "resuming",
		kassa(kassa) {
			kassa.session = { ...SESSION, status: "processing", chargeId: "ch_1" };
		},
	},
	{
		name: "failed", state: "failed", told: [error("Too many attempts were declined. Nothing was charged.")],
		kassa(kassa) {
			kassa.session = { ...SESSION, attemptsLeft: 1 };
		},
		act: (stage) => payWith(stage, "4000000000000002"),
	},
	{
		name: "failed-expired", state: "failed", kassa: (kassa) => kassa.when(OPEN, () => fault(410, "session_expired")),
		told: [error("This checkout is too old. Please open the order again.")],
	},
	{
		name: "key", state: "key", kassa: (kassa) => kassa.when(OPEN, () => fault(401, "publishable_key_invalid")),
		told: [error("The seller’s payment connection does not work at the moment. Nothing was charged.")],
	},
	{ name: "away", state: "away", kassa: (kassa) => kassa.when(OPEN, () => fault(503, "store_unavailable")) },
	{
		name: "trouble", state: "trouble", kassa: (kassa) => kassa.when(OPEN, () => fault(503, "store_unavailable")),
		options: { hasClock: true }, act: (stage) => stage.pass(90),
	},
	{ name: "limited", state: "limited", kassa: (kassa) => kassa.when(OPEN, () => fault(429, "rate_limited")) },
	{
		name: "limited-attempts", state: "limited", kassa: (kassa) => kassa.when(CONFIRM, () => fault(429, "attempts_limited")),
		act: (stage) => payWith(stage, "4242424242424242"),
	},
	{
		name: "offline", state: "offline", options: { form: "none" },
		async act(stage) {
			await stage.checkout.getByText("Secure payment").waitFor();
			await stage.page.waitForLoadState("networkidle");
			await stage.context.setOffline(true);
			await stage.page.evaluate((props) => document.querySelector("iframe").contentWindow.postMessage(props, "*"), LIVE_PROPS);
		},
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
			await stage.checkout.getByRole("button", { name: "Cancel payment" }).click();
		},
	},
];

let stage;
before(async () => {
	stage = await startStage();
});
afterEach(() => stage.clear());
after(() => stage.close());

for (const one of CASES) {
	test(`checkout_${one.name}_is_drawn_without_violations`, () => drawCase(stage, one));
}

test("checkout_open_in_other_settings_is_drawn", async () => {
	const settings = [
		["wide", { look: WIDE }],
		["wide-dark", { look: { ...WIDE, colorScheme: "dark" } }],
		["wide-long", { look: WIDE, props: LONG_PROPS }],
		["contrast", { look: { forcedColors: "active" } }],
		["german", { look: { locale: "de-DE" }, props: { ...LIVE_PROPS, language: "de-DE", currency: "EUR", amount: 1249.5 } }],
		["zoom", { look: { viewport: { width: 320, height: 400 }, deviceScaleFactor: 2 } }],
		["motion", { look: { reducedMotion: "no-preference" } }],
	];
	for (const [name, options] of settings) {
		const opened = await stage.open(options);
		await opened.drawn();
		await keepPicture(opened.page, `open-${name}`);
		assert.deepEqual(await violationsOf(opened.page), [], name);
		assert.ok(await fitsAcross(opened.main), name);
		await stage.clear();
	}
});

test("checkout_from_right_to_left_is_drawn", async () => {
	const opened = await stage.open();
	await opened.drawn();
	await opened.checkout.locator("html").evaluate((html) => html.setAttribute("dir", "rtl"));
	await opened.card.locator("html").evaluate((html) => html.setAttribute("dir", "rtl"));
	await keepPicture(opened.page, "open-rtl");
	assert.ok(await fitsAcross(opened.main));
});
