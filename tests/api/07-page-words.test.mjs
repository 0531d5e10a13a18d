/*
 * assets/money.mjs and the words: what a payer reads, in every language.
 */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { formatMoney } from "../../assets/money.mjs";
import { chooseLanguage, declineCode, declineText, loadWords, say } from "../../assets/words.mjs";

const ASSETS = new URL("../../assets/", import.meta.url);
const LANGUAGES = ["en", "de", "es", "fr", "it", "nl", "pt"];

/* Codes that a payer reads as card_declined. */
const UNTOLD = ["insufficient_funds", "expired_card", "incorrect_cvc"];

/* amount, currency, language, text with plain spaces */
const MONEY = [
	["49.99", "USD", "en-US", "$49.99"],
	["49.99", "USD", "de-DE", "49,99 $"],
	["1249.5", "EUR", "de-DE", "1.249,50 €"],
	["1249", "EUR", "fr-FR", "1 249,00 €"],
	["5000", "JPY", "en-US", "¥5,000"],
	["1.234", "KWD", "en-US", "KWD 1.234"],
	["1.5", "KWD", "en-US", "KWD 1.500"],
	["12.3456", "CLF", "en-US", "CLF 12.3456"],
	["999999999999", "IDR", "en-US", "IDR 999,999,999,999.00"],
	["90071992547409.93", "USD", "en-US", "$90,071,992,547,409.93"],
	["900719925474099312.93", "USD", "en-US", "$900,719,925,474,099,312.93"],
	["0.10", "USD", "en-US", "$0.10"],
	["0.1", "USD", "en-US", "$0.10"],
	["1.005", "USD", "en-US", "$1.005"],
	["5.25", "JPY", "en-US", "¥5.25"],
	["49.99", "USD", "ar-EG", "‏٤٩٫٩٩ US$"],
	["49.99", "USD", "not a language", undefined],
	["49.99", "??", "en-US", "49.99 ??"],
	["ten", "USD", "en-US", "ten USD"],
	["-5.00", "USD", "en-US", "-5.00 USD"],
];

for (const [amount, currency, language, expected] of MONEY) {
	test(`money_${amount}_${currency}_in_${language}_keeps_every_digit`, () => {
		const { text, parts } = formatMoney(amount, currency, language);
		assert.equal(parts.map((part) => part.text).join(""), text);
		if (expected !== undefined) {
			/* ICU versions differ in which space they use, and in the digits of IDR. */
			const plain = (value) => value.replace(/[\s\u00a0\u202f]/g, " ").replace(/(IDR .*)\.00$/, "$1");
			assert.equal(plain(text), plain(expected));
		}
	});
}

test("language_wanted_first_is_chosen_with_its_region", () => {
	const cases = [
		[["de-AT", "en"], { language: "de", tag: "de-AT" }],
		[["", "pt_BR"], { language: "pt", tag: "pt-BR" }],
		[["zh-CN", "fr"], { language: "fr", tag: "fr" }],
		[["zh-CN"], { language: "en", tag: "en" }],
		[[undefined, null, 7], { language: "en", tag: "en" }],
		[["../de"], { language: "en", tag: "en" }],
	];
	for (const [wanted, expected] of cases) {
		assert.deepEqual(chooseLanguage(wanted), expected);
	}
});

test("words_of_every_language_are_complete", async () => {
	const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
	const prefixed = (prefix, words) => Object.fromEntries(Object.entries(words).map(([name, text]) => [`${prefix}.${name}`, text]));
	const flat = ({ frame, setup, ...page }) => ({ ...page, ...prefixed("frame", frame), ...prefixed("setup", setup) });
	const english = flat(await loadWords("en"));
	for (const language of LANGUAGES.slice(1)) {
		const words = flat((await import(`../../assets/words-${language}.mjs`)).default);
		assert.deepEqual(Object.keys(words).sort(), Object.keys(english).sort(), language);
		for (const [name, text] of Object.entries(words)) {
			assert.ok(text.length > 0, `${language} ${name}`);
			assert.equal(places(text), places(english[name]), `${language} ${name}`);
		}
	}
});

