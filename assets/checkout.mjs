/*
 * The checkout page: what happens, in the order in which it happens.  Which states there are and how they
 * look is in render.mjs; parent.mjs, session.mjs and fields.mjs do the talking; kind.mjs has what differs
 * when a card is saved without a payment, which goes the same way: its setup is the session then.
 *
 * Reload, double click and a lost answer end in one charge, or one saved card: the session on the server is
 * the truth, and wherever this page stops, the next one finds it (design.md §6).
 */
import { createFields } from "./fields.mjs";
import { forEachKind, maySave, openingOf, wordsOf } from "./kind.mjs";
import { openParent } from "./parent.mjs";
import { amountOf, mayPay, render, STATES } from "./render.mjs";
import { createSessions } from "./session.mjs";
import { chooseLanguage, declineCode, loadWords, say } from "./words.mjs";

const WAITING_AFTER_MS = 2_000;
const LONG_AFTER_MS = 8_000;

/* What a refusal means to a payer; the codes are those of src/base/fault.h. */
const REFUSALS = {
	attempts_exceeded: { name: "failed", text: "failed_attempts" },
	session_expired: { name: "failed", text: "failed_expired" },
	amount_mismatch: { name: "failed", text: "failed_changed" },
	session_conflict: { name: "failed", text: "failed_changed" },
	transaction_closed: { name: "failed", text: "failed_closed" },
	publishable_key_invalid: { name: "key", text: "keyText" },
	mode_mismatch: { name: "key", text: "keyText" },
	read_back_required: { name: "key", text: "keyText" },
	transaction_unknown: { name: "key", text: "keyText" },
	processor_unsupported: { name: "key", text: "keyText" },
};
/* Nothing was asked of anybody, and later it will be: the parent is told nothing yet. */
const LIMITS = ["rate_limited", "attempts_limited"];
const CARD_REFUSALS = ["token_invalid", "card_unpublished"];

const state = {
	name: "connecting",
	words: null,
	language: { language: "en", tag: "en" },
	props: null,
	nextProps: null,	/* what the parent asked for while a payment was under way */
	session: null,
	text: "",		/* a word instead of <name>Text */
	wrongField: "",		/* of the parent's message */
	requestId: "",
	alert: "",		/* the decline code that is shown */
	isLong: false,		/* the wait has become long */
	isBroken: false,	/* the connection, while a payment is under way */
	isOnline: navigator.onLine,
	isFrameDrawn: false,
	isSaving: false,	/* the payer wants the card to be kept */
	hasActed: false,	/* the payer has pressed something, so focus may be moved */
	turn: 0,		/* counts what was begun; an answer to an earlier turn is dropped */
};

let parent = null;
let waitTimer = null;
let endSleep = () => {};

const world = {
	fetch: (path, options) => window.fetch(path, options),
	isOnline: () => navigator.onLine,
	now: () => performance.now(),
	sleep,
	onConnection,
};
const sessionsOf = forEachKind((path) => createSessions(world, path));
const sessions = () => sessionsOf[state.props.kind];

const fields = createFields({
	frame: document.getElementById("frame"),
	setup: () => ({
		publishableKey: state.props.publishableKey,
		language: state.language.language,
		words: state.words.frame,
	}),
	onDrawn: () => update({ isFrameDrawn: true }),
	onAway: () => STATES[state.name].view === "form" && go("fields"),
	onSubmit: pay,
	onChallenged: () => state.name === "action" && confirm(null),
});

/* What the button of a panel does; the names are in the table of states. */
const PRESSES = { waitAgain, wake, openOrder, reopenFields, checkAgain, reload: () => window.location.reload() };

start();

/* --- from state to state ------------------------------------------------------------------------ */

function go(name, changes = {}) {
	const wasBusy = Boolean(STATES[state.name].busy);
	const isBusy = Boolean(STATES[name].busy);
	clearTimeout(waitTimer);
	update({ text: "", requestId: "", alert: "", isLong: false, isBroken: false, ...changes, name });
	if (wasBusy !== isBusy) {
		fields.lock(isBusy);
	}
	if (state.hasActed && (name === "declined" || STATES[name].view === "panel")) {
		document.getElementById(name === "declined" ? "alert" : "panel-title").focus();
	}
}

function update(changes) {
	Object.assign(state, changes);
	render(state);
}

/* The calm words come by themselves when the wait gets long. */
function goWait(name, changes) {
	const isShort = name === "paying";
	go(name, changes);
	waitTimer = setTimeout(
		() => (isShort ? goWait("waiting", { isBroken: state.isBroken }) : update({ isLong: true })),
		isShort ? WAITING_AFTER_MS : LONG_AFTER_MS,
	);
}

/* --- the order arrives --------------------------------------------------------------------------- */

async function start() {
	document.getElementById("pay").addEventListener("click", pay);
	document.getElementById("cancel").addEventListener("click", cancel);
	document.getElementById("retry").addEventListener("click", press);
	document.getElementById("save").addEventListener("change", ({ target }) => update({ isSaving: target.checked }));
	window.addEventListener("online", () => {
		update({ isOnline: true });
		wake();
	});
	window.addEventListener("offline", () => update({ isOnline: false }));

	const isOrphan = window.parent === window;
	if (!isOrphan) {
		parent = openParent({ window, onProps: takeProps, onLate: (wrongField) => go("late", { wrongField }) });
	}
	await speak([]);
	if (isOrphan) {
		go("orphan");
	}
}

function press() {
	/* The button is about to go; focus must not go with it. */
	document.getElementById("title").focus();
	state.hasActed = true;
	PRESSES[STATES[state.name].press]?.();
}

