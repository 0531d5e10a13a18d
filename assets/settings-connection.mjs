/*
 * How a mode is connected: the chain of the self-check, the processor, the keys.  settings-render.mjs draws
 * with it.  Credentials are typed into fields that are never filled by us.
 */
import { byId, element, icon, renew, setText } from "./settings-draw.mjs";
import { momentText } from "./settings-text.mjs";
import { failureText, helpOf } from "./settings-words.mjs";
import { say } from "./words.mjs";

const LINK_ICONS = { ok: "check", broken: "cross", unknown: "hand", skipped: "wait" };

/* --- the chain ----------------------------------------------------------------------------------- */

/** @param {object[] | null} links Those of the mode; null: not known yet. */
export function renderCheck({ words, check, language, session }, links) {
	setText("check-title", say(words, "checkTitle"));
	setText("check-again", say(words, check.isLoading ? "checking" : "checkAgain"));
	byId("check-again").setAttribute("aria-disabled", String(check.isLoading));
	byId("check-failed").hidden = !check.isFailed;
	setText("check-failed", check.isFailed ? say(words, "uncheckedText") : "");
	setText("checked-at", links ? say(words, "checkedAt", { at: momentText(check.data.checkedAt, language.tag) }) : "");
	byId("chain").toggleAttribute("data-busy", check.isLoading);
	/* Links of another mode are another list, even when each of them looks the same. */
	renew(byId("chain"), [words, JSON.stringify(links)], () =>
		(links ?? PENDING_LINKS).map((link) => linkRow(link, words, language.tag)));
	renderSupport(words, session.brand.support);
}

/* What is shown before the first answer, so that the page does not jump. */
const PENDING_LINKS = ["token", "registered", "connected", "reachable", "queried", "default"]
	.map((id) => ({ id, state: "pending", reason: null, seenAt: null }));

function linkRow(link, words, tag) {
	const row = element("li", "link", [
		element("span", "link-dot", LINK_ICONS[link.state] ? [icon(LINK_ICONS[link.state])] : ""),
		element("p", "link-name", [
			element("span", "", words[`link_${link.id}`] ?? link.id),
			element("span", "link-state", words[`state_${link.state}`] ?? ""),
		]),
	]);
	row.dataset.link = link.id;
	row.dataset.state = link.state;
	const help = link.state === "pending" ? "" : helpOf(words, link);
	const seen = momentText(link.seenAt, tag);
	const texts = [help, seen && say(words, "seenAt", { at: seen })].filter(Boolean);
	row.append(...texts.map((text) => element("p", "link-help", text)));
	return row;
}

/* What a brand gives is text: only what is plainly an address becomes a link. */
function renderSupport(words, support) {
	renew(byId("support"), [words, support], () => {
		if (!support) {
			return [];
		}
		const [before, behind] = say(words, "support", { support: "\u0000" }).split("\u0000");
		return [before, supportNode(support), behind];
	});
}

function supportNode(support) {
	const isMail = /^[^\s@:/?&]+@[^\s@:/?&]+\.[^\s@:/?&]+$/.test(support);
	if (!isMail && !/^https:\/\/[^\s]+$/.test(support)) {
		return support;
	}
	const link = element("a", "", support);
	Object.assign(link, { href: isMail ? `mailto:${support}` : support, target: "_blank", rel: "noopener noreferrer" });
	return link;
}

/* --- the processor -------------------------------------------------------------------------------- */

/** Whether the form is open: because somebody wants to change it, or because there is nothing yet. */
export function isEditing({ session, editing, location }, mode) {
	return Boolean(session.canEdit) && location.installation.state === "active" && mode.processors.length > 0
		&& (editing || !mode.setUp);
}

/** The processor that the form is about. */
export function chosenOf({ processor }, { processors, processor: current }) {
	return processors.find(({ name }) => name === processor)
		?? processors.find(({ name }) => name === current?.name) ?? processors[0];
}

export function renderProcessor(state, mode) {
	const { words, busy } = state;
	const isOpen = isEditing(state, mode);
	setText("processor-title", say(words, "processorTitle"));
	setText("processor-text", say(words, mode.processors.length === 0 ? "processorNone" : "processorText"));
	setText("processor-change", say(words, "change"));
	byId("processor-change").hidden = isOpen || !isEditing({ ...state, editing: true }, mode);
	renderTold("processor", state);
	renew(byId("processor-facts"), [words, mode, isOpen], () => (isOpen || mode.processors.length === 0 ? [] : processorFacts(words, mode)));
	byId("processor-form").hidden = !isOpen;
	if (isOpen) {
		renderProcessorForm(state, mode);
	}
	setText("processor-save", say(words, busy === "processor" ? "saving" : "save"));
	byId("processor-save").setAttribute("aria-disabled", String(busy !== ""));
	setText("processor-cancel", say(words, "cancel"));
	byId("processor-cancel").hidden = !mode.setUp;
}

