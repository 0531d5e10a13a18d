/*
 * What the platform does wrong on purpose when the provider calls it, and the calls that came.
 */
import { followed, showError } from "./follow.mjs";
import { api, byId, choiceOf, element, showFormError, time } from "./view.mjs";

const KINDS = [
	["slow", "it answers after the delay"],
	["429", "too many requests"],
	["500", "an error of the platform"],
	["reset", "the connection is closed, nothing was done"],
	["lost", "it is done, and the connection is closed without an answer"],
	["malformed", "the answer is no JSON"],
];

const follow = followed("/simulator/faults", render);

function render({ faults }) {
	byId("on-state").textContent = faults.length === 0 ? "Nothing goes wrong." : "";
	byId("on").replaceChildren(...faults.map((fault) => element("li", "",
		element("span", "code", fault.path), element("span", "badge", fault.kind),
		element("span", "", fault.count === 1 ? "once more" : `${fault.count} times more`), ...fault.kind === "slow" ? [element("span", "muted", `${fault.ms} ms`)] : [])));
	/** @type {HTMLButtonElement} */ (byId("clear")).disabled = faults.length === 0;
}

const calls = followed("/simulator/calls", (answer) => {
	byId("calls-state").textContent = answer.calls.length === 0 ? "None yet." : `The newest ${answer.calls.length}, newest first.`;
	const list = byId("calls");
	const known = new Set(answer.calls.map((one) => `call-${one.id}`));
	Array.from(list.children).filter((item) => !known.has(item.id)).forEach((item) => item.remove());
	answer.calls.filter((one) => document.getElementById(`call-${one.id}`) === null)
		.reverse().forEach((one) => list.prepend(callEntry(one)));
});

function callEntry(one) {
	const isGood = one.httpStatus >= 200 && one.httpStatus <= 299;
	const item = element("li", "", element("details", `event ${isGood ? "delivered" : "given_up"}`,
		element("summary", "", element("span", "way", one.method), element("span", "type code", one.path),
			element("span", `badge ${isGood ? "delivered" : "failed"}`, String(one.httpStatus)),
			...one.class === null ? [] : [element("span", "muted", `token of a ${one.class.toLowerCase()}`)], time(one.at)),
		...[["Query", one.query], ["Body", one.body], ["Answer", one.answer]].flatMap(([name, value]) => jsonOf(name, value, one.id))));
	item.id = `call-${one.id}`;
	return item;
}

/** Long lines scroll inside, so it has to be reachable by keyboard, and named; nothing for nothing. */
function jsonOf(name, value, id) {
	if (value === null || Object.keys(value).length === 0)
		return [];
	const pre = element("pre", "", JSON.stringify(value, null, 2));
	pre.tabIndex = 0;
	pre.setAttribute("role", "region");
	pre.setAttribute("aria-label", `${name} of call ${id}`);
	return [element("p", "label", name), pre];
}

byId("fault-kinds").append(...KINDS.map(([value, words]) =>
	choiceOf("radio", "kind", value, element("b", "", value), ` ${words}`)));
/** @type {HTMLInputElement} */ (document.querySelector('input[name="kind"]')).checked = true;

byId("fault").addEventListener("submit", async (event) => {
	event.preventDefault();
	const value = (id) => /** @type {HTMLInputElement} */ (byId(id)).value.trim();
	const kind = String(new FormData(/** @type {HTMLFormElement} */ (event.target)).get("kind"));
	const isFine = /^[1-9]\d{0,3}$/.test(value("fault-count")) && /^\d{1,5}$/.test(value("fault-ms"));
	showFormError("fault-error", isFine ? "" : "How often is 1 to 9999, the delay is up to 99999 ms.");
	if (!isFine)
		return;
	try {
		await follow.busyWith(api("/simulator/faults", {
			path: value("fault-path"), kind, count: Number(value("fault-count")), ...kind === "slow" && { ms: Number(value("fault-ms")) },
		}));
	} catch (error) {
		showFormError("fault-error", error.message);
	}
});

byId("clear").addEventListener("click", async () => {
	try {
		await follow.busyWith(api("/simulator/faults", undefined, "DELETE"));
	} catch (error) {
		showError(error.message);
	}
});

follow.refresh();
calls.refresh();
