/*
 * What the checkout page does: payments by mouse and keyboard, answers that get lost, messages that are
 * not for it, and what it never does.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { decline, fault, json, pay } from "./mock/kassa.mjs";
import { BRIEF_PROPS, LIVE_PROPS } from "./mock/platform.mjs";
import { startStage } from "./stage.mjs";

const OPEN = "POST /checkout/sessions";
const CONFIRM = "POST /checkout/sessions/{}/confirm";
const READ = "GET /checkout/sessions/{}";
const SUCCESS = { type: "custom_element_success_response", chargeId: "ch_1" };

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

const messagesOf = async (opened) => (await opened.told()).map(({ message }) => message);

test("payment_by_keyboard_alone_succeeds", async () => {
	const opened = await openDrawn();
	const { page } = opened;
	/* From the order page into the checkout, into the frame, through its fields. */
	await page.keyboard.press("Tab");
	for (let presses = 0; presses < 5; presses++) {
		if (await opened.card.locator("#number").evaluate((input) => input === document.activeElement && document.hasFocus())) {
			break;
		}
		await page.keyboard.press("Tab");
	}
	await page.keyboard.type("4242424242424242");
	await page.keyboard.press("Tab");
	await page.keyboard.type("1239");
	await page.keyboard.press("Tab");
	await page.keyboard.type("123");
	assert.equal(await opened.card.locator("#number").inputValue(), "4242 4242 4242 4242");
	assert.equal(await opened.card.locator("#expiry").inputValue(), "12 / 39");
	await page.keyboard.press("Tab");
	await page.keyboard.press("Tab");
	assert.equal(await opened.checkout.locator("#save").evaluate((box) => box === document.activeElement), true);
	await page.keyboard.press("Space");
	await page.keyboard.press("Tab");
	assert.equal(await opened.checkout.locator("#pay").evaluate((button) => button === document.activeElement), true);
	await page.keyboard.press("Enter");
	await opened.state("succeeded");
	assert.equal(await opened.checkout.locator("#panel-title").evaluate((title) => title === document.activeElement), true);
});

test("enter_in_a_card_field_pays", async () => {
	const opened = await openDrawn();
	await opened.fill("4242424242424242");
	await opened.card.getByLabel("Security code").press("Enter");
	await opened.state("succeeded");
});

test("success_in_each_dialect_and_form_is_told_to_the_parents_origin", async () => {
	const brief = {
		type: "custom_element_success_response",
		data: { chargeId: "ch_1", transactionId: "ord_1", amount: 49.99, currency: "USD" },
	};
	for (const [props, form, expected] of [[LIVE_PROPS, "string", SUCCESS], [LIVE_PROPS, "object", SUCCESS],
		[BRIEF_PROPS, "object", brief], [BRIEF_PROPS, "string", brief]]) {
		const opened = await openDrawn({ props, form });
		await opened.fill("4242424242424242");
		await opened.pay();
		await opened.state("succeeded");
		assert.deepEqual(await opened.told(), [{ message: expected, form, origin: stage.kassa.origin }]);
		await stage.clear();
	}
});

test("double_click_confirms_once", async () => {
	const opened = await openDrawn();
	await opened.fill("4242424242424242");
	await opened.checkout.locator("#pay").dblclick();
	await opened.state("succeeded");
	assert.equal(stage.kassa.count(CONFIRM), 1);
	assert.deepEqual(await messagesOf(opened), [SUCCESS]);
});

test("decline_takes_focus_keeps_the_fields_and_another_card_succeeds", async () => {
	const opened = await openDrawn();
	await opened.fill("4000000000000002");
	await opened.pay();
	await opened.state("declined");
	const alert = opened.checkout.getByRole("alert");
	assert.match(await alert.textContent(), /^Your card was declined\./);
	assert.equal(await alert.evaluate((element) => element === document.activeElement), true);
	assert.equal(await opened.card.locator("#number").inputValue(), "4000 0000 0000 0002");
	assert.deepEqual(await messagesOf(opened), []);

	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	assert.deepEqual(await messagesOf(opened), [SUCCESS]);
});

