/*
 * A contact's page: a card is saved in the provider's checkout, the provider is asked which cards it keeps, and one
 * of them is charged.  What is shown is what the server has written down.
 */
import { startCards } from "./cards.mjs";
import { followed, showError } from "./follow.mjs";
import { FRAME_STATES, framed, renderFrameState } from "./frame.mjs";
import { orderRow } from "./orders.mjs";
import { recorder } from "./record.mjs";
import { renderTalk, talkCount } from "./talk.mjs";
import { api, byId, element } from "./view.mjs";

const path = `/simulator/contacts/${location.pathname.split("/").pop()}`;

const state = {
	contact: null,		// as the server last showed it
	frameState: "closed",	// key of STATES
	opened: "live",		// the dialect that is spoken with the frame
};

/** What is said above the frame. */
const STATES = {
	...FRAME_STATES,
	closed: { tone: "", text: "Saving a card opens the checkout here." },
	saved: { tone: "good", text: "The checkout says that the card is saved." },
	error: { tone: "bad", text: "The checkout has reported an error; another card may be tried." },
};

const follow = followed(path, (contact) => {
	state.contact = contact;
	render();
});

const cards = startCards({ path, dialect, follow });

// --- the protocol -------------------------------------------------------------------------------

const write = recorder((body) => api(`${path}/messages`, { ...body, dialect: state.opened }));

async function record(direction, data) {
	try {
		await write(direction, data);
		follow.refresh();
	} catch (error) {
		showError(error.message);
	}
}

const openFrame = framed({
	record,
	show: setFrameState,
	hear(kind, recorded) {
		setFrameState(kind === "success" ? "saved" : "error");
		// The saved card must be in the next list, so look.
		if (kind === "success")
			recorded.then(() => cards.ask(state.opened));
	},
});

function dialect() {
	const chosen = byId("dialect").querySelector(":checked");
	return /** @type {HTMLInputElement} */ (chosen).value;
}

function setFrameState(name) {
	state.frameState = name;
	render();
}

// --- what is shown ------------------------------------------------------------------------------

function render() {
	const { contact } = state;
	const { orders } = contact;
	renderFrameState(STATES[state.frameState]);
	byId("contact-title").textContent = contact.name || "Contact";
	byId("facts").replaceChildren(...facts(contact).map(([name, value, kind]) =>
		element("div", "", element("dt", "", name), element("dd", kind, value))));
	byId("orders").replaceChildren(...orders.map((order) => orderRow(order, false)));
	byId("orders-table").hidden = orders.length === 0;
	byId("orders-state").textContent = orders.length === 0 ? "None yet."
		: orders.length === 1 ? "One order." : `The newest ${orders.length}, newest first.`;
	byId("talk-state").textContent = follow.isBusy() ? "Asking the provider…" : talkCount(contact);
	renderTalk(byId("talk"), contact);
}

function facts({ contactId, email, phone }) {
	return [
		["Id", contactId, "code"],
		...email === "" ? [] : [["Email", email, ""]],
		...phone === "" ? [] : [["Phone", phone, ""]],
	];
}

const save = /** @type {HTMLButtonElement} */ (byId("save"));

save.addEventListener("click", () => {
	const { paymentsUrl: address, setupProps } = state.contact;
	state.opened = dialect();
	openFrame({ address, dialect: state.opened, props: setupProps[state.opened], saves: true });
});

try {
	state.contact = await api(path);
	document.title = `${state.contact.name || "Contact"} · Platform simulator`;
	byId("frame-address").textContent = state.contact.paymentsUrl;
	save.disabled = false;
	render();
	await follow.refresh();
} catch (error) {
	showError(error.message);
}
