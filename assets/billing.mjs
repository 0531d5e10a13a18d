/*
 * The billing page: what the app costs, for whom, and paying it in our own checkout.  The address says for
 * whom (contract §9); the server says what it costs, and whether it is paid.  The order's id is put into the
 * address, so that a reload looks at the same order instead of paying another one.
 */
import { propsOf, talkTo } from "./billing-frame.mjs";
import { formatMoney } from "./money.mjs";

const ASK_WAIT_MS = 15_000;
const LOOK_FIRST_MS = 500;
const LOOK_MOST_MS = 10_000;
const LOOKS_MAX = 60;
const LOOKS_BEFORE_PENDING = 5;	/* about seven seconds */

/**
 * Each view: its words, what is shown, what the button does.
 * @type {Record<string, {title: string, lead?: string, tone?: "good" | "bad", shows?: string[],
 *     button?: string, act?: () => void, isBusy?: boolean}>}
 */
const VIEWS = {
	loading: { title: "Your plan", lead: "One moment…", isBusy: true },
	plan: { title: "Your plan", shows: ["plan"], button: "Continue to payment", act: begin },
	canceled: { title: "Your plan", lead: "Nothing was paid.", shows: ["plan"], button: "Continue to payment", act: begin },
	opening: { title: "Your plan", lead: "One moment…", shows: ["plan"], isBusy: true },
	paying: { title: "Payment", shows: ["plan", "frame-place", "back"] },
	confirming: { title: "Confirming your payment", lead: "This takes a few seconds. Please keep this page open.", shows: ["plan"], isBusy: true },
	pending: { title: "Your payment is on its way", lead: "Your bank has not confirmed it yet. You can close this page: the installation goes on as soon as it does.",
		shows: ["plan", "reference"], button: "Look again", act: confirmPaid },
	paid: { title: "Thank you, it is paid", lead: "The installation goes on by itself. You can close this page.", tone: "good", shows: ["plan", "reference"] },
	failed: { title: "The payment did not succeed", lead: "You can try again, with the same card or another one.",
		tone: "bad", shows: ["plan"], button: "Try again", act: begin },
	refused: { title: "This link is not complete", lead: "Please go back to the page on which you chose the app, and install it from there once more.", tone: "bad" },
	limited: { title: "Too many requests", lead: "Please wait a moment, then try again.", tone: "bad", button: "Try again", act: load },
	away: { title: "The page could not be loaded", lead: "Please check your connection, then try again. If you have paid already, you do not pay twice: this page looks first.",
		tone: "bad", button: "Try again", act: load },
};

const UNCHARGED = "Nothing was charged.";
const PARTS = ["plan", "frame-place", "back", "reference"];

const state = {
	view: "loading",
	words: "",	/* the checkout's own, on top of the view's */
	plan: null,
	order: null,
	stop: () => {},
	turn: 0,	/* counts what was begun; who looks for an earlier turn stops */
};

const byId = (id) => document.getElementById(id);

function show(view, words = "") {
	const isFirst = state.view === "loading" && view === "plan";
	Object.assign(state, { view, words });
	render();
	/* Who reads the page with other senses hears where he is; not at its very first picture. */
	if (!isFirst && view !== "loading") {
		byId("title").focus();
	}
}

function render() {
	const { title, lead = "", tone = "", shows = [], button = "", isBusy = false } = VIEWS[state.view];
	const main = byId("billing");
	main.dataset.view = state.view;
	main.dataset.tone = tone;
	main.setAttribute("aria-busy", String(isBusy));
	document.title = title;
	byId("title").textContent = title;
	byId("lead").textContent = [state.words, lead].filter(Boolean).join(" ");
	byId("status").textContent = isBusy ? lead : "";
	for (const part of PARTS) {
		byId(part).hidden = !shows.includes(part);
	}
	byId("go").hidden = button === "";
	byId("go").textContent = button;
	byId("reference").textContent = state.order ? `Reference ${state.order.id}` : "";
	if (state.plan) {
		renderPlan(state.plan);
	}
	if (!shows.includes("frame-place")) {
		byId("frame-place").replaceChildren();
	}
}

function renderPlan({ name, price, amount, currency, isRecurring, billsCompany, locationIds }) {
	const money = (text) => formatMoney(text, currency, navigator.language).text;
	const count = locationIds.length;
	byId("plan-name").textContent = name;
	byId("company-row").hidden = !billsCompany;
	byId("company-sum").textContent = money(price);
	byId("locations-row").hidden = count === 0;
	byId("locations-label").textContent = count === 1 ? "1 location" : `${count} locations`;
	byId("locations-sum").textContent = count === 1 ? money(price) : `${count} × ${money(price)}`;
	byId("total-label").textContent = isRecurring ? "First payment" : "Total";
	byId("total").textContent = money(amount);
	byId("which").hidden = count === 0;
	byId("which-list").replaceChildren(...locationIds.map((id) => {
		const item = document.createElement("li");
		item.textContent = id;
		return item;
	}));
}