test("words_of_a_file_that_is_missing_are_english", async () => {
	assert.equal((await loadWords("xx")).retry, "Try again");
});

test("say_fills_places_with_text_and_leaves_unknown_ones", () => {
	assert.equal(say({ pay: "Pay {amount} {other}" }, "pay", { amount: "$1 {other} $&" }), "Pay $1 {other} $& {other}");
	assert.equal(say({}, "missing"), "");
});

test("decline_tells_no_more_than_that_it_was_declined", async () => {
	const words = await loadWords("en");
	for (const code of UNTOLD) {
		assert.equal(declineText(words, code), "Your card was declined.");
		assert.equal(declineCode(code), "card_declined");
	}
	assert.equal(declineText(words, "something_new"), words.decline_processor_refused);
	assert.equal(declineCode("authentication_failed"), "authentication_failed");
});

test("declines_of_the_server_all_have_words", async () => {
	const words = await loadWords("en");
	const source = await readFile(new URL("../../src/core/charge.h", import.meta.url), "utf8");
	const labels = [...source.matchAll(/^\tD\(\w+,\s*"(\w+)"/gm)].map(([, label]) => label).filter((label) => label !== "none");
	assert.ok(labels.length >= 8);
	for (const label of labels) {
		assert.equal(`decline_${label}` in words, !UNTOLD.includes(label), label);
	}
});

test("words_of_a_setup_never_speak_of_a_payment_under_way", async () => {
	const { setup, ...payment } = await loadWords("en");
	for (const [name, text] of Object.entries(setup)) {
		assert.ok(name === "lead" || name in payment, name);
		assert.doesNotMatch(text, /\b(pay|paid|your payment|order)\b/i, name);
	}
});

test("published_cards_of_the_frame_are_those_of_the_server", async () => {
	const numbersOf = async (path) =>
		[...(await readFile(new URL(path, import.meta.url), "utf8")).matchAll(/"(\d{16})"/g)].map(([, number]) => number).sort();
	assert.deepEqual(await numbersOf("../../assets/frame.js"), await numbersOf("../../src/core/card.c"));
});

test("checkout_weighs_less_than_60_kB_on_the_wire", async () => {
	const names = (await readdir(ASSETS)).filter((name) => /^(checkout|render|fields|kind|parent|session|money|words|tokens|frame|card-\w+)\.\w+$/.test(name));
	const sizes = await Promise.all([...names, "words-fr.mjs"].map(async (name) => gzipSync(await readFile(new URL(name, ASSETS))).length));
	assert.ok(names.length >= 16);
	assert.ok(sizes.reduce((sum, size) => sum + size, 0) < 36_000);
});

test("checkout_has_no_inline_code_no_markup_from_text_and_no_storage", async () => {
	const banned = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|document\.cookie|indexedDB|eval\(|https?:\/\//;
	for (const name of (await readdir(ASSETS)).filter((file) => /^(checkout|render|fields|kind|parent|session|money|words.*|frame)\.\w+$/.test(file))) {
		const text = await readFile(new URL(name, ASSETS), "utf8");
		assert.doesNotMatch(text, banned, name);
		if (name.endsWith(".html")) {
			assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)/, name);
		}
	}
});

test("pictures_of_cards_are_small_and_draw_nothing_from_elsewhere", async () => {
	const names = (await readdir(ASSETS)).filter((name) => /^card-\w+\.svg$/.test(name));
	assert.deepEqual(names.sort(), ["card-mastercard.svg", "card-other.svg", "card-visa.svg"]);
	for (const name of names) {
		const text = await readFile(new URL(name, ASSETS), "utf8");
		assert.match(text, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="40" height="26" viewBox="0 0 40 26">/, name);
		assert.ok(text.length < 1_000, name);
		assert.doesNotMatch(text, /<(script|style|text|image|use)|href|url\(|\son\w+=/, name);
	}
});
