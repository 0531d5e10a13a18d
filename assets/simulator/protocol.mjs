/*
 * The parent's side of the checkout protocol, without a page around it: what a message out of the frame
 * means to a parent of each dialect, and the form in which the parent speaks.
 */

/** @typedef {"live" | "brief"} Dialect */
/** @typedef {"unreadable" | "other" | "ready" | "success" | "error" | "close"} Kind */

/** @type {Record<string, Kind>} */
const KINDS = {
	custom_provider_ready: "ready",
	custom_element_success_response: "success",
	custom_element_error_response: "error",
	custom_element_close_response: "close",
};

/**
 * Live parents parse strings and lose everything else; the brief's parents read objects.
 * @param {Dialect} dialect
 * @param {unknown} data what postMessage brought
 * @returns {Kind}
 */
export function kindOf(dialect, data) {
	const message = heard(dialect, data);
	if (message === null)
		return "unreadable";
	const { type } = message;
	return typeof type === "string" && Object.hasOwn(KINDS, type) ? KINDS[type] : "other";
}

/**
 * Whether a ready message says that the checkout can save cards: only then it is asked to.
 * @param {Dialect} dialect
 * @param {unknown} data
 */
export function savesCards(dialect, data) {
	const message = heard(dialect, data);
	const holder = dialect === "live" ? message : message?.data;
	return holder?.addCardOnFileSupported === true;
}

/**
 * The object that a parent of this dialect makes of a message; null when it can make none.
 * @returns {Record<string, any> | null}
 */
function heard(dialect, data) {
	const message = dialect === "brief" ? data : typeof data === "string" ? parsed(data) : undefined;
	return typeof message === "object" && !Array.isArray(message) ? message : null;
}

/**
 * @param {Dialect} dialect
 * @param {object} props
 * @returns {string | object} what goes into postMessage
 */
export function spoken(dialect, props) {
	return dialect === "live" ? JSON.stringify(props) : props;
}

/**
 * What a person wants to see of a message: its type, and its JSON with lines.
 * @param {unknown} message
 * @returns {{ type: string, form: "string" | "object", text: string }}
 */
export function described(message) {
	const isString = typeof message === "string";
	const inner = isString ? parsed(message) : message;
	const type = inner !== null && typeof inner === "object" && "type" in inner ? String(inner.type) : "no type";
	return {
		type,
		form: isString ? "string" : "object",
		text: inner === undefined ? String(message) : JSON.stringify(inner, null, 2),
	};
}

/** @param {string} text @returns {unknown} undefined when it is no JSON */
function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
