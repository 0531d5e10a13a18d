/*
 * The page of a company or a location that shows the provider's settings page in a frame, and tells it who
 * looks at it when it asks: contract.md §8.
 */
import { showError } from "./follow.mjs";
import { api, byId, element, factsOf, linkTo } from "./view.mjs";

const PROBE_MS = 2500;		// not asked so long after loading: is anybody there?
const SILENT_MS = 15000;
const OTHER_USER = "changed";

const [, place, id] = location.pathname.split("/");
const isLocation = place === "locations";

const state = {
	app: /** @type {any} */ (null),
	company: /** @type {any} */ (null),
	location: /** @type {any} */ (null),
	frame: /** @type {HTMLIFrameElement | null} */ (null),
	asked: 0,		// how often, by this document
	timers: /** @type {number[]} */ ([]),
};

/** What is said above the frame. */
const STATES = {
	opening: { tone: "", text: "Opening the settings page, waiting for it to ask who looks at it…" },
	told: { tone: "good", text: "" },
	nothing: { tone: "", text: "The page asks who looks at it, and gets no answer." },
	silent: { tone: "bad", text: "The frame has loaded something, but has not asked for user data in 15 s." },
	unreachable: { tone: "bad", text: "The frame can't be loaded: nothing answers at this address. Is the provider running?" },
};

function show(name, text = STATES[name].text) {
	const notice = byId("frame-state");
	byId("frame-place").hidden = name === "unreachable";
	notice.className = `notice ${STATES[name].tone}`;
	notice.textContent = text;
}

/** What the form has chosen. */
function chosen() {
	const fields = new FormData(/** @type {HTMLFormElement} */ (byId("user")));
	return { role: String(fields.get("role")), says: String(fields.get("says")) };
}

function userOf({ role, says }) {
	const isAdmin = role === "admin";
	return {
		userId: isAdmin ? "SimulatorAdmin0000001" : "SimulatorUser00000001",
		userName: isAdmin ? "Ada Admin" : "Uma User",
		email: isAdmin ? "ada@example.com" : "uma@example.com",
		companyId: state.company.id, role, type: "agency",
		...isLocation && says !== "agency" && { activeLocation: id },
	};
}

/** Another last letter before the padding: another last block, which does not open or reads otherwise. */
function forged(payload) {
	const at = payload.length - 8;
	return payload.slice(0, at) + (payload[at] === "A" ? "B" : "A") + payload.slice(at + 1);
}

async function answer(event) {
	const choice = chosen();
	state.timers.forEach(clearTimeout);
	state.asked++;
	const times = state.asked === 1 ? "once" : `${state.asked} times`;
	if (choice.says === "nothing") {
		show("nothing");
		return;
	}
	try {
		const user = userOf(choice);
		const { payload } = await api("/simulator/sso", user);
		event.source.postMessage({
			message: "REQUEST_USER_DATA_RESPONSE", payload: choice.says === OTHER_USER ? forged(payload) : payload,
		}, event.origin === "null" ? "*" : event.origin);
		show("told", choice.says === OTHER_USER ? `Asked ${times}; it was told something forged.`
			: `Asked ${times}; it was told ${user.userName}, ${user.role}, ${user.activeLocation ? "of this location" : "of the agency"}.`);
	} catch (error) {
		showError(error.message);
	}
}

window.addEventListener("message", (event) => {
	if (state.frame !== null && event.source === state.frame.contentWindow && event.data?.message === "REQUEST_USER_DATA")
		answer(event);
});

/** A frame tells its parent nothing about a failed load, so ask the address itself. */
async function probe() {
	try {
		await fetch(state.app.settingsUrl, { mode: "no-cors", cache: "no-store", credentials: "omit" });
	} catch {
		if (state.asked === 0)
			show("unreachable");
	}
}

function open() {
	const frame = document.createElement("iframe");
	frame.title = "Settings page of the payment provider";
	frame.src = state.app.settingsUrl;
	state.timers.forEach(clearTimeout);
	state.timers = [setTimeout(probe, PROBE_MS), setTimeout(() => show("silent"), SILENT_MS)];
	Object.assign(state, { frame, asked: 0 });
	show("opening");
	byId("frame-place").replaceChildren(frame);
}

function begin() {
	const { company, location: here } = state;
	byId("host-title").textContent = `Settings of the app in ${(here ?? company).name}`;
	document.title = `${(here ?? company).name} · Platform simulator`;
	byId("facts").replaceChildren(...factsOf([
		...here ? [["Location", here.id, "code"]] : [],
		["Company", element("span", "", linkTo("/install", company.name), " ", element("span", "code muted", company.id)), ""],
		["App", (here ?? company).installed ? "installed" : "not installed", ""],
	]));
	byId("says-agency").hidden = !isLocation;
	byId("frame-address").textContent = state.app.settingsUrl;
	const reload = /** @type {HTMLButtonElement} */ (byId("reload"));
	reload.disabled = false;
	reload.addEventListener("click", open);
	byId("user").addEventListener("change", open);
	open();
}

try {
	const [app, { companies }] = await Promise.all([api("/simulator/app"), api("/simulator/companies")]);
	const company = companies.find((one) => (isLocation ? one.locations.some((here) => here.id === id) : one.id === id));
	if (company === undefined)
		throw new Error(isLocation ? "No such location." : "No such company.");
	Object.assign(state, { app, company, location: isLocation ? company.locations.find((here) => here.id === id) : null });
	begin();
} catch (error) {
	byId("frame-card").hidden = true;
	byId("user").hidden = true;
	showError(error.message);
}
