/*
 * The states of the settings page as one table, and the one function that draws them.
 * settings.mjs decides which state it is.  Text goes through textContent; nothing here asks or waits.
 */
import { renderActivity, renderMoney } from "./settings-books.mjs";
import { renderBrand } from "./settings-brand.mjs";
import { renderCheck, renderKeys, renderProcessor } from "./settings-connection.mjs";
import { byId, setText } from "./settings-draw.mjs";
import { say } from "./words.mjs";

/*
 * view: which of the four pictures.
 * A panel: tone and icon; its words are <name>Title and <name>Text; button is the word on its button,
 * press the function of settings.mjs behind it.
 */
export const STATES = {
	connecting: { view: "skeleton" },
	location: { view: "location" },
	brand: { view: "brand" },

	orphan: { view: "panel", icon: "info" },
	late: { view: "panel", icon: "link", tone: "wait", button: "retry", press: "open" },
	refused: { view: "panel", icon: "cross", tone: "bad", button: "retry", press: "open" },
	expired: { view: "panel", icon: "clock", tone: "wait", button: "reload", press: "reload" },
	trouble: { view: "panel", icon: "cross", tone: "bad", button: "retry", press: "open" },
	limited: { view: "panel", icon: "clock", tone: "wait", button: "retry", press: "open" },
};

/* How a mode stands: words <word>Title and <word>Text, or what the row says instead. */
const STANDINGS = {
	wanted: { icon: "clock", tone: "wait" },
	paused: { icon: "cross", tone: "bad" },
	dead: { icon: "cross", tone: "bad" },
	uninstalled: { icon: "cross", tone: "bad" },
	setUp: { icon: "hand", tone: "wait", hasMode: true },
	checking: { icon: "clock" },
	unchecked: { icon: "info" },
	attention: { icon: "cross", tone: "bad" },
	left: { icon: "hand", tone: "wait", text: "help_default" },
	ready: { icon: "check", tone: "good", hasMode: true },
};

/**
 * Draw the page.
 * @param {object} state settings.mjs's; state.words is null until a language is loaded.
 */
export function render(state) {
	const row = STATES[state.name];
	const main = byId("settings");
	main.dataset.view = row.view;
	main.dataset.state = state.name;
	main.dataset.tone = row.tone ?? "";
	main.setAttribute("aria-busy", String(row.view === "skeleton"));
	byId("panel").hidden = row.view !== "panel";
	byId("location").hidden = row.view !== "location";
	byId("brand").hidden = row.view !== "brand";
	if (!state.words) {
		return;
	}
	renderHead(state, row);
	setText("note", noteOf(state, row));
	if (row.view === "panel") {
		renderPanel(state, row);
	} else if (row.view === "location") {
		renderLocation(state);
	} else if (row.view === "brand") {
		renderBrand(state);
	}
	renderQuestion(state);
}

/** What the location has of the mode that is looked at. */
export function modeOf({ location, mode }) {
	return location.modes.find((one) => one.mode === mode);
}

/** The links of the chain that belong to the mode that is looked at; null until they were checked. */
export function linksOf({ check, mode }) {
	return check.data?.links.filter((link) => link.mode === null || link.mode === mode) ?? null;
}

/** A row of STANDINGS: what keeps payments of this mode from working, the first thing first. */
export function standingOf(state) {
	const { installation } = state.location;
	if (installation.state !== "active") {
		return installation.state;
	}
	if (!modeOf(state).setUp) {
		return "setUp";
	}
	const links = linksOf(state);
	if (links === null || state.check.isFailed) {
		return state.check.isFailed ? "unchecked" : "checking";
	}
	if (links.some((link) => link.state === "broken")) {
		return "attention";
	}
	const open = links.filter((link) => link.state !== "ok");
	return open.length === 0 ? "ready" : open.every((link) => NEEDS_A_PAYMENT.has(link.id)) ? "left" : "unchecked";
}