/** What the link says, and the order that was begun for it. */
async function load() {
	show("loading");
	const link = new URLSearchParams(window.location.search);
	const orderId = link.get("order");
	link.delete("order");
	const plan = await ask(`/billing/plan?${link}`);
	if (!isKnown(plan)) {
		return;
	}
	state.plan = plan.json;
	if (orderId === null) {
		show("plan");
		return;
	}
	const order = await ask(`/billing/orders/${encodeURIComponent(orderId)}`);
	if (order.status === 404) {
		forget();
		show("plan");
	} else if (isKnown(order)) {
		keep(order.json);
		show(order.json.status === "paid" ? "paid" : "plan");
	}
}

/* The order that is paid from now on; one whose every attempt was declined is none. */
function keep(order) {
	if (order.status !== "paid" && !order.isPayable) {
		forget();
		return;
	}
	state.order = order;
	address(order.id);
}

function forget() {
	state.order = null;
	address(null);
}

function address(orderId) {
	const link = new URLSearchParams(window.location.search);
	link.delete("order");
	if (orderId !== null) {
		link.set("order", orderId);
	}
	window.history.replaceState(null, "", `?${link}`);
}

/** The order, once, and its checkout. */
async function begin() {
	show("opening");
	if (state.order === null) {
		const link = new URLSearchParams(window.location.search);
		const order = await ask("/billing/orders", {
			clientId: link.get("clientId"),
			installType: link.get("installType"),
			companyId: link.get("companyId"),
			locationIds: state.plan.locationIds,
		});
		if (!isKnown(order)) {
			return;
		}
		keep(order.json);
	}
	show("paying");
	openFrame();
}

function openFrame() {
	const frame = document.createElement("iframe");
	frame.className = "frame";
	frame.title = "Checkout";
	frame.src = "/checkout";
	state.stop();
	state.stop = talkTo({ window, child: () => frame.contentWindow, props: propsOf(state.order, state.plan), onOutcome: hear });
	byId("frame-place").replaceChildren(frame);
}

async function hear(outcome, words) {
	if (outcome === "paid") {
		confirmPaid();
		return;
	}
	const order = outcome === "failed" ? await ask(`/billing/orders/${state.order.id}`) : { status: 0 };
	if (order.json?.status === "paid") {
		show("paid");
	} else {
		if (order.status === 200) {
			keep(order.json);
		}
		show({ failed: "failed", closed: "canceled", silent: "away" }[outcome], outcome === "failed" ? words || UNCHARGED : "");
	}
}

function back() {
	state.stop();
	show("canceled");
}

/* What a frame says is no proof: the server knows. */
async function confirmPaid() {
	const turn = ++state.turn;
	show("confirming");
	for (let looks = 0; looks < LOOKS_MAX; looks++) {
		const order = await ask(`/billing/orders/${state.order.id}`);
		if (turn !== state.turn) {
			return;
		}
		if (order.json?.status === "paid") {
			show("paid");
			return;
		}
		if (order.json?.status === "failed") {
			keep(order.json);
			show("failed", UNCHARGED);
			return;
		}
		if (looks === LOOKS_BEFORE_PENDING) {
			show("pending");
		}
		await pause(Math.min(LOOK_MOST_MS, LOOK_FIRST_MS * 1.5 ** looks));
	}
}

const pause = (ms) => new Promise((resolve) => { window.setTimeout(resolve, ms); });

/** Whether an answer can be gone on with; otherwise its view is shown. */
function isKnown({ status }) {
	if (status === 200) {
		return true;
	}
	show(status === 429 ? "limited" : status >= 400 && status < 500 ? "refused" : "away");
	return false;
}

/** @returns {Promise<{status: number, json?: any}>} status 0: nobody answered */
async function ask(path, body) {
	try {
		const answer = await fetch(path, {
			method: body ? "POST" : "GET",
			headers: body ? { "content-type": "application/json" } : {},
			body: body && JSON.stringify(body),
			credentials: "omit",
			signal: AbortSignal.timeout(ASK_WAIT_MS),
		});
		return { status: answer.status, json: await answer.json() };
	} catch {
		return { status: 0 };
	}
}

byId("go").addEventListener("click", () => VIEWS[state.view].act?.());
byId("back").addEventListener("click", back);
load();
