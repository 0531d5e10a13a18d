/*
 * What the checkout page does about cards that are kept: saving one without a payment, saving the one that
 * pays, and what it says when somebody tries too often.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { decline, fault, json, save } from "./mock/kassa.mjs";
import { BRIEF_PROPS, BRIEF_SETUP_PROPS, LIVE_PROPS, LIVE_SETUP_PROPS } from "./mock/platform.mjs";
import { startStage } from "./stage.mjs";

const OPEN = "POST /checkout/setups";
const CONFIRM = "POST /checkout/setups/{}/confirm";
const READ = "GET /checkout/setups/{}";
const PAY = "POST /checkout/sessions/{}/confirm";
const SUCCESS = { type: "custom_element_success_response" };

let stage;
before(async () => {
	stage = await startStage();
});
afterEach(() => stage.clear());
after(() => stage.close());

async function openDrawn(options) {
	const opened = await stage.open(options);
	await opened.drawn();
	return opened;
}

const openSetup = (options) => openDrawn({ props: LIVE_SETUP_PROPS, ...options });
const messagesOf = async (opened) => (await opened.told()).map(({ message }) => message);
const bodiesOf = (wanted) => stage.kassa.requests.filter(({ route }) => route === wanted).map(({ body }) => body);
const hasFocus = (locator) => locator.evaluate((element) => element === document.activeElement);
const tick = (opened) => opened.checkout.getByLabel("Save this card for later").check();

/* --- a card without a payment ---------------------------------------------------------------------- */

test("setup_in_each_dialect_and_form_saves_and_tells_no_charge", async () => {
	const cases = [[LIVE_SETUP_PROPS, "live", SUCCESS], [BRIEF_SETUP_PROPS, "brief", { ...SUCCESS, data: {} }]];
	for (const form of ["string", "object"]) {
		for (const [props, dialect, expected] of cases) {
			const opened = await openSetup({ props, form });
			assert.equal(await opened.checkout.getByRole("heading", { level: 1 }).textContent(), "Save a card");
			await opened.checkout.getByText("the seller can charge it later. Nothing is charged now.").waitFor();
			assert.equal(await opened.checkout.locator("#order").isVisible(), false);
			await opened.fill("4242424242424242");
			await opened.checkout.getByRole("button", { name: "Save card" }).click();
			await opened.state("succeeded");
			await opened.checkout.getByText("Visa ending in 4242").waitFor();
			assert.equal(await hasFocus(opened.checkout.locator("#panel-title")), true);
			assert.deepEqual(await opened.told(), [{ message: expected, form, origin: stage.kassa.origin }]);
			assert.deepEqual(bodiesOf(OPEN), [{ publishableKey: "kassa_pk_test_mock", contactId: "con_1", dialect }]);
			assert.deepEqual(bodiesOf(CONFIRM), [{ token: "tok_4242424242424242" }]);
			await stage.clear();
		}
	}
});

test("setup_shows_the_picture_of_its_cards_brand", async () => {
	for (const [brand, picture, text] of [["visa", "card-visa.svg", "Visa ending in 4242"],
		["mastercard", "card-mastercard.svg", "Mastercard ending in 4242"], ["amex", "card-other.svg", "Card ending in 4242"]]) {
		stage.kassa.when(CONFIRM, () => json(save(stage.kassa.setup, brand, "4242")));
		const opened = await openSetup();
		await opened.fill("4242424242424242");
		await opened.pay();
		await opened.state("succeeded");
		const image = opened.checkout.locator("#card img");
		assert.equal(await opened.checkout.locator("#card").textContent(), text);
		assert.match(await image.getAttribute("src"), new RegExp(`/assets/${picture}$`));
		assert.equal(await image.evaluate((element) => element.decode().then(() => element.naturalWidth)), 40);
		await stage.clear();
	}
});

test("setup_by_keyboard_alone_saves", async () => {
	const opened = await openSetup();
	await opened.card.getByLabel("Card number").focus();
	for (const text of ["4242424242424242", "1239", "123", ""]) {
		await opened.page.keyboard.type(text);
		await opened.page.keyboard.press("Tab");
	}
	assert.equal(await hasFocus(opened.checkout.locator("#pay")), true);
	await opened.page.keyboard.press("Enter");
	await opened.state("succeeded");
	assert.equal(await hasFocus(opened.checkout.locator("#panel-title")), true);
});

test("setup_declined_takes_focus_and_another_card_is_saved_without_reloading", async () => {
	const opened = await openSetup();
	for (const number of ["4000000000000002", "4000000000000069"]) {
		await opened.fill(number);
		await opened.pay();
		await opened.state("declined");
		const alert = opened.checkout.getByRole("alert");
		assert.equal(await alert.textContent(), "Your card was declined.No card was saved. Check the details or use another card.");
		assert.equal(await hasFocus(alert), true);
	}
	await opened.fill("5555555555554444");
	await opened.pay();
	await opened.checkout.getByText("Mastercard ending in 4444").waitFor();
	assert.deepEqual(await messagesOf(opened), [SUCCESS]);
});