/* Nobody says which fields were filled; of a mode that is set up, those are that must be. */
function processorFacts(words, { processor, processors }) {
	if (!processor) {
		return [fact(say(words, "processorTitle"), say(words, "processorUnset"))];
	}
	const fields = processors.find(({ name }) => name === processor.name)?.fields ?? [];
	return [
		fact(say(words, "processorTitle"), processor.label),
		...fields.filter(({ required }) => required).map(({ label }) => fact(label, storedText(words))),
	];
}

function storedText(words) {
	return `•••••••• ${say(words, "stored")}`;
}

function renderProcessorForm(state, mode) {
	const { words, wrong } = state;
	const chosen = chosenOf(state, mode);
	setText("processor-label", say(words, "processorTitle"));
	renew(byId("processor"), [mode.processors], () => mode.processors.map(({ name, label }) => new Option(label, name)));
	byId("processor").value = chosen.name;
	byId("processor-choice").hidden = mode.processors.length === 1 && !mode.setUp;
	renew(byId("processor-fields"), [words, mode.mode, chosen.name, state.formTurn], () =>
		chosen.fields.map((field) => credentialField(field, words, { mode, chosen: chosen.name })));
	setText("processor-replaces", mode.setUp && chosen.fields.length > 0 ? say(words, "replaces") : "");
	for (const { name } of chosen.fields) {
		markWrong(`credential-${name}`, wrong[name] ?? "");
	}
}

function credentialField({ name, label, secret, required }, words, { mode, chosen }) {
	const id = `credential-${name}`;
	const input = element("input", "input");
	Object.assign(input, {
		id, name, type: secret ? "password" : "text", required, maxLength: 4000,
		autocomplete: secret ? "new-password" : "off", spellcheck: false,
		placeholder: required && mode.setUp && mode.processor?.name === chosen ? storedText(words) : "",
	});
	input.setAttribute("aria-describedby", `${id}-wrong`);
	const title = element("label", "", required ? label : [label, element("span", "optional", say(words, "optional"))]);
	title.htmlFor = id;
	const wrong = element("p", "wrong");
	wrong.id = `${id}-wrong`;
	return element("div", "field", [title, input, wrong]);
}

/** Say at a field what is wrong with it; "" when nothing is. */
export function markWrong(id, text) {
	byId(id).setAttribute("aria-invalid", String(text !== ""));
	setText(`${id}-wrong`, text);
}

/* --- the keys -------------------------------------------------------------------------------------- */

export function renderKeys(state, mode) {
	const { words, language, session, location, busy } = state;
	const { keys } = mode;
	setText("keys-title", say(words, "keysTitle"));
	setText("keys-text", say(words, keys ? "keysText" : "keysNone"));
	renderTold("keys", state);
	renew(byId("keys-facts"), [words, mode], () => keys ? keyFacts(words, keys, language.tag) : []);
	const mayChange = Boolean(session.canEdit) && keys !== null && location.installation.state === "active";
	byId("keys-buttons").hidden = !mayChange;
	byId("revoke").hidden = !keys?.previous;
	byId("rotate").hidden = Boolean(keys?.previous);
	setText("rotate", say(words, "rotate"));
	setText("revoke", say(words, "revoke"));
	byId("keys-buttons").setAttribute("aria-busy", String(busy !== ""));
}

function keyFacts(words, { apiKey, publishableKey, previous }, tag) {
	const facts = [
		fact(say(words, "apiKey"), secretText(apiKey), say(words, "madeAt", { at: momentText(apiKey.createdAt, tag) })),
		fact(say(words, "publishableKey"), publishableKey.text, say(words, "madeAt", { at: momentText(publishableKey.createdAt, tag) })),
	];
	if (previous) {
		facts.push(fact(say(words, "previous"), secretText({ prefix: apiKey.prefix, ...previous }),
			say(words, "madeAt", { at: momentText(previous.createdAt, tag) })));
	}
	return facts;
}

function secretText({ prefix, lastFour }) {
	return `${prefix}••••••••${lastFour ?? "••••"}`;
}

/* --- what they share -------------------------------------------------------------------------------- */

function fact(name, value, more = "") {
	return element("div", "fact", [
		element("dt", "fact-name", name),
		element("dd", "fact-value", [element("span", "fact-text", value), ...(more ? [element("span", "small", more)] : [])]),
	]);
}

/** What became of the last change in this part. */
export function renderTold(part, { told, words }) {
	const isHere = told?.part === part;
	const text = !isHere ? "" : told.word ? say(words, told.word) : failureText(words, told.code);
	const reference = isHere && told.requestId ? ` ${say(words, "reference", { id: told.requestId })}` : "";
	byId(`${part}-told`).dataset.tone = isHere ? (told.word ? "good" : "bad") : "";
	setText(`${part}-told`, text + reference);
}
