/*
 * The settings page of a location, or of an agency: what happens, in the order in which it happens.  Which
 * states there are and how they look is in settings-render.mjs and what it draws with; settings-host.mjs and
 * settings-server.mjs do the talking.
 *
 * A change without an answer may have been made.  So it is never repeated by itself: the page asks how things
 * stand and shows that.
 */
import { askHost } from "./settings-host.mjs";
import { brandOf, fillBrand } from "./settings-brand.mjs";
import { chosenOf } from "./settings-connection.mjs";
import { byId } from "./settings-draw.mjs";
import { modeOf, render, showPicture, STATES } from "./settings-render.mjs";
import { createServer } from "./settings-server.mjs";
import { loadSettingsWords } from "./settings-words.mjs";
import { chooseLanguage, say } from "./words.mjs";

const MODES = ["test", "live"];

const newPart = () => ({ isLoading: false, isFailed: false, data: null });
const newParts = () => Object.fromEntries(MODES.map((mode) => [mode, newPart()]));

const state = {
	name: "connecting",
	words: null,
	language: { language: "en", tag: "en" },
	session: null,		/* who is looking, at what */
	location: null,		/* GET /settings/state */
	mode: "test",
	check: newPart(),	/* of both modes */
	activity: newParts(),
	money: newParts(),
	list: "charges",	/* of the activity */
	editing: false,		/* the form of the processor was asked for */
	processor: "",		/* chosen in the form, not saved yet */
	formTurn: 0,		/* counts the times that its fields were emptied */
	wrong: {},		/* field: what is wrong with it */
	question: "",		/* the change that is asked about before it is made */
	busy: "",		/* the change that is under way */
	told: null,		/* what became of the last one */
	requestId: "",
	isOnline: navigator.onLine,
};

const server = createServer({
	fetch: (path, options) => window.fetch(path, options),
	sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
	askHost: () => askHost(window),
});

/* What the button of a panel does; the names are in the table of states. */
const PRESSES = { open, reload: () => window.location.reload() };

/* The changes that are asked about first: the word told afterwards, and when the platform has yet to hear of it. */
const QUESTIONS = {
	rotate: { word: "rotated", later: "rotatedLater" },
	revoke: { word: "revoked", later: "revoked" },
};

start();

/* --- from state to state ------------------------------------------------------------------------ */

function go(name, changes = {}) {
	update({ requestId: "", question: "", busy: "", told: null, ...changes, name });
}

function update(changes) {
	Object.assign(state, changes);
	render(state);
}

async function start() {
	listen();
	const isOrphan = window.parent === window;
	state.language = chooseLanguage(navigator.languages);
	const begun = isOrphan ? null : server.open();
	const words = await loadSettingsWords(state.language.language);
	document.documentElement.lang = state.language.language;
	update({ words });
	if (isOrphan) {
		go("orphan");
	} else {
		await arrive(await begun);
	}
}

function listen() {
	const press = (id, act) => byId(id).addEventListener("click", () => act());
	press("panel-press", () => {
		/* The button is about to go; focus must not go with it. */
		byId("title").focus();
		PRESSES[STATES[state.name].press]?.();
	});
	press("check-again", check);
	press("money-again", loadMoney);
	press("activity-again", loadActivity);
	press("processor-change", openForm);
	press("processor-cancel", closeForm);
	press("rotate", () => state.busy === "" && update({ question: "rotate", told: null }));
	press("revoke", () => state.busy === "" && update({ question: "revoke", told: null }));
	press("question-yes", answerQuestion);
	press("question-no", () => state.busy === "" && update({ question: "" }));
	byId("question").addEventListener("cancel", (event) => {
		event.preventDefault();
		if (state.busy === "") {
			update({ question: "" });
		}
	});
	byId("modes").addEventListener("click", ({ target }) => MODES.includes(target.value) && chooseMode(target.value));
	byId("lists").addEventListener("click", ({ target }) => target.value && update({ list: target.value }));
	byId("processor").addEventListener("change", ({ target }) => update({ processor: target.value, wrong: {} }));
	onSubmit("processor-form", saveProcessor);
	onSubmit("brand-form", saveBrand);
	byId("brand-logo").addEventListener("change", ({ target }) => showLogo(target.value.trim()));
	byId("brand-logo-shown").addEventListener("error", () =>
		update({ wrong: { ...state.wrong, logoUrl: say(state.words, "brandLogoAway") } }));
	window.addEventListener("online", () => update({ isOnline: true }));
	window.addEventListener("offline", () => update({ isOnline: false }));
}

function onSubmit(id, act) {
	byId(id).addEventListener("submit", (event) => {
		event.preventDefault();
		if (state.busy === "") {
			act();
		}
	});
}

/* --- who is looking, and at what ------------------------------------------------------------------ */

async function open() {
	go("connecting");
	await arrive(await server.open());
}

async function arrive(opened) {
	if (!opened.body) {
		go(panelOf(opened), { requestId: opened.refusal?.requestId ?? "" });
		return;
	}
	state.session = opened.body;
	const isLocation = opened.body.locationId !== null;
	const answer = await server.read(isLocation ? "/settings/state" : "/settings/brand");
	if (!answer.body) {
		go(panelOf(answer), { requestId: answer.refusal?.requestId ?? "" });
	} else if (isLocation) {
		const isLive = answer.body.modes.some(({ mode, setUp }) => mode === "live" && setUp);
		go("location", { location: answer.body, mode: isLive ? "live" : "test" });
		await Promise.all([check(), loadMoney(), loadActivity()]);
	} else {
		fillBrand(answer.body);
		go("brand");
		showLogo(answer.body.logoUrl ?? "");
	}
}

