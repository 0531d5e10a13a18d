/*
 * assets/parent.mjs, the postMessage protocol of the checkout page, with a window that is none.
 * Source of the messages: the platform's contract, live dialect and brief dialect.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeProps, openParent, saveIsAllowed } from "../../assets/parent.mjs";

const ORIGIN = "https://shop.example";
const LIVE = {
	type: "payment_initiate_props", publishableKey: "pk", amount: 49.99, currency: "usd", mode: "payment",
	productDetails: [{ name: "Shirt", qty: 2 }], contact: { id: "con_1" }, orderId: "ord_1", transactionId: "txn_1",
	language: "en-US",
};
const BRIEF = {
	type: "payment_initiate_props", publishableKey: "pk", amount: 49.99, currency: "USD", contactId: "con_1", orderId: "ord_1",
};
const LIVE_SETUP = {
	type: "setup_initiate_props", publishableKey: "pk", currency: "USD", mode: "setup", contact: { id: "con_1" }, locationId: "loc_1",
};
const BRIEF_SETUP = { type: "setup_initiate_props", publishableKey: "pk", contactId: "con_1", locationId: "loc_1" };
const PAID = { chargeId: "ch_1", transactionId: "txn_1", amount: "49.99", currency: "USD" };

/* A window whose time moves when told, with a parent that keeps what it gets. */
function fakeWindow() {
	let now = 0;
	let listener = null;
	const timers = new Map();
	const sent = [];
	const parent = { postMessage: (message, origin) => sent.push({ message, origin }) };
	const add = (run, ms, every) => timers.set(timers.size + 1, { run, at: now + ms, every }) && timers.size;
	return {
		parent, sent,
		addEventListener: (_, hear) => { listener = hear; },
		setInterval: (run, ms) => add(run, ms, ms),
		setTimeout: (run, ms) => add(run, ms, 0),
		clearInterval: (id) => timers.get(id) && (timers.get(id).at = Infinity),
		clearTimeout: (id) => timers.get(id) && (timers.get(id).at = Infinity),
		hear: (data, { source = parent, origin = ORIGIN } = {}) => listener({ data, source, origin }),
		pass(ms) {
			for (const end = now + ms; now < end; now += 100) {
				for (const timer of timers.values()) {
					if (timer.at <= now + 100) {
						timer.at = timer.every ? timer.at + timer.every : Infinity;
						timer.run();
					}
				}
			}
		},
	};
}

function openFake() {
	const window = fakeWindow();
	const heard = [];
	const late = [];
	const parent = openParent({ window, onProps: (props) => heard.push(props), onLate: (field) => late.push(field) });
	const outcomes = () => window.sent.filter(({ message }) => !JSON.stringify(message).includes("ready"));
	return { window, parent, heard, late, outcomes };
}

/* message, what is decoded of it or the field that is wrong */
const DECODED = [
	["live", LIVE, { dialect: "live", transactionId: "txn_1", contactId: "con_1", currency: "USD", amount: "49.99" }],
	["live_without_contact", { ...LIVE, contact: undefined }, { dialect: "live", contactId: "" }],
	["brief", BRIEF, { dialect: "brief", transactionId: "", contactId: "con_1", orderId: "ord_1" }],
	["brief_with_transaction", { ...BRIEF, transactionId: "txn_1" }, { dialect: "live", contactId: "" }],
	["brief_with_mode", { ...BRIEF, mode: "payment" }, "transactionId"],
	["amount_as_text", { ...LIVE, amount: "0.10" }, { amount: "0.10" }],
	["amount_of_two_digits_as_number", { ...LIVE, amount: 10.5 }, { amount: "10.5" }],
	["amount_negative", { ...LIVE, amount: -1 }, "amount"],
	["amount_with_exponent", { ...LIVE, amount: 1e21 }, "amount"],
	["amount_tiny", { ...LIVE, amount: 1e-7 }, "amount"],
	["amount_not_a_number", { ...LIVE, amount: "ten" }, "amount"],
	["amount_as_object", { ...LIVE, amount: {} }, "amount"],
	["currency_missing", { ...LIVE, currency: "" }, "currency"],
	["currency_of_four_letters", { ...LIVE, currency: "USDT" }, "currency"],
	["key_missing", { ...LIVE, publishableKey: undefined }, "publishableKey"],
	["live_transaction_empty", { ...LIVE, transactionId: "" }, "transactionId"],
	["brief_order_empty", { ...BRIEF, orderId: "" }, "orderId"],
	["setup_live", LIVE_SETUP, { kind: "setup", dialect: "live", contactId: "con_1", amount: "" }],
	["setup_live_of_an_id_alone", { ...LIVE_SETUP, mode: undefined, currency: undefined }, { kind: "setup", dialect: "live", contactId: "con_1" }],
	["setup_brief", BRIEF_SETUP, { kind: "setup", dialect: "brief", contactId: "con_1" }],
	["setup_live_without_contact", { ...LIVE_SETUP, contact: {} }, "contact.id"],
	["setup_brief_without_contact", { ...BRIEF_SETUP, contactId: "" }, "contactId"],
	["setup_without_key", { ...BRIEF_SETUP, publishableKey: "" }, "publishableKey"],
	["payment_that_says_no_to_saving", { ...LIVE, saveCardAllowed: false }, { isSaveAllowed: false }],
	["products_as_array", LIVE, { items: [{ name: "Shirt", quantity: 2 }] }],
	["products_as_object", { ...LIVE, productDetails: { productId: "p" } }, { items: [] }],
	["products_empty", { ...LIVE, productDetails: [{}], name: "Order 7" }, { items: [{ name: "Order 7", quantity: 1 }] }],
	["products_of_nulls", { ...LIVE, productDetails: [null, 3, "x"] }, { items: [] }],
	["quantity_not_whole", { ...LIVE, productDetails: [{ name: "A", qty: -1 }] }, { items: [{ name: "A", quantity: 1 }] }],
];

