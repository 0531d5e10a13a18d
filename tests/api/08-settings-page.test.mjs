/*
 * The settings page's modules in Node: the handshake with a window that is none, the talk with a server that
 * loses answers and ends sessions, words in every language, moments, amounts and bars.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { askHost, payloadOf } from "../../assets/settings-host.mjs";
import { createServer } from "../../assets/settings-server.mjs";
import { amountText, barsOf, dayText, everyDay, isNothing, momentText } from "../../assets/settings-text.mjs";
import { declineReason, failureText, helpOf, loadSettingsWords } from "../../assets/settings-words.mjs";

const ASSETS = new URL("../../assets/", import.meta.url);
const LANGUAGES = ["de", "es", "fr", "it", "nl", "pt"];

/* --- the handshake ----------------------------------------------------------------------------------- */

const ANSWER = { message: "REQUEST_USER_DATA_RESPONSE", payload: "U2FsdGVkX1" };

/* data of a message, payload */
const MESSAGES = [
	[ANSWER, "U2FsdGVkX1"],
	[{ ...ANSWER, message: "REQUEST_USER_DATA" }, ""],
	[{ ...ANSWER, payload: "" }, ""],
	[{ ...ANSWER, payload: null }, ""],
	[{ ...ANSWER, payload: ["x"] }, ""],
	[{ ...ANSWER, payload: "x".repeat(12_000) }, "x".repeat(12_000)],
	[{ ...ANSWER, payload: "x".repeat(12_001) }, ""],
	[{ message: ANSWER.message }, ""],
	[JSON.stringify(ANSWER), ""],
	["REQUEST_USER_DATA_RESPONSE", ""],
	[null, ""],
	[undefined, ""],
	[7, ""],
];

test("host_message_gives_its_payload_or_nothing", () => {
	for (const [data, payload] of MESSAGES) {
		assert.equal(payloadOf(data), payload, JSON.stringify(data)?.slice(0, 80));
	}
});

function newWindow() {
	const heard = new Set();
	const timers = new Map();
	let count = 0;
	const window = {
		sent: [],
		parent: { postMessage: (message, target) => window.sent.push({ message, target }) },
		addEventListener: (type, hear) => type === "message" && heard.add(hear),
		removeEventListener: (type, hear) => heard.delete(hear),
		setInterval: (act, ms) => timers.set(++count, { act, ms, repeats: true }) && count,
		setTimeout: (act, ms) => timers.set(++count, { act, ms, repeats: false }) && count,
		clearInterval: (id) => timers.delete(id),
		clearTimeout: (id) => timers.delete(id),
		hear: (event) => [...heard].forEach((hear) => hear(event)),
		fire: (ms) => [...timers.values()].filter((timer) => timer.ms === ms).forEach(({ act }) => act()),
		isQuiet: () => heard.size === 0 && timers.size === 0,
	};
	return window;
}

test("host_is_asked_with_an_object_until_it_answers", async () => {
	const window = newWindow();
	const asked = askHost(window);
	window.fire(400);
	window.fire(400);
	assert.deepEqual(window.sent, Array(3).fill({ message: { message: "REQUEST_USER_DATA" }, target: "*" }));
	window.hear({ source: window.parent, data: ANSWER });
	assert.deepEqual(await asked, { payload: "U2FsdGVkX1" });
	assert.ok(window.isQuiet(), "nothing is asked or heard any more");
});

test("host_answer_from_another_window_is_not_heard", async () => {
	const window = newWindow();
	const asked = askHost(window);
	window.hear({ source: {}, data: { ...ANSWER, payload: "forged" } });
	window.hear({ source: null, data: { ...ANSWER, payload: "forged" } });
	window.hear({ source: window.parent, data: ANSWER });
	assert.deepEqual(await asked, { payload: "U2FsdGVkX1" });
});

test("host_that_stays_silent_for_15_seconds_is_late", async () => {
	const window = newWindow();
	const asked = askHost(window);
	window.fire(15_000);
	assert.deepEqual(await asked, { late: true });
	assert.ok(window.isQuiet());
});

/* --- the talk with the server -------------------------------------------------------------------------- */