/* The panel for what the server, or the page around us, said instead of an answer. */
function panelOf({ late, refusal }) {
	if (late) {
		return "late";
	}
	if (refusal?.code.startsWith("installation_")) {
		return "refused";
	}
	return { 401: "expired", 403: "refused", 429: "limited" }[refusal?.status] ?? "trouble";
}

/** Whether the session has ended for good, which takes everything else off the page. */
function hasEnded(answer) {
	const isOver = Boolean(answer.late) || answer.refusal?.status === 401 || answer.refusal?.code === "settings_refused";
	if (isOver) {
		go("expired", { requestId: answer.refusal?.requestId ?? "" });
	}
	return isOver;
}

/* --- what the page shows of a location --------------------------------------------------------------- */

function chooseMode(mode) {
	if (mode === state.mode || state.busy !== "") {
		return;
	}
	update({ mode, editing: false, processor: "", wrong: {}, told: null, formTurn: state.formTurn + 1 });
	loadMoney();
	loadActivity();
}

async function check() {
	if (!state.check.isLoading) {
		await load(state.check, () => server.change("POST", "/settings/check", {}));
	}
}

async function loadMoney() {
	await loadOnce(state.money[state.mode], `/settings/money?mode=${state.mode}`);
}

async function loadActivity() {
	await loadOnce(state.activity[state.mode], `/settings/activity?mode=${state.mode}`);
}

async function loadOnce(part, path) {
	if (!part.isLoading && part.data === null) {
		await load(part, () => server.read(path));
	}
}

async function load(part, ask) {
	Object.assign(part, { isLoading: true, isFailed: false });
	render(state);
	const answer = await ask();
	part.isLoading = false;
	if (!hasEnded(answer)) {
		part.isFailed = !answer.body;
		part.data = answer.body ?? part.data;
		render(state);
	}
}

/* --- changes ------------------------------------------------------------------------------------------ */

/**
 * Make a change, and say what became of it.
 * @param {{name: string, part: string, word: string, later?: string}} change name: what is busy; part: of the
 *     page that tells it, with word, or with later when it was made and is not connected yet.
 * @returns {Promise<object | null>} The answer; null when the page shows something else by now.
 */
async function make({ name, part, word, later = word }, method, path, body) {
	update({ busy: name, told: null });
	const answer = await server.change(method, path, body);
	if (hasEnded(answer)) {
		return null;
	}
	const told = answer.body ? { part, word: answer.body.connected === false ? later : word }
		: { part, code: answer.away ? "away" : answer.refusal.code, requestId: answer.refusal?.requestId ?? "" };
	if (part !== "brand") {
		await readState();
	}
	update({ busy: "", question: "", told });
	byId(`${part}-told`).focus();
	return answer;
}

/* How it stands now; when nobody says, what was shown stays. */
async function readState() {
	const answer = await server.read("/settings/state");
	if (answer.body && state.name === "location") {
		state.location = answer.body;
	}
}

function openForm() {
	update({ editing: true, processor: "", wrong: {}, told: null, formTurn: state.formTurn + 1 });
	byId("processor-title").focus();
}

function closeForm() {
	if (state.busy === "") {
		update({ editing: false, processor: "", wrong: {}, formTurn: state.formTurn + 1 });
		byId("processor-title").focus();
	}
}

async function saveProcessor() {
	const { words, mode } = state;
	const chosen = chosenOf(state, modeOf(state));
	const typed = chosen.fields.map((field) => ({ ...field, value: byId(`credential-${field.name}`).value.trim() }));
	const missing = typed.filter(({ required, value }) => required && value === "");
	update({ wrong: Object.fromEntries(missing.map(({ name, label }) => [name, say(words, "fieldMissing", { label })])) });
	if (missing.length > 0) {
		byId(`credential-${missing[0].name}`).focus();
		return;
	}
	const credentials = Object.fromEntries(typed.filter(({ value }) => value !== "").map(({ name, value }) => [name, value]));
	const change = { name: "processor", part: "processor", word: "saved" };
	const answer = await make(change, "PUT", `/settings/modes/${mode}/processor`, { processor: chosen.name, credentials });
	if (answer?.body) {
		/* What was typed is a secret: it does not stay in the page. */
		update({ editing: false, processor: "", formTurn: state.formTurn + 1 });
		await check();
	}
}

async function answerQuestion() {
	const { question, mode, busy } = state;
	if (busy !== "" || question === "") {
		return;
	}
	const change = { name: question, part: "keys", ...QUESTIONS[question] };
	const answer = await make(change, "POST", `/settings/modes/${mode}/${question}`, {});
	if (answer?.body) {
		await check();
	}
}

async function saveBrand() {
	const { brand, wrong, first } = brandOf(state.words);
	update({ wrong, told: null });
	if (first) {
		first.focus();
		return;
	}
	const answer = await make({ name: "brand", part: "brand", word: "brandSaved" }, "PUT", "/settings/brand", brand);
	if (answer?.body) {
		update({ session: { ...state.session, brand } });
	}
}

function showLogo(address) {
	update({ wrong: {} });
	showPicture(byId("brand-logo-shown"), address);
}
