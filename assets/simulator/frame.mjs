/*
 * The provider's checkout in a frame, and the parent's side of the protocol: the first ready of a document is
 * answered with the props.  The order page pays in it, the contact page saves cards in it.
 */
import { kindOf, savesCards, spoken } from "./protocol.mjs";
import { byId } from "./view.mjs";

const PROBE_MS = 2500;		// no ready so long after loading: is anybody there?
const SILENT_MS = 15000;	// as long as a checkout page goes on saying ready

/** What is said above the frame, whatever it is for; "" is shown when all is well. */
export const FRAME_STATES = {
	opening: { tone: "", text: "Opening the checkout, waiting for its ready message…" },
	talking: { tone: "", text: "" },
	silent: { tone: "bad", text: "The frame has loaded something, but has not said ready in 15 s." },
	unable: { tone: "bad", text: "The checkout's ready message has no addCardOnFileSupported: true, so nobody asks it to save a card." },
	unreachable: { tone: "bad", text: "The frame can't be loaded: nothing answers at this address. Is the provider running?" },
	closed: { tone: "", text: "The payer closed the checkout. Reload it to open it again." },
};

/**
 * @typedef {object} Opening
 * @property {string} address the provider's paymentsUrl
 * @property {import("./protocol.mjs").Dialect} dialect
 * @property {object} props
 * @property {boolean} saves whether a card is to be saved, which the checkout must have said it can
 */

/**
 * @param {object} page
 * @param {(direction: "received" | "sent", data: unknown, kind: string) => Promise<any>} page.record
 * @param {(state: string) => void} page.show a key of FRAME_STATES
 * @param {(kind: "success" | "error", recorded: Promise<any>) => void} page.hear an outcome
 * @returns {(opening: Opening) => void} opens the frame, or opens it anew
 */
export function framed(page) {
	const state = {
		opening: /** @type {Opening | null} */ (null),
		frame: /** @type {HTMLIFrameElement | null} */ (null),
		loads: 0,		// documents that the frame has loaded
		answered: false,	// this document's first ready has had its props
		shown: "",
		timers: /** @type {number[]} */ ([]),
	};

	function show(name) {
		state.shown = name;
		byId("frame-place").hidden = name === "unreachable";
		page.show(name);
	}

	/** The platform answers the first ready of a document; the page repeats it until props come. */
	function answerReady(event) {
		const { dialect, props, saves } = state.opening;
		if (state.answered)
			return;
		state.timers.forEach(clearTimeout);
		if (saves && !savesCards(dialect, event.data)) {
			show("unable");
			return;
		}
		state.answered = true;
		show("talking");
		const message = spoken(dialect, props);
		event.source.postMessage(message, event.origin === "null" ? "*" : event.origin);
		page.record("sent", message, "props");
	}

	/** A frame tells its parent nothing about a failed load, so ask the address itself. */
	async function probe() {
		try {
			await fetch(state.opening.address, { mode: "no-cors", cache: "no-store", credentials: "omit" });
		} catch {
			if (!state.answered)
				show("unreachable");
		}
	}

	function silent() {
		if (!state.answered && state.shown === "opening")
			show("silent");
	}

	window.addEventListener("message", (event) => {
		if (state.frame === null || event.source !== state.frame.contentWindow)
			return;
		const kind = kindOf(state.opening.dialect, event.data);
		const recorded = page.record("received", event.data, kind);
		if (kind === "ready")
			answerReady(event);
		else if (kind === "close")
			show("closed");
		else if (kind === "success" || kind === "error")
			page.hear(kind, recorded);
	});

	return (opening) => {
		const frame = document.createElement("iframe");
		frame.title = "Checkout of the payment provider";
		frame.allow = "payment";
		frame.src = opening.address;
		frame.addEventListener("load", () => {
			// A document that replaced the first one begins the protocol anew.
			if (++state.loads > 1)
				state.answered = false;
		});
		state.timers.forEach(clearTimeout);
		state.timers = [setTimeout(probe, PROBE_MS), setTimeout(silent, SILENT_MS)];
		Object.assign(state, { opening, frame, loads: 0, answered: false });
		show("opening");
		byId("frame-place").replaceChildren(frame);
	};
}

/** @param {{ tone: string, text: string }} said what is said above the frame */
export function renderFrameState({ tone, text }) {
	const notice = byId("frame-state");
	notice.className = `notice ${tone}`;
	notice.textContent = text;
}
