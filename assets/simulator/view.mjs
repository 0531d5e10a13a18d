/* Small things that all pages need: elements, requests, words for times and amounts. */

/** What can stand in an address. */
export const CONTACT_ID = /^(?!\.{1,2}$)[\w.-]{1,64}$/;

const TIME = /** @type {const} */ ({
	hour: "2-digit", minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3, hour12: false,
});
const DAY = /** @type {const} */ ({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

/**
 * An element with a class, and children that are elements or text.
 * @param {string} name
 * @param {string} className
 * @param {...(Node | string)} children
 */
export function element(name, className, ...children) {
	const made = document.createElement(name);
	if (className !== "")
		made.className = className;
	made.append(...children);
	return made;
}

/** @param {string} id */
export function byId(id) {
	const found = document.getElementById(id);
	if (found === null)
		throw new Error(`the page has no #${id}`);
	return found;
}

/**
 * Ask the simulator's JSON API.
 * @param {string} path
 * @param {object} [body] makes it a POST
 * @param {string} [method] unless it is another one
 * @returns {Promise<any>} rejects with an Error whose message is for the reader
 */
export async function api(path, body, method = body === undefined ? "GET" : "POST") {
	let response, answer;
	try {
		response = await fetch(path, {
			method,
			...body !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(body) },
		});
		answer = await response.json();
	} catch {
		throw new Error("The simulator did not answer. Is it still running?");
	}
	if (!response.ok) {
		const { message, detail } = answer.error ?? {};
		throw new Error(sentence(detail ?? message ?? `status ${response.status}`));
	}
	return answer;
}

/** A link with a class. @param {string} href @param {string} text @param {string} [className] */
export function linkTo(href, text, className = "") {
	const made = /** @type {HTMLAnchorElement} */ (element("a", className, text));
	made.href = href;
	return made;
}

/** A button that does something now. @param {string} text @param {() => void} act */
export function buttonTo(text, act) {
	const made = /** @type {HTMLButtonElement} */ (element("button", "", text));
	made.type = "button";
	made.addEventListener("click", act);
	return made;
}

/** Facts of a dl. @param {[string, Node | string, string][]} rows name, value, class of the value */
export function factsOf(rows) {
	return rows.map(([name, value, kind]) => element("div", "", element("dt", "", name), element("dd", kind, value)));
}

/** One choice of a group. @param {"radio" | "checkbox"} type @param {string} name @param {string} value */
export function choiceOf(type, name, value, ...words) {
	const input = /** @type {HTMLInputElement} */ (element("input", ""));
	Object.assign(input, { type, name, value });
	return element("label", "choice", input, element("span", "", ...words));
}

/** Say at a form what is wrong; "" takes it away. @param {string} id of the place for it @param {string} text */
export function showFormError(id, text) {
	const box = byId(id);
	box.textContent = text;
	box.hidden = text === "";
	if (text !== "")
		box.focus();
}

/** @param {string} status of an order or a query */
export function paintBadge(badge, status) {
	badge.className = `badge ${status}`;
	badge.textContent = status.replaceAll("_", " ");
}

/** A contact's page; an id that no address can hold has none. */
export function contactLink(id, text) {
	if (!CONTACT_ID.test(id))
		return element("span", "", text);
	const link = /** @type {HTMLAnchorElement} */ (element("a", "", text));
	link.href = `/contacts/${id}`;
	return link;
}

/** @param {number} amount @param {string} currency */
export function money(amount, currency) {
	return new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" }).format(amount);
}

/** @param {string} at RFC 3339 */
export function time(at) {
	const made = /** @type {HTMLTimeElement} */ (element("time", "muted"));
	made.dateTime = at;
	made.textContent = new Date(at).toLocaleTimeString("en-GB", TIME);
	return made;
}

/** @param {string} at RFC 3339 */
export function day(at) {
	return new Date(at).toLocaleString("en-GB", DAY);
}

/** @param {string} text */
function sentence(text) {
	return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