/* Two languages may be on their way at once, the browser's and that of the props: the later wish counts. */
async function speak(wanted) {
	const language = chooseLanguage([...wanted, ...navigator.languages]);
	state.language = language;
	const words = await loadWords(language.language);
	if (state.language === language) {
		document.documentElement.lang = language.language;
		update({ words: wordsOf(state.props?.kind, words) });
	}
}

function takeProps(props) {
	if (STATES[state.name].busy || STATES[state.name].isAsking) {
		state.nextProps = props;
		return;
	}
	Object.assign(state, { props, nextProps: null, isSaving: false });
	openOrder();
}

async function openOrder() {
	if (state.nextProps) {
		takeProps(state.nextProps);
		return;
	}
	const { props } = state;
	const turn = ++state.turn;
	go("opening", { session: null });
	await speak([props.language]);
	if (turn !== state.turn) {
		return;
	}
	const answer = await sessions().open(openingOf(props));
	if (turn !== state.turn) {
		return;
	}
	if (answer.session) {
		arrive(answer.session, true);
	} else if (answer.refusal) {
		refuse(answer.refusal);
	} else {
		go("trouble");
	}
}

function waitAgain() {
	go("connecting", { wrongField: "" });
	parent.start();
}

/* --- how the session stands ----------------------------------------------------------------------- */

/* One function a status of docs/api.md; isFirst: nothing was tried since the page was opened. */
const ARRIVALS = {
	open(session, isFirst) {
		if (state.nextProps) {
			takeProps(state.nextProps);
			return;
		}
		const alert = session.decline?.code ?? (isFirst ? "" : "not_sent");
		go(isFirst ? "open" : "declined", { session, alert });
		openFields();
	},
	action(session) {
		go("action", { session });
		fields.challenge({ action: session.action, amount: amountOf(state).text, hasFocus: state.hasActed });
		openFields();
	},
	async processing(session, isFirst) {
		const turn = ++state.turn;
		goWait(isFirst ? "resuming" : "waiting", { session });
		const answer = await sessions().follow(session);
		if (turn !== state.turn) {
			return;
		}
		if (answer.isLong) {
			tellPaid("long", answer.session);
		} else {
			settle(answer);
		}
	},
	pending: (session) => tellPaid("pending", session),
	succeeded: (session, isFirst) => tellPaid(isFirst ? "paid" : "succeeded", session),
	failed(session) {
		const text = session.attemptsLeft === 0 ? "failed_attempts" : "failedText";
		go("failed", { session, text });
		tellFailed(text, session.decline?.code);
	},
};

function arrive(session, isFirst) {
	if (session.status !== "action") {
		fields.unchallenge();
	}
	(ARRIVALS[session.status] ?? (() => go("unsure", { session })))(session, isFirst);
}

/* After a confirmation.  What is not known is not failed. */
function settle({ session, refusal }) {
	if (session) {
		arrive(session, false);
	} else if (refusal && CARD_REFUSALS.includes(refusal.code)) {
		go("declined", { alert: "away" });
	} else if (refusal && (isLimit(refusal) || Object.hasOwn(REFUSALS, refusal.code))) {
		refuse(refusal);
	} else {
		go("unsure", { requestId: refusal?.requestId ?? "" });
	}
}

function refuse(refusal) {
	const { code, requestId } = refusal;
	if (isLimit(refusal)) {
		go("limited", { requestId });
		return;
	}
	const { name, text } = REFUSALS[code] ?? { name: "failed", text: "failedText" };
	go(name, { text, requestId });
	tellFailed(text, code);
}

/* A proxy in front of us limits without our codes; attempts_exceeded is 429 as well, but final. */
function isLimit({ code, status }) {
	return LIMITS.includes(code) || (status === 429 && !Object.hasOwn(REFUSALS, code));
}

/* Pending is told as success too: the platform then asks verify, which says how it stands. */
function tellPaid(name, session) {
	go(name, { session });
	parent.succeed(session);
}

function tellFailed(text, code) {
	parent.fail({ message: say(state.words, text), code: declineCode(code) || "failed" });
}

/* --- paying ----------------------------------------------------------------------------------------- */

async function pay() {
	if (!mayPay(state)) {
		return;
	}
	state.hasActed = true;
	goWait("paying");
	const { token, code, isInvalid } = await fields.tokenize();
	if (token) {
		confirm(token);
	} else if (isInvalid) {
		go("open");
	} else if (isLimit({ code })) {
		refuse({ code, requestId: "" });
	} else {
		go("declined", { alert: code === "card_unpublished" ? "unpublished" : "away" });
	}
}

async function confirm(token) {
	if (!STATES[state.name].busy) {
		goWait("waiting");
	}
	const wishes = maySave(state) && state.isSaving ? { save: true } : {};
	settle(await sessions().confirm(state.session, token, wishes));
}

async function checkAgain() {
	goWait("resuming");
	settle(await sessions().read(state.session.id));
}

function cancel() {
	state.hasActed = true;
	state.turn++;
	go("cancelled");
	parent.close();
}

/* --- the card fields and the connection --------------------------------------------------------------- */

function openFields() {
	fields.open(new URL(state.session.processor.frame, window.location.href).href);
}

function reopenFields() {
	fields.close();
	state.isFrameDrawn = false;
	arrive(state.session, true);
}

/* The network went, or came back, while something is asked of the server. */
function onConnection(situation) {
	if (STATES[state.name].busy) {
		update({ isBroken: situation !== "back" });
	} else if (["opening", "offline", "away"].includes(state.name) && situation !== "back") {
		go(situation);
	}
}

function sleep(ms) {
	return new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		endSleep = () => {
			clearTimeout(timer);
			resolve();
		};
	});
}

function wake() {
	endSleep();
}