/* Links that only a payment can tell about: until then the merchant has to see to them. */
const NEEDS_A_PAYMENT = new Set(["queried", "default"]);

function renderHead({ session, location, mode, words }, row) {
	const isOpen = row.view === "location" || row.view === "brand";
	const { name: brand, logoUrl } = session?.brand ?? { name: "", logoUrl: null };
	document.title = say(words, "title");
	setText("title", say(words, "title"));
	const places = isOpen ? [brand, row.view === "location" ? location.location.name ?? location.location.id : ""] : [];
	setText("place", places.filter(Boolean).join(" · "));
	showPicture(byId("logo"), isOpen ? logoUrl : null);
	byId("modes").hidden = row.view !== "location";
	byId("modes").setAttribute("aria-label", say(words, "modes"));
	for (const one of ["test", "live"]) {
		setText(`mode-${one}`, say(words, one));
		byId(`mode-${one}`).setAttribute("aria-pressed", String(one === mode));
	}
}

/** A logo; one that cannot be loaded is no picture at all. */
export function showPicture(image, address) {
	const isUsable = /^https:\/\//.test(address ?? "");
	if (!isUsable) {
		image.removeAttribute("src");
		image.hidden = true;
	} else if (image.getAttribute("src") !== address) {
		image.hidden = true;
		image.onload = () => {
			image.hidden = false;
		};
		image.src = address;
	}
}

function noteOf({ words, session, isOnline }, row) {
	const isOpen = row.view === "location" || row.view === "brand";
	const notes = [
		["loading", row.view === "skeleton"],
		["offlineNote", !isOnline],
		["lookOnly", isOpen && session.canEdit === false],
	];
	const note = notes.find(([, isSo]) => isSo);
	return note ? say(words, note[0]) : "";
}

function renderPanel({ name, words, requestId }, row) {
	byId("panel-icon").setAttribute("href", `#icon-${row.icon}`);
	setText("panel-title", say(words, `${name}Title`));
	setText("panel-text", say(words, `${name}Text`));
	byId("panel-press").hidden = !row.button;
	setText("panel-press", row.button ? say(words, row.button) : "");
	setText("panel-reference", requestId ? say(words, "reference", { id: requestId }) : "");
}

function renderLocation(state) {
	renderStanding(state);
	renderCheck(state, linksOf(state));
	renderProcessor(state, modeOf(state));
	renderKeys(state, modeOf(state));
	renderMoney(state);
	renderActivity(state);
}

function renderStanding(state) {
	const { words, mode, session } = state;
	const name = standingOf(state);
	const row = STANDINGS[name] ?? STANDINGS.unchecked;
	byId("standing").dataset.tone = row.tone ?? "";
	byId("standing").dataset.standing = name;
	byId("standing-icon").setAttribute("href", `#icon-${row.icon}`);
	setText("standing-title", say(words, row.hasMode ? `${name}Title_${mode}` : `${name}Title`));
	setText("standing-text", say(words, name === "setUp" ? setUpWord(session, modeOf(state))
		: row.text ?? (row.hasMode ? `${name}Text_${mode}` : `${name}Text`)));
	setText("standing-mode", say(words, `${mode}Text`));
}

function setUpWord({ canEdit }, { processors }) {
	return processors.length === 0 ? "processorNone" : canEdit ? "setUpText" : "setUpAsk";
}

/* rotate or revoke, which are asked about before they are done. */
function renderQuestion({ question, words, busy }) {
	const dialog = byId("question");
	if (question === "") {
		if (dialog.open) {
			dialog.close();
		}
		return;
	}
	setText("question-title", say(words, `${question}Title`));
	setText("question-text", say(words, `${question}Text`));
	setText("question-yes", say(words, busy === question ? "working" : question));
	setText("question-no", say(words, "cancel"));
	byId("question-yes").setAttribute("aria-disabled", String(busy !== ""));
	byId("question-yes").classList.toggle("button-danger", question === "revoke");
	if (!dialog.open) {
		dialog.showModal();
	}
}
