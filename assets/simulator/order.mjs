/*
 * The order page: the platform's parent page.  It embeds the provider's checkout, speaks the parent's side
 * of the protocol, and shows all that was said; what is shown is what the server has written down.
 */
import { renderCharge, startCharge } from "./charge.mjs";
import { followed, showError } from "./follow.mjs";
import { FRAME_STATES, framed, renderFrameState } from "./frame.mjs";
import { recorder } from "./record.mjs";
import { renderRefunds, startRefunds } from "./refund.mjs";
import { renderTalk, talkCount } from "./talk.mjs";
import { api, byId, contactLink, element, money, paintBadge } from "./view.mjs";

const path = `/simulator/orders/${location.pathname.split("/").pop()}`;

const state = {
	order: null,			// as the server last showed it
	frameState: "opening",		// key of STATES
};

/** What is said above the frame. */
const STATES = {
	...FRAME_STATES,
	asking: { tone: "", text: "The checkout reports success. Asking the provider whether that is so…" },
	paid: { tone: "good", text: "The provider says paid." },
	failed: { tone: "bad", text: "The provider says that the payment failed." },
	pending: { tone: "", text: "The provider does not know yet. The order stays pending; ask verify again later." },
	error: { tone: "bad", text: "The checkout has reported an error; the payer may try again." },
};

const follow = followed(path, (order) => {
	state.order = order;
	render();
});

// --- the protocol -------------------------------------------------------------------------------

const write = recorder((body) => api(`${path}/messages`, body));

/** A success is followed by the query, so its answer may take seconds. */
async function record(direction, data, kind) {
	const written = write(direction, data, kind === "success");
	try {
		const answer = await (kind === "success" ? follow.busyWith(written) : written);
		follow.refresh();
		return answer;
	} catch (error) {
		showError(error.message);
		return null;
	}
}

const openFrame = framed({
	record,
	show: setFrameState,
	hear(kind, recorded) {
		setFrameState(kind === "error" ? "error" : "asking");
		if (kind === "success")
			recorded.then((answer) => setFrameState(outcome(answer?.status ?? "pending")));
	},
});

function reload() {
	const { paymentsUrl: address, dialect, props } = state.order;
	openFrame({ address, dialect, props, saves: false });
}

/** An order that has been refunded since was paid. */
function outcome(status) {
	return status in STATES ? status : "paid";
}

function setFrameState(name) {
	state.frameState = name;
	render();
}

// --- what is shown ------------------------------------------------------------------------------

function render() {
	const { order } = state;
	renderFrameState(STATES[state.frameState]);
	byId("talk-state").textContent = follow.isBusy() ? "Asking the provider…" : talkCount(order);
	button("verify").disabled = follow.isBusy();
	paintBadge(byId("status"), order.status);
	byId("facts").replaceChildren(...facts(order).map(([name, value, kind]) =>
		element("div", "", element("dt", "", name), element("dd", kind, value))));
	renderTalk(byId("talk"), order);
	renderRefunds(order);
	if (order.paymentMethodId !== null)
		renderCharge(order, follow.isBusy());
}

function facts(order) {
	const { contact } = order;
	const who = [contact.name, contact.email].filter(Boolean).join(", ") || contact.id;
	return [
		["Product", order.product, ""],
		["Contact", contactLink(contact.id, who), ""],
		["Dialect", order.dialect, ""],
		["Order", order.orderId, "code"],
		["Transaction", order.transactionId, "code"],
		["Charge", order.chargeId ?? "none yet", order.chargeId === null ? "muted" : "code"],
	];
}

function button(id) {
	return /** @type {HTMLButtonElement} */ (byId(id));
}

button("reload").addEventListener("click", reload);
button("verify").addEventListener("click", async () => {
	try {
		setFrameState(outcome((await follow.busyWith(api(`${path}/verify`, {}))).status));
	} catch (error) {
		showError(error.message);
	}
});
startRefunds(path, follow.busyWith);

try {
	state.order = await api(path);
	const { order } = state;
	document.title = `${money(order.amount, order.currency)} · Platform simulator`;
	byId("order-title").textContent = `Order of ${money(order.amount, order.currency)}`;
	if (order.paymentMethodId === null) {
		byId("frame-address").textContent = order.paymentsUrl;
		button("reload").disabled = false;
		reload();
	} else {
		startCharge(order, follow.busyWith);
	}
	await follow.refresh();
} catch (error) {
	byId("desk").hidden = true;
	showError(error.message);
}
