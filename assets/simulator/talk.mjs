/*
 * What was said about an order, drawn: one folding entry for each message and each query.  Used by order.mjs.
 */
import { described } from "./protocol.mjs";
import { element, paintBadge, time } from "./view.mjs";

/** @param {any} order */
export function talkCount(order) {
	const { messages, queries } = order;
	if (messages.length + queries.length === 0)
		return "Nothing yet.";
	return `${count(messages.length, "message", "messages")}, ${count(queries.length, "query", "queries")}, newest last.`;
}

function count(number, one, many) {
	return `${number} ${number === 1 ? one : many}`;
}

/** Only what is new or has changed is drawn, so that an entry stays folded as the reader left it. */
export function renderTalk(list, order) {
	const entries = [...order.messages, ...order.queries].sort((a, b) => a.id - b.id);
	for (const entry of entries) {
		const key = `event-${entry.id}`;
		const version = entry.outcome ?? "message";
		const shown = document.getElementById(key);
		if (shown?.dataset.version === version)
			continue;
		const item = element("li", "", "request" in entry ? queryEntry(entry) : messageEntry(entry));
		item.id = key;
		item.dataset.version = version;
		if (shown === null)
			list.append(item);
		else
			shown.replaceWith(item);
	}
}

function messageEntry(entry) {
	const { type, form, text } = described(entry.message);
	const received = entry.direction === "received";
	const ignored = entry.note !== "" && /^(ignored|unable)/.test(entry.note);
	return details(`event ${entry.direction}${ignored ? " ignored" : ""}`, !ignored, [
		element("span", "way", received ? "← from the frame" : "→ to the frame"),
		element("span", "type code", type),
		element("span", "muted", form),
		time(entry.at),
	], [
		...entry.note === "" ? [] : [element("p", "note", entry.note)],
		json(`Message ${entry.id}`, text),
	]);
}

function queryEntry(entry) {
	const badge = element("span", "");
	paintBadge(badge, entry.outcome);
	const took = entry.durationMs === null ? "under way" : `${Math.round(entry.durationMs)} ms`;
	return details("event query", true, [
		element("span", "way", "⇄ query"),
		element("span", "type code", entry.request.type),
		badge,
		element("span", "muted", entry.httpStatus === null ? took : `HTTP ${entry.httpStatus}, ${took}`),
		time(entry.at),
	], [
		...entry.reason === "" ? [] : [element("p", "note", entry.reason)],
		element("p", "label", "Request"), json(`Request of query ${entry.id}`, JSON.stringify(entry.request, null, 2)),
		...entry.answer === null ? [] : [
			element("p", "label", "Answer"), json(`Answer to query ${entry.id}`, JSON.stringify(entry.answer, null, 2)),
		],
	]);
}

function details(className, open, head, body) {
	const made = /** @type {HTMLDetailsElement} */ (element("details", className, element("summary", "", ...head), ...body));
	made.open = open;
	return made;
}

/** Long lines scroll inside, so it has to be reachable by keyboard, and named. */
function json(name, text) {
	const made = element("pre", "", text);
	made.tabIndex = 0;
	made.setAttribute("role", "region");
	made.setAttribute("aria-label", name);
	return made;
}
