/*
 * The order page: the platform's parent page.  It embeds the provider's checkout, speaks the parent's side
 * of the protocol, and shows all that was said; what is shown is what the server has written down.
 */
import { kindOf, spoken } from "./protocol.mjs";
import { renderTalk, talkCount } from "./talk.mjs";
import { api, byId, element, money, paintBadge } from "./view.mjs";

const REFRESH_MS = 3000;
const REFRESH_BUSY_MS = 400;	// while a query is under way
const PROBE_MS = 2500;		// no ready so long after loading: is anybody there?
const SILENT_MS = 15000;	// as long as a checkout page goes on saying ready
const MESSAGE_MAX = 30000;	// characters of one message that are kept

const path = `/simulator/orders/${location.pathname.split("/").pop()}`;

const state = {
	order: null,		// as the server last showed it
	frame: null,		// the iframe in the page
	frameState: "opening",	// key of FRAME_STATES
	loads: 0,		// documents that the frame has loaded
	answered: false,	// this document's first ready has had its props
	busy: 0,		// requests under way that end in a query
	timers: [],
};

/** What is said above the frame; "" is shown when all is well. */
const FRAME_STATES = {
	opening: { tone: "", text: "Opening the checkout, waiting for its ready message…" },
	talking: { tone: "", text: "" },
	silent: { tone: "bad", text: "The frame has loaded something, but has not said ready in 15 s." },
	asking: { tone: "", text: "The checkout reports success. Asking the provider whether that is so…" },
	unreachable: { tone: "bad", text: "The frame can't be loaded: nothing answers at this address. Is the provider running?" },
	paid: { tone: "good", text: "The provider says paid." },
	failed: { tone: "bad", text: "The provider says that the payment failed." },
	pending: { tone: "", text: "The provider does not know yet. The order stays pending; ask verify again later." },
	error: { tone: "bad", text: "The checkout has reported an error; the payer may try again." },
	closed: { tone: "", text: "The payer closed the checkout. Reload it to open it again." },
};

// --- the protocol -------------------------------------------------------------------------------

window.addEventListener("message", (event) => {
	if (state.frame === null || event.source !== state.frame.contentWindow)
		return;
	const kind = kindOf(state.order.dialect, event.data);
	const recorded = record("received", event.data, kind === "success");
	if (kind === "ready") {
		answerReady(event);
	} else if (kind === "error") {
		setFrameState("error");
	} else if (kind === "close") {
		setFrameState("closed");
	} else if (kind === "success") {
		setFrameState("asking");
		recorded.then((answer) => setFrameState(answer?.status ?? "pending"));
	}
});

/** The platform answers the first ready of a document; the page repeats it until props come. */
function answerReady(event) {
	if (state.answered)
		return;
	state.answered = true;
	state.timers.forEach(clearTimeout);
	setFrameState("talking");
	const props = spoken(state.order.dialect, state.order.props);
	event.source.postMessage(props, event.origin === "null" ? "*" : event.origin);
	record("sent", props, false);
}

let lastRecord = Promise.resolve();

/**
 * Have the server write a message down, one after the other so that they stay in order.  A success is
 * followed by the query, which may take seconds: nothing waits behind it.
 */
function record(direction, data, queries) {
	const body = { direction, message: kept(data) };
	const sent = lastRecord.then(() => queries ? busyWith(api(`${path}/messages`, body)) : api(`${path}/messages`, body));
	const done = sent.then((answer) => {
		refresh();
		return answer;
	}, (error) => showError(error.message));
	if (!queries)
		lastRecord = done;
	return done;
}

/** What of a posted value can be written down as JSON. */
function kept(data) {
	let text;
	try {
		text = JSON.stringify(data);
	} catch {
		text = undefined;
	}
	if (text === undefined)
		return `(a ${typeof data}, which is not JSON)`;
	return text.length > MESSAGE_MAX ? `(a message of ${text.length} characters, too long to keep)` : data;
}

