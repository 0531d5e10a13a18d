/*
 * The states of the checkout page as one table, and the one function that draws them.
 * checkout.mjs decides which state it is.  Text goes through textContent; nothing here asks or waits.
 */
import { maySave } from "./kind.mjs";
import { formatMoney } from "./money.mjs";
import { declineText, say } from "./words.mjs";

/*
 * view: which of the three pictures.
 * A form: busy (fields locked, the button turns), isAsking (the frame asks for 3-D Secure), note (a word).
 * A panel: tone and icon; its words are <name>Title and <name>Text; button is the word on its button,
 * press the function of checkout.mjs behind it; hasAmount shows the order above it.
 * A card that is saved without a payment goes through the same states, with words of its own and no order.
 */
export const STATES = {
	connecting: { view: "skeleton", note: "loading" },
	opening: { view: "skeleton", note: "loading" },

	open: { view: "form", mayPay: true },
	declined: { view: "form", mayPay: true },
	paying: { view: "form", busy: true },
	waiting: { view: "form", busy: true, note: "waitBank" },
	action: { view: "form", isAsking: true, note: "actionNote" },

	orphan: { view: "panel", icon: "info" },
	late: { view: "panel", icon: "link", tone: "wait", hasChecks: true, button: "retry", press: "waitAgain" },
	key: { view: "panel", icon: "link", tone: "bad", hasChecks: true },
	offline: { view: "panel", icon: "link", tone: "wait", button: "retry", press: "wake" },
	away: { view: "panel", icon: "clock", tone: "wait", button: "retry", press: "wake" },
	trouble: { view: "panel", icon: "cross", tone: "bad", button: "retry", press: "openOrder" },
	limited: { view: "panel", icon: "clock", tone: "wait", button: "retry", press: "openOrder" },
	fields: { view: "panel", icon: "cross", tone: "bad", button: "retry", press: "reopenFields" },
	resuming: { view: "panel", icon: "clock", tone: "wait", busy: true, hasAmount: true },
	unsure: { view: "panel", icon: "clock", tone: "wait", hasAmount: true, button: "check", press: "checkAgain" },
	pending: { view: "panel", icon: "clock", tone: "wait", hasAmount: true },
	long: { view: "panel", icon: "clock", tone: "wait", hasAmount: true },
	succeeded: { view: "panel", icon: "check", tone: "good" },
	paid: { view: "panel", icon: "check", tone: "good" },
	failed: { view: "panel", icon: "cross", tone: "bad" },
	cancelled: { view: "panel", icon: "info", button: "back", press: "reload" },
};

const ITEMS_SHOWN_MAX = 4;
const AMOUNT_SHORT_LENGTH = 10;
const AMOUNT_MEDIUM_LENGTH = 15;

const byId = (id) => document.getElementById(id);

/**
 * Draw the page.
 * @param {object} state checkout.mjs's; state.words is null until a language is loaded.
 */
export function render(state) {
	const row = STATES[state.name];
	const main = byId("checkout");
	main.dataset.view = row.view;
	main.dataset.state = state.name;
	main.dataset.kind = state.props?.kind ?? "";
	main.dataset.tone = row.tone ?? "";
	main.dataset.frame = row.view === "form" && !state.isFrameDrawn ? "waiting" : "drawn";
	main.toggleAttribute("data-busy", Boolean(row.busy));
	main.toggleAttribute("data-single", row.view === "panel" || state.props?.kind === "setup");
	main.setAttribute("aria-busy", String(row.view === "skeleton"));
	if (state.words) {
		renderHead(state);
		renderOrder(state, row);
		renderForm(state, row);
		renderPanel(state, row);
		setText("note", noteOf(state, row));
	}
}

/** Whether the pay button does something now. */
export function mayPay(state) {
	return Boolean(STATES[state.name].mayPay) && state.isFrameDrawn && state.isOnline;
}

/** The amount of the session as the payer reads it; nothing where nothing is paid. */
export function amountOf({ session, language }) {
	return session?.amount ? formatMoney(session.amount, session.currency, language.tag) : { text: "", parts: [] };
}

function renderHead(state) {
	document.title = say(state.words, "title");
	setText("title", say(state.words, "title"));
	setText("badge", say(state.words, "test"));
	byId("badge").hidden = state.session?.mode !== "test";
}

function renderOrder(state, row) {
	const isSetup = state.props?.kind === "setup";
	const isKnown = !isSetup && state.session !== null && (row.view === "form" || Boolean(row.hasAmount));
	byId("order").hidden = isSetup || (!isKnown && row.view !== "skeleton");
	setText("total", say(state.words, "total"));
	if (!isKnown) {
		return;
	}
	const money = amountOf(state);
	byId("amount").dataset.length = money.text.length <= AMOUNT_SHORT_LENGTH ? "short"
		: money.text.length <= AMOUNT_MEDIUM_LENGTH ? "medium" : "long";
	byId("amount").replaceChildren(...money.parts.map((part) => element("span", `amount-${part.kind}`, part.text)));
	byId("items").replaceChildren(...itemRows(state));
}