for (const [name, message, expected] of DECODED) {
	test(`props_${name}_are_decoded_in_both_forms`, () => {
		for (const [form, data] of [["object", message], ["string", JSON.stringify(message)]]) {
			const decoded = decodeProps(data);
			if (typeof expected === "string") {
				assert.deepEqual(decoded, { field: expected });
			} else {
				const { props } = decoded;
				assert.equal(props.form, form);
				assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, props[key]])), expected);
			}
		}
	});
}

test("props_of_anything_else_are_not_ours", () => {
	const others = [null, undefined, 7, "", "{", "[]", "null", [], {}, { type: "other" }, { type: ["payment_initiate_props"] },
		{ type: "constructor" }, `{"type":"payment_initiate_props","x":"${"x".repeat(70_000)}"}`];
	for (const data of others) {
		assert.ok(!decodeProps(data)?.props, String(data).slice(0, 40));
	}
});

test("save_is_allowed_unless_the_parent_says_no", () => {
	const cases = [[LIVE, true], [BRIEF, true], [{ ...LIVE, saveCardAllowed: true }, true], [{ ...LIVE, saveCardAllowed: null }, true],
		[{ ...LIVE, saveCardAllowed: false }, false]];
	for (const [message, expected] of cases) {
		assert.equal(saveIsAllowed(message), expected, JSON.stringify(message.saveCardAllowed));
	}
});

test("ready_is_said_at_once_in_both_forms_with_both_dialects_fields", () => {
	const { window } = openFake();
	const [asText, asObject] = window.sent.map(({ message }) => message);
	assert.equal(typeof asText, "string");
	assert.deepEqual(JSON.parse(asText), asObject);
	const supports = { addCardOnFileSupported: true, refundSupported: true };
	assert.deepEqual(asObject, { type: "custom_provider_ready", loaded: true, ...supports, data: supports });
});

test("ready_is_repeated_until_props_come", () => {
	const { window } = openFake();
	window.pass(2_000);
	const count = window.sent.length;
	assert.ok(count >= 10);
	window.hear(LIVE);
	window.pass(20_000);
	assert.equal(window.sent.length, count);
});

test("ready_without_props_for_15_seconds_is_late_and_ends", () => {
	const { window, late } = openFake();
	window.pass(14_900);
	assert.deepEqual(late, []);
	window.pass(200);
	assert.deepEqual(late, [""]);
	const count = window.sent.length;
	window.pass(20_000);
	assert.equal(window.sent.length, count);
});

test("ready_is_said_again_when_asked_to_wait_once_more", () => {
	const { window, parent, late } = openFake();
	window.pass(15_100);
	parent.start();
	window.pass(15_100);
	assert.deepEqual(late, ["", ""]);
});