test("challenge_accepted_succeeds", async () => {
	const opened = await openDrawn();
	await opened.fill("4000002500003155");
	await opened.pay();
	await opened.card.getByRole("button", { name: "Accept" }).click();
	await opened.state("succeeded");
	assert.deepEqual(stage.kassa.requests.filter(({ route }) => route === CONFIRM).map(({ body }) => body),
		[{ token: "tok_4000002500003155" }, {}]);
});

test("challenge_refused_brings_the_fields_back", async () => {
	const opened = await openDrawn();
	await opened.fill("4000002500003155");
	await opened.pay();
	await opened.card.getByRole("button", { name: "Refuse" }).click();
	await opened.state("declined");
	assert.match(await opened.checkout.getByRole("alert").textContent(), /did not confirm that it is you/);
	await opened.card.getByLabel("Card number").waitFor();
	assert.deepEqual(await messagesOf(opened), []);
});

test("challenge_after_a_reload_is_asked_again", async () => {
	const opened = await openDrawn();
	await opened.fill("4000002500003155");
	await opened.pay();
	await opened.state("action");
	await opened.page.reload();
	await opened.card.getByRole("button", { name: "Accept" }).click();
	await opened.state("succeeded");
});

test("challenge_whose_answer_is_lost_can_be_answered_again", async () => {
	const opened = await openDrawn();
	await opened.fill("4000002500003155");
	await opened.pay();
	stage.kassa.when("POST /sandbox/challenges/{}", () => null);
	await opened.card.getByRole("button", { name: "Accept" }).click();
	await opened.card.getByText("did not arrive").waitFor();
	stage.kassa.when("POST /sandbox/challenges/{}", undefined);
	await opened.card.getByRole("button", { name: "Accept" }).click();
	await opened.state("succeeded");
});

test("reload_after_paying_says_already_paid", async () => {
	const opened = await openDrawn();
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	await opened.page.reload();
	await opened.state("paid");
	assert.equal(stage.kassa.count(CONFIRM), 1);
});

test("confirm_whose_answer_is_lost_ends_in_one_charge", async () => {
	const opened = await openDrawn();
	stage.kassa.when(CONFIRM, () => {
		pay(stage.kassa.session);
		return null;
	});
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	assert.equal(stage.kassa.count(CONFIRM), 1);
	assert.equal(stage.kassa.count(READ), 1);
});

test("confirm_whose_answer_is_lost_and_was_a_decline_is_shown", async () => {
	const opened = await openDrawn();
	stage.kassa.when(CONFIRM, () => {
		decline(stage.kassa.session, "expired_card");
		return null;
	});
	await opened.fill("4000000000000069");
	await opened.pay();
	await opened.checkout.getByText("Your card was declined").waitFor();
	assert.equal(stage.kassa.count(CONFIRM), 1);
});

test("processing_is_asked_until_it_is_paid", async () => {
	const opened = await openDrawn();
	stage.kassa.when(READ, () => json(pay(stage.kassa.session)));
	await opened.fill("4000000000001604");
	await opened.pay();
	await opened.state("succeeded");
	assert.deepEqual(await messagesOf(opened), [SUCCESS]);
});

test("server_away_while_opening_is_tried_again_until_it_answers", async () => {
	stage.kassa.when(OPEN, () => fault(503, "store_unavailable"));
	const opened = await stage.open();
	await opened.state("away");
	stage.kassa.when(OPEN, undefined);
	await opened.checkout.getByRole("button", { name: "Try again" }).click();
	await opened.drawn();
});

test("offline_while_opening_goes_on_by_itself", async () => {
	const opened = await stage.open({ form: "none" });
	await opened.page.waitForLoadState("networkidle");
	await opened.context.setOffline(true);
	await opened.page.evaluate((props) => document.querySelector("iframe").contentWindow.postMessage(props, "*"), LIVE_PROPS);
	await opened.state("offline");
	await opened.context.setOffline(false);
	await opened.drawn();
});