function itemRows(state) {
	const items = state.props?.items ?? [];
	const rows = items.slice(0, ITEMS_SHOWN_MAX).map(({ name, quantity }) => {
		const row = element("li", "item", "");
		row.append(element("span", "item-name", name));
		if (quantity > 1) {
			row.append(element("span", "item-quantity", `× ${quantity.toLocaleString(state.language.tag)}`));
		}
		return row;
	});
	if (items.length > ITEMS_SHOWN_MAX) {
		rows.push(element("li", "item", say(state.words, "more", { count: items.length - ITEMS_SHOWN_MAX })));
	}
	return rows;
}

function renderForm(state, row) {
	const { words } = state;
	byId("form").hidden = row.view === "panel";
	byId("frame").title = words.frame.cardDetails;
	byId("buttons").hidden = Boolean(row.isAsking);
	byId("cancel").hidden = Boolean(row.busy);
	setText("form-title", words.frame.cardDetails);
	setText("lead", say(words, "lead"));
	setText("cancel", say(words, "cancel"));
	setText("privacy", say(words, "privacy"));
	if (row.view === "form") {
		const label = row.busy ? say(words, "paying") : say(words, "pay", { amount: amountOf(state).text });
		setText("pay-label", label);
		byId("pay").setAttribute("aria-disabled", String(!mayPay(state)));
	}
	renderConsent(state, row);
	renderAlert(state);
}

function renderConsent(state, row) {
	byId("consent").hidden = !maySave(state) || Boolean(row.isAsking);
	byId("save").checked = state.isSaving;
	byId("save").disabled = Boolean(row.busy);
	setText("save-label", say(state.words, "save"));
	setText("save-text", say(state.words, "saveText"));
}

/* Where the server or the bank was not reached, another card is no help. */
const UNREACHED = new Set(["away", "not_sent"]);

function renderAlert({ alert, words }) {
	const help = UNREACHED.has(alert) ? "fieldsText" : "declineHelp";
	const texts = alert ? [declineText(words, alert), say(words, help)] : [];
	/* Filled only when it changes, or it would be read out again. */
	if (byId("alert").textContent !== texts.join("")) {
		byId("alert").replaceChildren(...texts.map((text, place) =>
			element("p", place === 0 ? "alert-title" : "alert-text", text)));
	}
}

function renderPanel(state, row) {
	const { name, words } = state;
	byId("panel").hidden = row.view !== "panel";
	if (row.view !== "panel") {
		return;
	}
	byId("panel-icon").setAttribute("href", `#icon-${row.icon}`);
	setText("panel-title", say(words, `${name}Title`));
	setText("panel-text", say(words, state.text || `${name}Text`, { amount: amountOf(state).text }));
	renderCard(state, row);
	byId("retry").hidden = !row.button;
	setText("retry", row.button ? say(words, row.button) : "");
	setText("reference", state.requestId ? say(words, "reference", { id: state.requestId }) : "");
	byId("seller").hidden = !row.hasChecks;
	setText("seller-title", say(words, "sellerTitle"));
	byId("seller-checks").replaceChildren(...checksOf(state).map((check) => element("li", "", check)));
}

const BRANDS = { visa: "Visa", mastercard: "Mastercard" };

/* The card that a setup has saved. */
function renderCard({ session, words }, row) {
	const card = row.tone === "good" ? session?.card : null;
	byId("card").hidden = !card;
	if (!card) {
		return;
	}
	const picture = document.createElement("img");
	const name = Object.hasOwn(BRANDS, card.brand) ? card.brand : "other";
	Object.assign(picture, { src: `/assets/card-${name}.svg`, alt: "", width: 40, height: 26 });
	const text = say(words, "card", { brand: BRANDS[name] ?? say(words, "otherCard"), last4: card.last4 });
	byId("card").replaceChildren(picture, element("span", "", text));
}

function checksOf({ words, wrongField }) {
	return wrongField
		? [say(words, "sellerField", { field: wrongField })]
		: ["sellerConnected", "sellerDefault", "sellerMode"].map((check) => say(words, check));
}

function noteOf(state, row) {
	const isIdleForm = row.view === "form" && !row.busy;
	const notes = [
		["brokenNote", state.isBroken],
		["waitLong", row.busy && state.isLong],
		[row.note, Boolean(row.note)],
		["offlineNote", isIdleForm && !state.isOnline],
		["lastAttempt", isIdleForm && state.session?.attemptsLeft === 1],
	];
	const note = notes.find(([, isSo]) => isSo);
	return note ? say(state.words, note[0]) : "";
}

/* Unchanged text is left alone, so that a live region does not repeat itself. */
function setText(id, text) {
	if (byId(id).textContent !== text) {
		byId(id).textContent = text;
	}
}

function element(tag, className, textContent) {
	return Object.assign(document.createElement(tag), { className, textContent });
}