test("setup_double_click_confirms_once", async () => {
	const opened = await openSetup();
	await opened.fill("4242424242424242");
	await opened.checkout.locator("#pay").dblclick();
	await opened.state("succeeded");
	assert.equal(stage.kassa.count(CONFIRM), 1);
	assert.deepEqual(await messagesOf(opened), [SUCCESS]);
});

test("setup_after_a_reload_is_the_card_that_was_saved", async () => {
	const opened = await openSetup();
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	await opened.page.reload();
	await opened.state("paid");
	await opened.checkout.getByText("Visa ending in 4242").waitFor();
	assert.equal(stage.kassa.count(CONFIRM), 1);
	assert.deepEqual(await messagesOf(opened), [SUCCESS]);
});

test("setup_reloaded_while_it_is_processed_is_followed_to_its_end", async () => {
	const opened = await openSetup();
	await opened.fill("4000000000001604");
	await opened.pay();
	await opened.state("waiting");
	await opened.page.reload();
	await opened.state("resuming");
	save(stage.kassa.setup, "visa", "1604");
	await opened.state("succeeded");
	assert.equal(stage.kassa.count(CONFIRM), 1);
});

test("setup_whose_answer_is_lost_ends_in_one_saved_card", async () => {
	const opened = await openSetup();
	stage.kassa.when(CONFIRM, () => {
		save(stage.kassa.setup, "visa", "4242");
		return null;
	});
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	assert.deepEqual([stage.kassa.count(CONFIRM), stage.kassa.count(READ)], [1, 1]);
});

test("setup_that_is_not_known_is_asked_again_and_never_repeated", async () => {
	const opened = await openSetup();
	stage.kassa.when(CONFIRM, () => fault(409, "charge_state_invalid"));
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("unsure");
	assert.deepEqual(await messagesOf(opened), []);
	save(stage.kassa.setup, "visa", "4242");
	await opened.checkout.getByRole("button", { name: "Check again" }).click();
	await opened.state("succeeded");
	assert.equal(stage.kassa.count(CONFIRM), 1);
});

test("setup_opens_by_itself_when_the_server_and_the_network_are_back", async () => {
	stage.kassa.when(OPEN, () => fault(503, "store_unavailable"));
	const opened = await stage.open({ props: LIVE_SETUP_PROPS });
	await opened.state("away");
	await opened.context.setOffline(true);
	await opened.state("offline");
	stage.kassa.when(OPEN, undefined);
	await opened.context.setOffline(false);
	await opened.drawn();
});

test("setup_props_after_those_of_a_payment_take_their_place_and_back", async () => {
	const opened = await openDrawn();
	await opened.page.evaluate((props) => window.send(props), LIVE_SETUP_PROPS);
	await opened.checkout.getByRole("button", { name: "Save card" }).waitFor();
	assert.equal(await opened.checkout.locator("#consent").isVisible(), false);
	await opened.page.evaluate((props) => window.send(props), LIVE_PROPS);
	await opened.checkout.getByRole("button", { name: "Pay $49.99" }).waitFor();
	assert.equal(await opened.checkout.locator("#lead").textContent(), "");
});

/* --- the card that pays ---------------------------------------------------------------------------- */

test("save_is_asked_only_where_the_server_and_the_parent_let_us", async () => {
	const cases = [
		[LIVE_PROPS, true], [BRIEF_PROPS, true], [{ ...LIVE_PROPS, saveCardAllowed: true }, true],
		[{ ...LIVE_PROPS, saveCardAllowed: false }, false], [{ ...LIVE_PROPS, contact: {} }, false], [LIVE_SETUP_PROPS, false],
	];
	for (const [props, expected] of cases) {
		const opened = await openDrawn({ props });
		assert.equal(await opened.checkout.locator("#consent").isVisible(), expected, JSON.stringify(props));
		await stage.clear();
	}
});

for (const isTicked of [false, true]) {
	test(`payment_with_the_box_${isTicked ? "ticked_asks_to_save_the_card" : "left_alone_does_not"}`, async () => {
		const opened = await openDrawn();
		assert.equal(await opened.checkout.getByLabel("Save this card for later").isChecked(), false);
		if (isTicked) {
			await tick(opened);
		}
		await opened.fill("4242424242424242");
		await opened.pay();
		await opened.state("succeeded");
		assert.deepEqual(bodiesOf(PAY), [{ token: "tok_4242424242424242", ...(isTicked && { save: true }) }]);
	});
}

test("save_box_that_is_unticked_again_asks_for_nothing", async () => {
	const opened = await openDrawn();
	await tick(opened);
	await opened.checkout.getByLabel("Save this card for later").uncheck();
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	assert.deepEqual(bodiesOf(PAY), [{ token: "tok_4242424242424242" }]);
});

