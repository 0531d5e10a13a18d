/*
 * The sandbox processor's frame: takes a published test card, gives the page a token, asks the payer for
 * 3-D Secure.  GET /sandbox/frame serves it into an origin of its own, so it is a classic script (modules
 * need CORS there).  The page, fields.mjs, sends setup, tokenize, focus, lock, challenge; this file answers
 * ready, drawn, height, submit, invalid, token, refused, challenge_done.  Nothing here is kept.
 */
(() => {
	"use strict";

	const ORIGIN = new URL(location.href).origin;
	const ANSWER_WAIT_MS = 15000;
	const NUMBER_DIGITS_MAX = 19;
	const CVC_DIGITS = 3;

	/* The table of src/core/card.c; any other number stays in this frame. */
	const PUBLISHED = [
		{ number: "4242424242424242", meaning: "cardSucceeds" },
		{ number: "5555555555554444", meaning: "" },
		{ number: "4000000000000002", meaning: "cardDeclined" },
		{ number: "4000000000009995", meaning: "" },
		{ number: "4000000000000069", meaning: "" },
		{ number: "4000000000000127", meaning: "" },
		{ number: "4000000000000341", meaning: "" },
		{ number: "4000002500003155", meaning: "cardChallenge" },
		{ number: "4000000000001505", meaning: "cardPends" },
		{ number: "4000000000001604", meaning: "cardSilent" },
	];

	const byId = (id) => document.getElementById(id);
	const state = { publishableKey: "", words: {}, isLocked: false, challenge: "" };

	/* Each field: how its digits are written, and the word of what is wrong with it ("": nothing). */
	const FIELDS = {
		number: { write: writeNumber, fault: numberFault },
		expiry: { write: writeExpiry, fault: expiryFault },
		cvc: { write: (digits) => digits.slice(0, CVC_DIGITS), fault: cvcFault },
	};

	const HEARD = { setup, tokenize, focus, lock, challenge };

	window.addEventListener("message", (event) => {
		if (event.source === window.parent && event.origin === ORIGIN && Object.hasOwn(HEARD, event.data?.type)) {
			HEARD[event.data.type](event.data);
		}
	});
	for (const name of Object.keys(FIELDS)) {
		byId(name).addEventListener("input", onInput);
		byId(name).addEventListener("blur", () => byId(name).value !== "" && showFault(name));
	}
	byId("card").addEventListener("keydown", onKey);
	byId("card").addEventListener("submit", (event) => event.preventDefault());
	byId("accept").addEventListener("click", () => answerChallenge(true));
	byId("refuse").addEventListener("click", () => answerChallenge(false));
	new ResizeObserver(sayHeight).observe(byId("frame"));
	say({ type: "ready" });

	function say(message) {
		window.parent.postMessage(message, ORIGIN);
	}

	function sayHeight() {
		say({ type: "height", height: Math.ceil(byId("frame").getBoundingClientRect().height) });
	}

	/* --- what the page asks ---------------------------------------------------------------- */

	function setup({ publishableKey, words, language }) {
		state.publishableKey = publishableKey;
		state.words = words;
		document.documentElement.lang = language;
		document.title = words.cardDetails;
		for (const element of document.querySelectorAll("[data-word]")) {
			element.textContent = words[element.dataset.word];
		}
		byId("expiry").placeholder = words.expiryHint;
		byId("cards").replaceChildren(...PUBLISHED.filter((card) => card.meaning).map(sampleOf));
		sayHeight();
		say({ type: "drawn" });
	}

	async function tokenize({ request }) {
		const wrong = Object.keys(FIELDS).filter((name) => showFault(name));
		if (wrong.length > 0) {
			say({ type: "invalid", request });
			return;
		}
		const expiry = expiryOf(byId("expiry").value);
		const answer = await post("/sandbox/tokens", {
			publishableKey: state.publishableKey,
			number: digitsOf(byId("number").value),
			expiryMonth: expiry.month,
			expiryYear: expiry.year,
			cvc: digitsOf(byId("cvc").value),
		});
		say(answer.body?.token
			? { type: "token", request, token: answer.body.token }
			: { type: "refused", request, code: answer.body?.error?.code ?? "away" });
	}

	function focus() {
		document.querySelector("[aria-invalid]")?.focus();
	}

	function lock({ locked }) {
		state.isLocked = locked;
		document.documentElement.toggleAttribute("data-locked", locked);
		for (const name of Object.keys(FIELDS)) {
			byId(name).readOnly = locked;
		}
	}

	function challenge({ action, amount, hasFocus }) {
		state.challenge = String(action ?? "");
		const isShown = state.challenge !== "";
		byId("card").hidden = isShown;
		byId("challenge").hidden = !isShown;
		byId("challenge-amount").textContent = amount ?? "";
		byId("challenge-error").textContent = "";
		setChoice(isShown);
		if (isShown && hasFocus) {
			byId("challenge-title").focus();
		}
		sayHeight();
	}

	/* --- 3-D Secure -------------------------------------------------------------------------- */

	async function answerChallenge(accept) {
		if (byId("accept").getAttribute("aria-disabled") === "true") {
			return;
		}
		setChoice(false);
		byId("challenge-error").textContent = "";
		const answer = await post(`/sandbox/challenges/${encodeURIComponent(state.challenge)}`, { accept });
		/* A refused answer was given before or is too late: how it ended, the page asks the server. */
		if (answer.status >= 200 && answer.status < 500 && answer.status !== 429) {
			say({ type: "challenge_done" });
			return;
		}
		setChoice(true);
		byId("challenge-error").textContent = state.words.challengeAway;
	}

	function setChoice(isOpen) {
		byId("accept").setAttribute("aria-disabled", String(!isOpen));
		byId("refuse").setAttribute("aria-disabled", String(!isOpen));
	}

	async function post(path, body) {
		const abort = new AbortController();
		const timer = setTimeout(() => abort.abort(), ANSWER_WAIT_MS);
		try {
			const response = await fetch(new URL(path, ORIGIN), {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify(body),
				signal: abort.signal,
				credentials: "omit",
				cache: "no-store",
			});
			return { status: response.status, body: await response.json() };
		} catch {
			return { status: 0, body: null };
		} finally {
			clearTimeout(timer);
		}
	}

	/* --- typing ------------------------------------------------------------------------------ */

	/* Write the field anew and keep the caret behind the same digit. */
	function onInput({ target: input, inputType }) {
		const before = digitsOf(input.value.slice(0, input.selectionStart)).length;
		const isDeleting = Boolean(inputType?.startsWith("delete"));
		const isAtEnd = input.selectionStart === input.value.length;
		input.value = FIELDS[input.name].write(digitsOf(input.value), isDeleting, input.value);
		const caret = isAtEnd ? input.value.length : placeAfter(input.value, before);
		input.setSelectionRange(caret, caret);
		if (input.name === "number") {
			showBrand(digitsOf(input.value));
		}
		setFault(input.name, "");
	}

	function onKey(event) {
		if (event.key === "Enter" && event.target instanceof HTMLInputElement && !state.isLocked) {
			event.preventDefault();
			say({ type: "submit" });
		}
	}

	function placeAfter(value, count) {
		let place = 0;
		for (let seen = 0; place < value.length && seen < count; place++) {
			seen += /\d/.test(value[place]) ? 1 : 0;
		}
		return place;
	}

	function digitsOf(value) {
		return value.replace(/\D/g, "");
	}

	function writeNumber(digits) {
		return digits.slice(0, NUMBER_DIGITS_MAX).replace(/(\d{4})(?=\d)/g, "$1 ");
	}

	/* "1231", "12/31", "12/2031" and "3/31" all mean a month and a year. */
	function writeExpiry(digits, isDeleting, value) {
		const isLoneMonth = /^\s*[2-9]/.test(value) || /^\s*1\s*\//.test(value);
		const padded = isLoneMonth ? `0${digits}` : digits;
		const month = padded.slice(0, 2);
		const rest = padded.slice(2);
		const year = rest.length >= 4 && rest.startsWith("20") ? rest.slice(2, 4) : rest.slice(0, 4);
		return month.length < 2 || (isDeleting && year === "") ? month : `${month} / ${year}`;
	}

	function showBrand(digits) {
		const brand = /^4/.test(digits) ? "Visa" : /^(5[1-5]|2[2-7])/.test(digits) ? "Mastercard" : "";
		byId("brand").textContent = brand;
	}

	/* --- what is wrong with a field ------------------------------------------------------------- */

	function showFault(name) {
		const fault = FIELDS[name].fault(byId(name).value);
		setFault(name, fault);
		return fault !== "";
	}

	function setFault(name, word) {
		byId(`${name}-error`).textContent = word && state.words[word];
		if (word) {
			byId(name).setAttribute("aria-invalid", "true");
		} else {
			byId(name).removeAttribute("aria-invalid");
		}
	}

	function numberFault(value) {
		const digits = digitsOf(value);
		if (digits === "") {
			return "numberMissing";
		}
		if (digits.length < 12 || !isLuhn(digits)) {
			return "numberWrong";
		}
		return PUBLISHED.some((card) => card.number === digits) ? "" : "numberUnpublished";
	}

	function expiryFault(value) {
		const { month, year } = expiryOf(value);
		if (!(month >= 1 && month <= 12) || !year) {
			return "expiryWrong";
		}
		/* The card is good until the end of its month, anywhere on earth. */
		return new Date(year, month, 2) < new Date() ? "expiryPast" : "";
	}

	function expiryOf(value) {
		const digits = digitsOf(value);
		const year = digits.slice(2);
		return { month: Number(digits.slice(0, 2)), year: year.length === 2 ? 2000 + Number(year) : 0 };
	}

	function cvcFault(value) {
		return digitsOf(value).length === CVC_DIGITS ? "" : "cvcWrong";
	}

	/* ISO/IEC 7812-1, annex B. */
	function isLuhn(digits) {
		let sum = 0;
		for (let place = 0; place < digits.length; place++) {
			const digit = Number(digits[digits.length - 1 - place]);
			sum += place % 2 === 0 ? digit : (digit * 2) % 10 + (digit >= 5 ? 1 : 0);
		}
		return sum % 10 === 0;
	}

	/* --- the published cards, for who tries ----------------------------------------------------- */

	function sampleOf({ number, meaning }) {
		const button = document.createElement("button");
		button.type = "button";
		button.className = "sample";
		button.append(spanOf("sample-number", writeNumber(number)), " ",
			spanOf("sample-meaning", state.words[meaning]));
		button.addEventListener("click", () => !state.isLocked && fillIn(number));
		const item = document.createElement("li");
		item.append(button);
		return item;
	}

	function fillIn(number) {
		byId("number").value = writeNumber(number);
		byId("expiry").value = writeExpiry(`12${String(new Date().getFullYear() + 3).slice(2)}`, false, "");
		byId("cvc").value = "123";
		showBrand(number);
		Object.keys(FIELDS).forEach((name) => setFault(name, ""));
		byId("hint").open = false;
		byId("number").focus();
	}

	function spanOf(className, textContent) {
		return Object.assign(document.createElement("span"), { className, textContent });
	}
})();