test("props_that_are_malformed_are_named_when_late", () => {
	const { window, late, heard } = openFake();
	window.hear({ ...LIVE, currency: "" });
	window.pass(15_100);
	assert.deepEqual(heard, []);
	assert.deepEqual(late, ["currency"]);
});

test("props_after_being_late_still_count", () => {
	const { window, heard } = openFake();
	window.pass(15_100);
	window.hear(LIVE);
	assert.equal(heard.length, 1);
});

test("props_that_repeat_are_heard_once_and_changed_ones_again", () => {
	const { window, heard } = openFake();
	window.hear(LIVE);
	window.hear(LIVE);
	assert.equal(heard.length, 1);
	window.hear({ ...LIVE, transactionId: "txn_2" });
	assert.equal(heard.length, 2);
});

test("props_from_another_window_are_ignored", () => {
	const { window, heard } = openFake();
	window.hear(LIVE, { source: { postMessage() {} } });
	window.hear(LIVE, { source: null });
	assert.deepEqual(heard, []);
});

test("props_from_another_origin_are_ignored_after_the_first_valid_one", () => {
	const { window, heard, parent, outcomes } = openFake();
	window.hear({ type: "noise" }, { origin: "https://other.example" });
	window.hear({ ...LIVE, currency: "" }, { origin: "https://other.example" });
	window.hear(LIVE);
	window.hear({ ...LIVE, transactionId: "txn_2" }, { origin: "https://other.example" });
	assert.equal(heard.length, 1);
	parent.succeed(PAID);
	assert.deepEqual(outcomes().map(({ origin }) => origin), [ORIGIN]);
});

test("props_from_an_opaque_origin_are_ignored", () => {
	const { window, heard } = openFake();
	window.hear(LIVE, { origin: "null" });
	window.hear(LIVE, { origin: "" });
	assert.deepEqual(heard, []);
});

const DECLINED = { message: "Your card was declined.", code: "card_declined" };
const OUTCOMES = [
	["success_live", LIVE, (parent) => parent.succeed(PAID), { type: "custom_element_success_response", chargeId: "ch_1" }],
	["success_brief", BRIEF, (parent) => parent.succeed(PAID), {
		type: "custom_element_success_response",
		data: { chargeId: "ch_1", transactionId: "txn_1", amount: 49.99, currency: "USD" },
	}],
	["success_of_a_setup_live", LIVE_SETUP, (parent) => parent.succeed({}), { type: "custom_element_success_response" }],
	["success_of_a_setup_brief", BRIEF_SETUP, (parent) => parent.succeed({}), { type: "custom_element_success_response", data: {} }],
	["error_of_a_setup_live", LIVE_SETUP, (parent) => parent.fail(DECLINED), {
		type: "custom_element_error_response", error: { description: DECLINED.message },
	}],
	["error_live", LIVE, (parent) => parent.fail(DECLINED), {
		type: "custom_element_error_response", error: { description: DECLINED.message },
	}],
	["error_brief", BRIEF, (parent) => parent.fail(DECLINED), {
		type: "custom_element_error_response", data: { error: DECLINED.message, errorCode: "card_declined" },
	}],
	["close_live", LIVE, (parent) => parent.close(), { type: "custom_element_close_response" }],
	["close_brief", BRIEF, (parent) => parent.close(), { type: "custom_element_close_response" }],
];

for (const [name, props, tell, expected] of OUTCOMES) {
	test(`outcome_${name}_is_told_once_in_the_form_of_the_props`, () => {
		for (const form of ["string", "object"]) {
			const { window, parent, outcomes } = openFake();
			window.hear(form === "string" ? JSON.stringify(props) : props);
			assert.equal(tell(parent), true);
			assert.equal(parent.succeed(PAID), false);
			assert.equal(parent.fail(DECLINED), false);
			assert.equal(parent.close(), false);
			assert.deepEqual(outcomes(), [{ message: form === "string" ? JSON.stringify(expected) : expected, origin: ORIGIN }]);
		}
	});
}

test("outcome_before_props_is_told_to_nobody", () => {
	const { parent, outcomes } = openFake();
	assert.equal(parent.succeed(PAID), false);
	assert.deepEqual(outcomes(), []);
});

test("props_after_the_outcome_are_ignored", () => {
	const { window, parent, heard } = openFake();
	window.hear(LIVE);
	parent.succeed(PAID);
	window.hear({ ...LIVE, transactionId: "txn_2" });
	assert.equal(heard.length, 1);
});