test("offline_with_the_form_open_does_not_pay_until_it_is_back", async () => {
	const opened = await openDrawn();
	await opened.fill("4242424242424242");
	await opened.context.setOffline(true);
	await opened.checkout.getByText("You are offline").waitFor();
	await opened.checkout.locator("#pay").click({ force: true });
	await opened.state("open");
	await opened.context.setOffline(false);
	await opened.checkout.locator('#pay[aria-disabled="false"]').click();
	await opened.state("succeeded");
	assert.equal(stage.kassa.count(CONFIRM), 1);
});

test("card_that_cannot_be_checked_can_be_tried_again", async () => {
	const opened = await openDrawn();
	stage.kassa.when("POST /sandbox/tokens", () => null);
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.checkout.getByText("could not be checked").waitFor();
	stage.kassa.when("POST /sandbox/tokens", undefined);
	await opened.pay();
	await opened.state("succeeded");
});

test("field_that_is_wrong_takes_focus_and_says_why", async () => {
	const opened = await openDrawn();
	const cases = [
		["4242424242424241", {}, "#number", /not complete/],
		["4111111111111111", {}, "#number", /Only the published test cards/],
		["4242424242424242", { expiry: "13 / 39" }, "#expiry", /month and year/],
		["4242424242424242", { cvc: "12" }, "#cvc", /three digits/],
	];
	for (const [number, others, id, message] of cases) {
		await opened.fill(number, others);
		await opened.pay();
		await opened.card.locator(`${id}[aria-invalid="true"]:focus`).waitFor();
		assert.match(await opened.card.locator(`${id}-error`).textContent(), message);
		await opened.state("open");
	}
	assert.equal(stage.kassa.count("POST /sandbox/tokens"), 0);
});

test("test_card_that_is_pressed_is_filled_in", async () => {
	const opened = await openDrawn();
	await opened.card.locator("summary").click();
	await opened.card.getByRole("button", { name: /0002 Declined/ }).click();
	assert.equal(await opened.card.locator("#number").inputValue(), "4000 0000 0000 0002");
	await opened.pay();
	await opened.state("declined");
});

test("card_number_is_grouped_and_the_caret_stays_where_it_was", async () => {
	const opened = await openDrawn();
	const number = opened.card.locator("#number");
	await number.pressSequentially("42424242");
	await number.press("ArrowLeft");
	await number.press("ArrowLeft");
	await number.pressSequentially("9");
	assert.equal(await number.inputValue(), "4242 4294 2");
	assert.equal(await number.evaluate((input) => input.selectionStart), 8);
	for (const [typed, shown] of [["1239", "12 / 39"], ["3/39", "03 / 39"], ["12/2039", "12 / 39"], ["1 39", "13 / 9"]]) {
		await opened.card.locator("#expiry").fill("");
		await opened.card.locator("#expiry").pressSequentially(typed);
		assert.equal(await opened.card.locator("#expiry").inputValue(), shown, typed);
	}
	for (let presses = 0; presses < 6; presses++) {
		await opened.card.locator("#expiry").press("Backspace");
	}
	assert.equal(await opened.card.locator("#expiry").inputValue(), "");
});

test("props_of_another_origin_are_ignored_after_the_first", async () => {
	const opened = await openDrawn();
	/* A frame of another origin inside the order page gets at the checkout through window.parent. */
	await opened.page.evaluate((origin) => {
		const intruder = document.createElement("iframe");
		intruder.src = `${origin}/checkout`;
		document.body.append(intruder);
		return new Promise((resolve) => intruder.addEventListener("load", resolve));
	}, stage.kassa.origin);
	const intruder = opened.page.frames().at(-1);
	await intruder.evaluate((props) => {
		for (let place = 0; place < window.parent.length; place++) {
			window.parent[place].postMessage(JSON.stringify(props), "*");
		}
	}, { ...LIVE_PROPS, transactionId: "txn_evil", amount: 1 });
	await opened.page.waitForTimeout(200);
	assert.deepEqual(stage.kassa.requests.filter(({ route }) => route === OPEN).map(({ body }) => body.transactionId), ["txn_1"]);
});