/* answers: one a request, in turn: [status, body] or null for a lost connection. */
function newServer(answers, { host = { payload: "sealed" } } = {}) {
	const world = { requests: [], handshakes: 0, slept: [] };
	const server = createServer({
		async fetch(path, { method, headers, body }) {
			world.requests.push({ line: `${method} ${path}`, token: headers.authorization ?? "", body: body && JSON.parse(body) });
			const answer = answers.shift();
			if (!answer) {
				throw new TypeError("lost");
			}
			const [status, told] = answer;
			return new Response(status === 204 ? null : JSON.stringify(told), { status, headers: answer[2] ?? {} });
		},
		async sleep(ms) {
			world.slept.push(ms);
		},
		async askHost() {
			world.handshakes += 1;
			return host;
		},
	});
	return { world, server };
}

const session = (token) => [200, { token, locationId: "loc_1" }];
const refusal = (status, code) => [status, { error: { code, message: "", requestId: "req_1" } }];

test("session_token_is_kept_from_the_page_and_sent_in_a_header", async () => {
	const { world, server } = newServer([session("tkt_1"), [200, { a: 1 }]]);
	assert.deepEqual(await server.open(), { body: { locationId: "loc_1" } });
	assert.deepEqual(await server.read("/settings/state"), { body: { a: 1 } });
	assert.deepEqual(world.requests, [
		{ line: "POST /settings/session", token: "", body: { payload: "sealed" } },
		{ line: "GET /settings/state", token: "Bearer tkt_1", body: undefined },
	]);
});

test("session_that_ended_is_opened_once_more_and_the_request_sent_again", async () => {
	const { world, server } = newServer([session("tkt_1"), refusal(401, "settings_expired"), session("tkt_2"), [200, { a: 1 }]]);
	await server.open();
	assert.deepEqual(await server.change("POST", "/settings/modes/test/rotate", {}), { body: { a: 1 } });
	assert.equal(world.handshakes, 2);
	assert.deepEqual(world.requests.map(({ token }) => token), ["", "Bearer tkt_1", "", "Bearer tkt_2"]);
});

test("session_that_ends_again_at_once_is_the_end", async () => {
	const { world, server } = newServer([session("tkt_1"), refusal(401, "settings_expired"), session("tkt_2"), refusal(401, "settings_expired")]);
	await server.open();
	const answer = await server.read("/settings/state");
	assert.equal(answer.refusal.status, 401);
	assert.equal(world.requests.length, 4);
});

test("session_that_three_find_ended_is_opened_by_one", async () => {
	const ended = refusal(401, "settings_expired");
	const { world, server } = newServer([session("tkt_1"), ended, ended, ended, session("tkt_2"), [200, {}], [200, {}], [200, {}]]);
	await server.open();
	const answers = await Promise.all(["state", "money", "activity"].map((name) => server.read(`/settings/${name}`)));
	assert.deepEqual(answers, [{ body: {} }, { body: {} }, { body: {} }]);
	assert.equal(world.handshakes, 2);
});

test("session_that_cannot_be_opened_again_says_why", async () => {
	const { server } = newServer([session("tkt_1"), refusal(401, "settings_expired"), refusal(403, "settings_refused")]);
	await server.open();
	const answer = await server.read("/settings/state");
	assert.deepEqual(answer, { refusal: { code: "settings_refused", status: 403, requestId: "req_1" } });
});

test("host_that_is_late_opens_no_session", async () => {
	const { world, server } = newServer([], { host: { late: true } });
	assert.deepEqual(await server.open(), { late: true });
	assert.equal(world.requests.length, 0);
});

test("read_is_repeated_while_nobody_answers", async () => {
	const { world, server } = newServer([null, [503, {}], [200, { a: 1 }]]);
	assert.deepEqual(await server.read("/settings/state"), { body: { a: 1 } });
	assert.deepEqual(world.slept, [1000, 2000]);
});

test("read_that_nobody_answers_ends", async () => {
	const { world, server } = newServer([]);
	assert.deepEqual(await server.read("/settings/state"), { away: true });
	assert.equal(world.requests.length, 4);
});

test("read_waits_as_long_as_it_is_told_and_no_longer_than_10_seconds", async () => {
	const { world, server } = newServer([[503, {}, { "retry-after": "5" }], [503, {}, { "retry-after": "9999" }], [200, {}]]);
	await server.read("/settings/state");
	assert.deepEqual(world.slept, [5000, 10_000]);
});

test("change_that_nobody_answers_is_not_repeated", async () => {
	const { world, server } = newServer([null]);
	assert.equal((await server.change("POST", "/settings/modes/test/rotate", {})).away, true);
	assert.equal(world.requests.length, 1);
});