test("save_box_cannot_change_while_paying_and_keeps_its_tick_after_a_decline", async () => {
	const opened = await openDrawn();
	const box = opened.checkout.getByLabel("Save this card for later");
	let answer;
	stage.kassa.when(PAY, () => new Promise((resolve) => {
		answer = () => resolve(json(decline(stage.kassa.session, "card_declined")));
	}));
	await tick(opened);
	await opened.fill("4000000000000002");
	await opened.pay();
	await opened.state("waiting");
	assert.equal(await box.isDisabled(), true);
	answer();
	await opened.state("declined");
	assert.deepEqual([await box.isChecked(), await box.isDisabled()], [true, false]);
	stage.kassa.when(PAY, undefined);
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	assert.deepEqual(bodiesOf(PAY).map((body) => body.save), [true, true]);
});

test("save_box_of_another_order_is_off_again", async () => {
	const opened = await openDrawn();
	await tick(opened);
	await opened.page.evaluate((props) => window.send(props), { ...LIVE_PROPS, transactionId: "txn_2" });
	await opened.checkout.locator("#save:not(:checked)").waitFor();
});

test("save_box_with_a_challenge_is_said_once_and_not_shown_meanwhile", async () => {
	const opened = await openDrawn();
	await tick(opened);
	await opened.fill("4000002500003155");
	await opened.pay();
	await opened.state("action");
	assert.equal(await opened.checkout.locator("#consent").isVisible(), false);
	await opened.card.getByRole("button", { name: "Accept" }).click();
	await opened.state("succeeded");
	assert.deepEqual(bodiesOf(PAY), [{ token: "tok_4000002500003155", save: true }, {}]);
});

/* --- too often -------------------------------------------------------------------------------------- */

test("payment_that_is_limited_tells_nobody_and_goes_on_when_pressed", async () => {
	for (const limited of [fault(429, "rate_limited"), fault(429, "attempts_limited"), { status: 429, body: "slow down" }]) {
		const opened = await openDrawn();
		await tick(opened);
		stage.kassa.when(PAY, () => limited);
		await opened.fill("4242424242424242");
		await opened.pay();
		await opened.state("limited");
		assert.equal(await hasFocus(opened.checkout.locator("#panel-title")), true);
		await opened.checkout.getByText("Please wait a few minutes and try again.").waitFor();
		assert.equal(stage.kassa.count("GET /checkout/sessions/{}"), 0);

		stage.kassa.when(PAY, undefined);
		await opened.checkout.getByRole("button", { name: "Try again" }).click();
		await opened.drawn();
		assert.equal(await opened.card.getByLabel("Card number").inputValue(), "4242 4242 4242 4242");
		await opened.pay();
		await opened.state("succeeded");
		assert.deepEqual(bodiesOf(PAY).map((body) => body.save), [true, true]);
		assert.deepEqual(await messagesOf(opened), [{ ...SUCCESS, chargeId: "ch_1" }]);
		await stage.clear();
	}
});

test("opening_that_is_limited_is_not_repeated_until_it_is_pressed", async () => {
	stage.kassa.when(OPEN, () => fault(429, "rate_limited"));
	const opened = await stage.open({ props: LIVE_SETUP_PROPS });
	await opened.state("limited");
	assert.equal(stage.kassa.count(OPEN), 1);
	assert.deepEqual(await messagesOf(opened), []);
	stage.kassa.when(OPEN, undefined);
	await opened.checkout.getByRole("button", { name: "Try again" }).click();
	await opened.drawn();
});

test("card_that_is_limited_in_the_frame_is_said_and_can_be_tried_again", async () => {
	const cors = { "access-control-allow-origin": "*" };
	const limited = fault(429, "rate_limited");
	stage.kassa.when("POST /sandbox/tokens", () => ({ ...limited, headers: { ...limited.headers, ...cors } }));
	const opened = await openSetup();
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("limited");
	assert.equal(stage.kassa.count(CONFIRM), 0);
	stage.kassa.when("POST /sandbox/tokens", undefined);
	await opened.checkout.getByRole("button", { name: "Try again" }).click();
	await opened.drawn();
	await opened.pay();
	await opened.state("succeeded");
});

test("attempts_used_up_are_final_and_told", async () => {
	const opened = await openSetup();
	stage.kassa.when(CONFIRM, () => fault(429, "attempts_exceeded"));
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("failed");
	assert.deepEqual(await messagesOf(opened), [{
		type: "custom_element_error_response", error: { description: "Too many attempts were declined. No card was saved." },
	}]);
});

test("decline_that_is_final_tells_the_parent_no_reason", async () => {
	stage.kassa.setup = { id: "ss_1", status: "open", mode: "test", processor: { name: "sandbox", frame: "/sandbox/frame" },
		decline: null, attemptsLeft: 1, card: null };
	const opened = await openSetup({ props: BRIEF_SETUP_PROPS });
	await opened.fill("4000000000000069");
	await opened.pay();
	await opened.state("failed");
	assert.deepEqual((await messagesOf(opened)).map(({ data }) => data.errorCode), ["card_declined"]);
});