test("messages_of_a_stranger_to_the_frames_side_are_ignored", async () => {
	const opened = await openDrawn();
	await opened.page.evaluate(() => {
		const checkout = document.querySelector("iframe").contentWindow;
		checkout.postMessage({ type: "token", request: 1, token: "tok_evil" }, "*");
		checkout.postMessage({ type: "challenge_done" }, "*");
		checkout[0].postMessage({ type: "setup", publishableKey: "evil", language: "en", words: {} }, "*");
	});
	await opened.page.waitForTimeout(200);
	assert.equal(stage.kassa.count(CONFIRM), 0);
	assert.equal(await opened.card.locator("label[for=number]").textContent(), "Card number");
});

test("props_that_repeat_open_one_session_and_changed_ones_another", async () => {
	const opened = await openDrawn();
	await opened.page.evaluate((props) => window.send(props), LIVE_PROPS);
	await opened.page.evaluate((props) => window.send(props), { ...LIVE_PROPS, transactionId: "txn_2", amount: 60 });
	await opened.checkout.getByRole("button", { name: "Pay $49.99" }).waitFor();
	await opened.page.waitForTimeout(200);
	assert.deepEqual(stage.kassa.requests.filter(({ route }) => route === OPEN).map(({ body }) => body.transactionId), ["txn_1", "txn_2"]);
});

test("amount_shown_is_the_servers_and_not_the_parents", async () => {
	stage.kassa.when(OPEN, ({ body }) => json({
		id: "cs_1", status: "open", mode: "test", transactionId: body.transactionId, amount: "60.00", currency: "EUR",
		processor: { name: "sandbox", frame: "/sandbox/frame" }, chargeId: null, action: null, decline: null, attemptsLeft: 5,
	}));
	const opened = await openDrawn();
	assert.equal(await opened.checkout.locator("#amount").textContent(), "€60.00");
});

test("language_of_the_props_comes_before_that_of_the_browser", async () => {
	const opened = await openDrawn({ look: { locale: "fr-FR" }, props: { ...LIVE_PROPS, language: "de-DE", currency: "EUR" } });
	assert.equal(await opened.checkout.locator("html").getAttribute("lang"), "de");
	assert.match(await opened.checkout.locator("#pay").textContent(), /49,99\s€ bezahlen/);
	await opened.card.getByLabel("Kartennummer").waitFor();
});

test("language_of_the_browser_is_used_when_the_props_have_none", async () => {
	const opened = await openDrawn({ look: { locale: "nl-NL" }, props: { ...LIVE_PROPS, language: "" } });
	await opened.checkout.getByRole("button", { name: "Betaling annuleren" }).waitFor();
});

test("page_asks_no_third_party_and_keeps_nothing", async () => {
	const opened = await stage.open({ form: "none" });
	const hosts = new Set();
	opened.page.on("request", (request) => hosts.add(new URL(request.url()).origin));
	await opened.page.evaluate((props) => document.querySelector("iframe").contentWindow.postMessage(props, "*"), LIVE_PROPS);
	await opened.drawn();
	await opened.fill("4242424242424242");
	await opened.pay();
	await opened.state("succeeded");
	assert.deepEqual([...hosts], [stage.kassa.origin]);
	assert.deepEqual(await opened.context.storageState(), { cookies: [], origins: [] });
	assert.deepEqual(opened.problems, []);
});

test("frame_is_of_an_opaque_origin", async () => {
	const opened = await openDrawn();
	assert.equal(await opened.card.locator("html").evaluate(() => self.origin), "null");
	await assert.rejects(opened.card.locator("html").evaluate(() => window.localStorage.length));
});

test("targets_are_at_least_44_pixels_high", async () => {
	const opened = await openDrawn();
	await opened.card.locator("summary").click();
	for (const [inside, selector] of [[opened.checkout, "button:visible, label:visible"], [opened.card, "input, summary, button:visible"]]) {
		for (const target of await inside.locator(selector).all()) {
			const box = await target.boundingBox();
			assert.ok(box === null || box.height >= 44, `${await target.getAttribute("id")} ${box?.height}`);
		}
	}
});