// --- the frame ----------------------------------------------------------------------------------

function openFrame() {
	const frame = document.createElement("iframe");
	frame.title = "Checkout of the payment provider";
	frame.allow = "payment";
	frame.src = state.order.paymentsUrl;
	frame.addEventListener("load", () => {
		// A document that replaced the first one begins the protocol anew.
		if (++state.loads > 1)
			state.answered = false;
	});
	state.timers.forEach(clearTimeout);
	state.timers = [setTimeout(probe, PROBE_MS), setTimeout(silent, SILENT_MS)];
	state.frame = frame;
	state.loads = 0;
	state.answered = false;
	setFrameState("opening");
	byId("frame-place").replaceChildren(frame);
}

/** A frame tells its parent nothing about a failed load, so ask the address itself. */
async function probe() {
	try {
		await fetch(state.order.paymentsUrl, { mode: "no-cors", cache: "no-store", credentials: "omit" });
	} catch {
		if (!state.answered)
			setFrameState("unreachable");
	}
}

function silent() {
	if (!state.answered && state.frameState === "opening")
		setFrameState("silent");
}

function setFrameState(name) {
	state.frameState = name;
	render();
}

// --- what is shown ------------------------------------------------------------------------------

function render() {
	const { order } = state;
	const { tone, text } = FRAME_STATES[state.frameState];
	const notice = byId("frame-state");
	notice.className = `notice ${tone}`;
	notice.textContent = text;
	byId("frame-place").hidden = state.frameState === "unreachable";
	byId("talk-state").textContent = state.busy > 0 ? "Asking the provider…" : talkCount(order);
	button("verify").disabled = state.busy > 0;
	paintBadge(byId("status"), order.status);
	byId("facts").replaceChildren(...facts(order).map(([name, value, kind]) =>
		element("div", "", element("dt", "", name), element("dd", kind, value))));
	renderTalk(byId("talk"), order);
}

function facts(order) {
	const { contact } = order;
	return [
		["Product", order.product, ""],
		["Contact", [contact.name, contact.email].filter(Boolean).join(", ") || contact.id, ""],
		["Dialect", order.dialect, ""],
		["Order", order.orderId, "code"],
		["Transaction", order.transactionId, "code"],
		["Charge", order.chargeId ?? "none yet", order.chargeId === null ? "muted" : "code"],
	];
}

function showError(text) {
	byId("page-error").textContent = text;
}

function button(id) {
	return /** @type {HTMLButtonElement} */ (byId(id));
}

// --- keeping up with the server -----------------------------------------------------------------

let refreshTimer = 0;

async function refresh() {
	clearTimeout(refreshTimer);
	try {
		if (!document.hidden || state.order === null)
			state.order = await api(path);
		showError("");
		render();
	} catch (error) {
		showError(error.message);
	}
	clearTimeout(refreshTimer);
	refreshTimer = setTimeout(refresh, state.busy > 0 ? REFRESH_BUSY_MS : REFRESH_MS);
}

/** Look often while the server is asking the provider: the query is shown before it is answered. */
async function busyWith(promise) {
	state.busy++;
	setTimeout(refresh, REFRESH_BUSY_MS / 4);
	try {
		return await promise;
	} finally {
		state.busy--;
	}
}

button("reload").addEventListener("click", openFrame);
button("verify").addEventListener("click", async () => {
	try {
		setFrameState((await busyWith(api(`${path}/verify`, {}))).status);
		await refresh();
	} catch (error) {
		await refresh();
		showError(error.message);
	}
});

try {
	state.order = await api(path);
	const { order } = state;
	document.title = `${money(order.amount, order.currency)} · Platform simulator`;
	byId("order-title").textContent = `Order of ${money(order.amount, order.currency)}`;
	byId("frame-address").textContent = order.paymentsUrl;
	button("reload").disabled = false;
	openFrame();
	await refresh();
} catch (error) {
	byId("desk").hidden = true;
	showError(error.message);
}