test("change_that_is_refused_is_final", async () => {
	const { world, server } = newServer([refusal(409, "keys_changing")]);
	assert.equal((await server.change("POST", "/settings/modes/test/rotate", {})).refusal.code, "keys_changing");
	assert.equal(world.requests.length, 1);
});

test("answers_that_are_not_ours_are_nobody", async () => {
	for (const answer of [[200, null], [200, "text"], [502, {}]]) {
		const { server } = newServer([answer]);
		assert.equal((await server.change("POST", "/settings/check", {})).away, true, JSON.stringify(answer));
	}
});

/* --- words --------------------------------------------------------------------------------------------- */

test("settings_words_of_every_language_are_complete", async () => {
	const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
	const english = await loadSettingsWords("en");
	for (const language of LANGUAGES) {
		const words = (await import(`../../assets/settings-words-${language}.mjs`)).default;
		assert.deepEqual(Object.keys(words), Object.keys(english), language);
		for (const [name, text] of Object.entries(words)) {
			assert.ok(text.length > 0, `${language} ${name}`);
			assert.equal(places(text), places(english[name]), `${language} ${name}`);
		}
	}
});

test("settings_words_never_name_the_platform", async () => {
	for (const name of (await readdir(ASSETS)).filter((file) => file.startsWith("settings"))) {
		const text = await readFile(new URL(name, ASSETS), "utf8");
		assert.doesNotMatch(text, /high\s*level|\bghl\b|lead\s*connector|kassa/i, name);
	}
});

test("settings_words_of_a_file_that_is_missing_are_english", async () => {
	assert.equal((await loadSettingsWords("xx")).retry, "Try again");
});

/* The reasons of docs/api.md; the last column is the word that is said. */
const HELPS = [
	["token", "ok", null, ""],
	["token", "broken", "paused", "help_token_paused"],
	["token", "broken", "wanted", "help_token_wanted"],
	["token", "broken", "dead", "help_token"],
	["token", "broken", "uninstalled", "help_token"],
	["token", "broken", "refused", "help_token"],
	["token", "broken", "away", "help_away"],
	["registered", "broken", "absent", "help_registered"],
	["registered", "broken", "other", "help_registered"],
	["registered", "unknown", "away", "help_away"],
	["connected", "broken", "stale", "help_connected"],
	["connected", "broken", "not_set_up", "help_connected_not_set_up"],
	["connected", "skipped", null, "help_skipped"],
	["reachable", "broken", "unreachable", "help_reachable"],
	["queried", "unknown", null, "help_queried"],
	["default", "unknown", null, "help_default"],
	["default", "broken", "constructor", "help_default"],
	["something_new", "broken", "because", ""],
];

test("help_says_what_to_press_for_each_link_and_reason", async () => {
	const words = await loadSettingsWords("en");
	for (const [id, state, reason, word] of HELPS) {
		assert.equal(helpOf(words, { id, state, reason }), word && words[word], `${id} ${state} ${reason}`);
	}
});

test("failures_and_declines_without_words_have_general_ones", async () => {
	const words = await loadSettingsWords("en");
	assert.equal(failureText(words, "keys_changing"), words.failed_keys_changing);
	assert.equal(failureText(words, "installation_dead"), words.deadText);
	assert.equal(failureText(words, "internal"), words.failed);
	assert.equal(failureText(words, "constructor"), words.failed);
	assert.equal(declineReason(words, "expired_card"), words.decline_expired_card);
	assert.equal(declineReason(words, "something_new"), words.decline_processor_refused);
});

test("declines_and_statuses_of_the_server_all_have_words", async () => {
	const words = await loadSettingsWords("en");
	const source = await readFile(new URL("../../src/core/charge.h", import.meta.url), "utf8");
	const labels = (letter) => [...source.matchAll(new RegExp(`^\\t${letter}\\(\\w+,\\s*"(\\w+)"`, "gm"))].map(([, label]) => label);
	assert.ok(labels("D").length >= 8 && labels("S").length >= 5);
	labels("D").filter((label) => label !== "none").forEach((label) => assert.ok(`decline_${label}` in words, label));
	labels("S").forEach((label) => assert.ok(`status_${label}` in words, label));
});

/* --- numbers ---------------------------------------------------------------------------------------------- */

