/*
 * What the settings page does: whom it believes, what it sends and what it keeps, and where focus goes.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { fault } from "./mock/kassa.mjs";
import { ACME } from "./mock/settings.mjs";
import { startSettingsStage } from "./settings-stage.mjs";

const SECRET = "sk_very_secret_4711";

let stage;
before(async () => {
	stage = await startSettingsStage();
});
after(() => stage.close());
afterEach(() => stage.clear());

const SAVE = "PUT /settings/modes/test/processor";
const ROTATE = "POST /settings/modes/test/rotate";
const REVOKE = "POST /settings/modes/test/revoke";

async function openReady(options) {
	const opened = await stage.open(options);
	await opened.standing("ready");
	return opened;
}

const focused = ({ page }) => page.frames().at(-1).evaluate(() => document.activeElement.id);

test("settings_token_is_in_no_address_and_nowhere_in_the_page", async () => {
	const { page } = await openReady();
	for (const { path, query, route, headers } of stage.kassa.requests) {
		assert.doesNotMatch(`${path}?${query}`, /tkt_|sealed/);
		if (/ \/settings\/(?!session)/.test(route)) {
			assert.equal(headers.authorization, "Bearer tkt_1", route);
		}
		assert.equal(headers.cookie, undefined);
	}
	const frame = page.frames().at(-1);
	assert.doesNotMatch(await frame.content(), /tkt_|sealed/);
	assert.equal(await frame.evaluate(() => location.search + location.hash), "");
});

test("settings_session_that_ended_is_opened_again_without_a_word", async () => {
	const opened = await openReady();
	stage.kassa.expire();
	await opened.button("Check again").click();
	await opened.standing("ready");
	await opened.page.waitForFunction(() => window.asked === 2);
	await opened.settings.locator("#chain:not([data-busy])").waitFor();
	assert.equal(stage.kassa.count("POST /settings/session"), 2);
	assert.equal(stage.kassa.count("POST /settings/check"), 3, "once before, once refused, once more");
});

test("settings_session_that_cannot_be_opened_again_takes_everything_off", async () => {
	const opened = await openReady();
	stage.kassa.expire();
	stage.kassa.when("POST /settings/session", () => fault(403, "settings_refused"));
	await opened.button("Check again").click();
	await opened.state("expired");
	assert.equal(await opened.settings.locator("#location").isVisible(), false);
});

test("settings_payload_from_another_window_is_not_sent", async () => {
	const opened = await stage.open({ answer: "none" });
	await opened.state("connecting");
	await opened.settings.locator("#note", { hasText: "Loading" }).waitFor();
	await opened.page.waitForFunction(() => window.asked > 0);
	await opened.page.frames().at(-1).evaluate(() => window.postMessage({ message: "REQUEST_USER_DATA_RESPONSE", payload: "sealed-forged" }, "*"));
	await opened.page.waitForFunction((before) => window.asked > before, await opened.page.evaluate(() => window.asked));
	assert.equal(stage.kassa.count("POST /settings/session"), 0);
});

test("settings_of_one_who_may_only_look_have_nothing_to_change", async () => {
	Object.assign(stage.kassa.session, { canEdit: false });
	const opened = await openReady();
	for (const name of ["Change", "Save", "Make new keys", "Revoke old key"]) {
		assert.equal(await opened.button(name).count(), 0, name);
	}
	assert.equal(await opened.button("Check again").isVisible(), true);
});

test("settings_credentials_are_sent_once_and_do_not_stay_in_the_page", async () => {
	stage.kassa.state.modes[0].processors.push(ACME);
	const opened = await openReady();
	await opened.button("Change").click();
	assert.equal(await focused(opened), "processor-title");
	await opened.settings.getByRole("combobox", { name: "Processor" }).selectOption("acme");
	assert.equal(await opened.settings.getByLabel("API secret").inputValue(), "", "never filled by the server");
	assert.equal(await opened.settings.getByLabel("API secret").getAttribute("type"), "password");
	await opened.settings.getByLabel("Merchant number").fill("  4711 ");
	await opened.settings.getByLabel("API secret").fill(SECRET);
	await opened.settings.getByLabel("API secret").press("Enter");
	await opened.text("Saved.");
	assert.equal(await focused(opened), "processor-told");
	assert.deepEqual(stage.kassa.sent(SAVE), [{ processor: "acme", credentials: { merchant: "4711", secret: SECRET } }]);
	await opened.text("Acme Payments");
	const facts = opened.settings.locator("#processor-facts");
	assert.match(await facts.innerText(), /API secret\s+•+ Stored, and never shown/);
	assert.doesNotMatch(await facts.innerText(), /Text on statements/, "nobody knows whether it was given");
	await opened.button("Change").click();
	assert.equal(await opened.settings.getByLabel("API secret").inputValue(), "");
	assert.doesNotMatch(await opened.page.frames().at(-1).content(), new RegExp(SECRET));
	assert.deepEqual(opened.problems, []);
});

test("settings_credentials_that_were_refused_stay_to_be_corrected", async () => {
	const opened = await openReady();
	stage.kassa.when(SAVE, () => fault(400, "field_invalid"));
	await opened.button("Change").click();
	await opened.settings.getByLabel("Sandbox key").fill(SECRET);
	await opened.button("Save").click();
	await opened.text("Something in the form was not accepted.");
	assert.equal(await opened.settings.getByLabel("Sandbox key").inputValue(), SECRET);
	await opened.button("Cancel").click();
	await opened.button("Change").click();
	assert.equal(await opened.settings.getByLabel("Sandbox key").inputValue(), "");
});

test("settings_form_pressed_twice_is_sent_once", async () => {
	const opened = await openReady();
	stage.kassa.when(SAVE, stage.kassa.hang);
	await opened.button("Change").click();
	await opened.button("Save").click();
	await opened.settings.getByLabel("Sandbox key").press("Enter");
	await opened.settings.locator("#processor-save", { hasText: "Saving…" }).click({ force: true });
	assert.equal(stage.kassa.count(SAVE), 1);
});

test("settings_keys_are_made_anew_only_after_the_question", async () => {
	const opened = await openReady();
	await opened.button("Make new keys").click();
	await opened.settings.getByRole("dialog", { name: "Make new keys?" }).waitFor();
	await opened.page.keyboard.press("Escape");
	await opened.settings.getByRole("dialog").waitFor({ state: "hidden" });
	assert.equal(await focused(opened), "rotate");
	assert.equal(stage.kassa.count(ROTATE), 0);

	await opened.button("Make new keys").click();
	await opened.settings.locator("#question-yes").click();
	await opened.text("The new keys are connected.");
	await opened.text("kassa_sk_test_••••••••cd34");
	assert.equal(await focused(opened), "keys-told");
	assert.deepEqual(stage.kassa.sent(ROTATE), [{}]);

	await opened.button("Revoke old key").click();
	await opened.settings.locator("#question-yes").click();
	await opened.text("The old key was revoked.");
	assert.equal(stage.kassa.count(REVOKE), 1);
	assert.equal(await opened.settings.getByText("Old secret key").count(), 0);
	await opened.button("Make new keys").waitFor();
});

test("settings_change_without_an_answer_shows_how_things_stand", async () => {
	const opened = await openReady();
	stage.kassa.when(ROTATE, () => {
		stage.kassa.state.modes[0].keys.previous = { lastFour: "ab12", createdAt: "2026-11-20T09:30:00Z" };
		return null;
	});
	await opened.button("Make new keys").click();
	await opened.settings.locator("#question-yes").click();
	await opened.text("Nobody answered.");
	await opened.text("Old secret key");
	assert.equal(stage.kassa.count(ROTATE), 1);
});

test("settings_keys_that_are_connected_later_say_so", async () => {
	const opened = await openReady();
	stage.kassa.when(ROTATE, () => ({ headers: { "content-type": "application/json" }, body: '{"mode":"test","connected":false}' }));
	await opened.button("Make new keys").click();
	await opened.settings.locator("#question-yes").click();
	await opened.text("will be connected in a moment");
});

test("settings_of_the_other_mode_are_asked_once_and_shown_apart", async () => {
	const opened = await openReady();
	await opened.button("Live").click();
	await opened.standing("setUp");
	await opened.text("No payments in the last 30 days.");
	await opened.button("Test").click();
	await opened.text("$1,686.22");
	await opened.button("Live").click();
	await opened.standing("setUp");
	for (const route of ["GET /settings/money", "GET /settings/activity"]) {
		assert.deepEqual(stage.kassa.requests.filter((request) => request.route === route).map(({ query }) => query.get("mode")), ["test", "live"], route);
	}
});

test("settings_begin_in_live_mode_where_it_is_set_up", async () => {
	Object.assign(stage.kassa.state.modes[1], { setUp: true, keys: structuredClone(stage.kassa.state.modes[0].keys) });
	const opened = await stage.open();
	await opened.standing("attention");
	assert.equal(await opened.button("Live").getAttribute("aria-pressed"), "true");
});

test("settings_text_of_others_is_text_and_never_markup_or_a_script", async () => {
	const evil = '<img src=x onerror="window.hit=1">';
	stage.kassa.session.brand = { ...stage.kassa.session.brand, name: evil, support: "javascript:alert(1)", logoUrl: "javascript:alert(1)" };
	stage.kassa.state.location.name = evil;
	stage.kassa.activity.webhooks[0].type = evil;
	stage.kassa.activity.charges[0].currency = "<b>";
	const opened = await openReady();
	await opened.button("Webhooks").click();
	await opened.text(evil);
	const frame = opened.page.frames().at(-1);
	assert.equal(await frame.evaluate(() => document.querySelectorAll("img[src], #support a, b").length), 0);
	assert.equal(await frame.evaluate(() => window.hit), undefined);
	assert.deepEqual(opened.problems, []);
});

test("settings_chart_is_a_table_for_those_who_cannot_see_it", async () => {
	const opened = await openReady();
	await opened.settings.locator("summary").first().click();
	const rows = await opened.settings.getByRole("table").first().getByRole("row").allInnerTexts();
	assert.equal(rows.length, 12);
	assert.match(rows[0], /Day\s+Charged\s+Refunded/);
	assert.match(rows[5], /\$89\.00\s+\$89\.00/);
	assert.equal(await opened.settings.locator(".chart-picture").first().getAttribute("aria-hidden"), "true");
});

test("settings_parts_that_failed_can_be_asked_for_again", async () => {
	stage.kassa.when("GET /settings/money", () => fault(429, "rate_limited"));
	const opened = await openReady();
	await opened.text("This could not be loaded.");
	stage.kassa.when("GET /settings/money", () => undefined);
	await opened.settings.locator("#money-again").click();
	await opened.text("$1,686.22");
});

test("settings_brand_is_sent_whole_and_shown_at_once", async () => {
	Object.assign(stage.kassa.session, { locationId: null });
	const opened = await stage.open();
	await opened.state("brand");
	await opened.settings.getByLabel("Name").fill("Southwind Pay");
	await opened.settings.getByLabel("Help for merchants").fill("");
	await opened.button("Save").click();
	await opened.text("Your locations show it");
	await opened.settings.locator("#place", { hasText: "Southwind Pay" }).waitFor();
	assert.deepEqual(stage.kassa.sent("PUT /settings/brand"), [{
		name: "Southwind Pay", description: "Cards for every checkout", logoUrl: null, support: null,
	}]);
	assert.equal(stage.kassa.count("GET /settings/state"), 0, "an agency has no keys to look at");
});

test("settings_speak_the_readers_language", async () => {
	const opened = await openReady({ look: { locale: "de-DE" } });
	await opened.settings.getByRole("heading", { name: "Zahlungseinstellungen" }).waitFor();
	await opened.text("1.686,22 $");
	assert.equal(await opened.page.frames().at(-1).evaluate(() => document.documentElement.lang), "de");
});

test("settings_can_be_used_by_keyboard", async () => {
	const opened = await openReady();
	await opened.settings.locator("#mode-test").focus();
	const order = [];
	for (let presses = 0; presses < 12; presses++) {
		order.push(await focused(opened));
		await opened.page.keyboard.press("Tab");
	}
	assert.deepEqual(order.filter(Boolean), ["mode-test", "mode-live", "check-again", "processor-change", "rotate", "list-charges", "list-refunds", "list-webhooks"]);
});