/* amount, currency, text with plain spaces */
const AMOUNTS = [
	["49.99", "USD", "$49.99"],
	["-5.00", "USD", "−$5.00"],
	["-500", "JPY", "−¥500"],
	["900719925474099312.93", "USD", "$900,719,925,474,099,312.93"],
	["0", "USD", "$0.00"],
];

test("amounts_keep_every_digit_and_their_sign", () => {
	for (const [amount, currency, text] of AMOUNTS) {
		assert.equal(amountText(amount, currency, "en-US"), text);
	}
});

test("nothing_is_nothing_however_it_is_written", () => {
	for (const [amount, is] of [["0", true], ["0.00", true], ["0.000", true], ["-0.00", true], ["0.01", false], ["10", false], ["100.00", false]]) {
		assert.equal(isNothing(amount), is, amount);
	}
});

test("moments_that_are_none_are_empty", () => {
	assert.equal(momentText(null, "en"), "");
	assert.equal(momentText(undefined, "en"), "");
	assert.equal(momentText("soon", "en"), "");
	assert.match(momentText("2026-11-25T08:12:00Z", "en"), /2026/);
	assert.match(momentText("2026-11-25T08:12:00Z", "not a language"), /2026|26/);
});

test("days_are_those_of_the_books_in_every_zone", () => {
	assert.equal(dayText("2026-11-25", "en-US"), "Nov 25");
	assert.equal(dayText("2026-11-25", "de-DE"), "25. Nov.");
	assert.equal(dayText("never", "en-US"), "");
});

test("every_day_is_there_also_those_without_a_payment", () => {
	const now = Date.parse("2026-03-02T00:30:00Z");
	const known = [{ day: "2026-02-28", charged: "5.00", refunded: "0.00" }, { day: "2020-01-01", charged: "9.00", refunded: "0.00" }];
	assert.deepEqual(everyDay(known, 4, now).map(({ day, charged }) => [day, charged]), [
		["2026-02-27", "0"], ["2026-02-28", "5.00"], ["2026-03-01", "0"], ["2026-03-02", "0"],
	]);
	assert.equal(everyDay([], 1e9, now).length, 92);
	assert.equal(everyDay([], "many", now).length, 1);
});

const SIZE = { step: 12, width: 8, height: 120 };
const day = (charged, refunded) => ({ charged, refunded });

test("bars_fill_the_height_and_stay_within_it", () => {
	const { line, bars } = barsOf([day("100.00", "0.00"), day("50.00", "20.00"), day("0.00", "0.00")], SIZE);
	assert.equal(line, 100);
	assert.deepEqual(bars, [
		{ kind: "charged", x: 0, y: 0, width: 8, height: 100 },
		{ kind: "charged", x: 12, y: 50, width: 8, height: 50 },
		{ kind: "refunded", x: 12, y: 100, width: 8, height: 20 },
	]);
});

test("bars_of_little_are_seen_and_of_nothing_are_not_there", () => {
	assert.deepEqual(barsOf([day("0", "0")], SIZE), { line: 120, bars: [] });
	assert.deepEqual(barsOf([day("not a number", "0")], SIZE).bars, []);
	assert.equal(barsOf([day("1000000.00", "0"), day("0.01", "0")], SIZE).bars[1].height, 2);
});

/* --- the files ----------------------------------------------------------------------------------------------- */

test("settings_have_no_inline_code_no_markup_from_text_and_no_storage", async () => {
	const banned = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|document\.cookie|indexedDB|eval\(|\.style\b|http:\/\/(?!www\.w3\.org\/2000\/svg)/;
	for (const name of (await readdir(ASSETS)).filter((file) => file.startsWith("settings"))) {
		const text = await readFile(new URL(name, ASSETS), "utf8");
		assert.doesNotMatch(text, banned, name);
		if (name.endsWith(".html")) {
			assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/, name);
		}
	}
});

test("settings_weigh_less_than_40_kB_on_the_wire", async () => {
	const names = (await readdir(ASSETS)).filter((name) => /^(settings[\w-]*|money|words|tokens)\.\w+$/.test(name))
		.filter((name) => !/^settings-words-(?!fr)/.test(name));
	const sizes = await Promise.all(names.map(async (name) => gzipSync(await readFile(new URL(name, ASSETS))).length));
	assert.ok(names.length >= 15);
	assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 40_000, String(sizes));
});
