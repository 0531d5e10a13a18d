/*
 * A stand-in for Kassa with the answers of docs/api.md, so that every state of the checkout page can be
 * produced: by a card number, as in the sandbox, or by replacing an answer with when().
 */
import { readFile } from "node:fs/promises";
import { startServer } from "./http.mjs";

const ASSETS = new URL("../../../assets/", import.meta.url);
const TYPES = { html: "text/html", css: "text/css", mjs: "text/javascript", js: "text/javascript", svg: "image/svg+xml" };
const ATTEMPTS_MAX = 5;

/* What a confirmation with this card leaves behind. */
const CARDS = {
	"4242424242424242": (session) => pay(session),
	"4000000000000002": (session) => decline(session, "card_declined"),
	"4000000000009995": (session) => decline(session, "insufficient_funds"),
	"4000000000000069": (session) => decline(session, "expired_card"),
	"4000000000000127": (session) => decline(session, "incorrect_cvc"),
	"4000002500003155": (session) => Object.assign(session, { status: "action", action: "chl_1", chargeId: "ch_1" }),
	"4000000000001505": (session) => Object.assign(session, { status: "pending", chargeId: "ch_1" }),
	"4000000000001604": (session) => Object.assign(session, { status: "processing", chargeId: "ch_1" }),
};

/* The same of a setup. */
const SAVED_CARDS = {
	"4242424242424242": (setup) => save(setup, "visa", "4242"),
	"5555555555554444": (setup) => save(setup, "mastercard", "4444"),
	"4000000000000002": (setup) => decline(setup, "card_declined"),
	"4000000000000069": (setup) => decline(setup, "expired_card"),
	"4000000000001604": (setup) => Object.assign(setup, { status: "processing" }),
};

export function save(setup, brand, last4) {
	return Object.assign(setup, {
		status: "succeeded", decline: null, card: { brand, last4, expiryMonth: 12, expiryYear: 2039 },
	});
}

export function pay(session) {
	return Object.assign(session, { status: "succeeded", chargeId: "ch_1", decline: null, action: null });
}

/** Of a session or of a setup, which has no charge that could be taken back. */
export function decline(session, code) {
	session.attemptsLeft -= 1;
	return Object.assign(session, {
		status: session.attemptsLeft > 0 ? "open" : "failed",
		decline: { code, message: "Your card was declined." },
		...("chargeId" in session && { action: null, chargeId: null }),
	});
}

export function fault(status, code) {
	const error = { code, message: code, detail: null, requestId: "req_01mock" };
	const { headers, ...answer } = json({ error }, status);
	return { ...answer, headers: { ...headers, ...([429, 503].includes(status) && { "retry-after": "1" }) } };
}

export function json(body, status = 200) {
	return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** @param {string} ancestors Who may embed the pages: a list for frame-ancestors. */
export async function startKassa(ancestors) {
	const kassa = {
		requests: [],
		session: null,
		setup: null,
		origin: "",
		/** Answer ${route}, "POST /checkout/sessions" with {} for an id, by ${answer} instead; undefined: as usual. */
		when: (route, answer) => replaced.set(route, answer),
		/** An answer for when(): none, until reset(). */
		hang: () => new Promise((resolve) => hanging.push(() => resolve(null))),
		reset() {
			hanging.splice(0).forEach((release) => release());
			replaced.clear();
			kassa.requests.length = 0;
			kassa.session = null;
			kassa.setup = null;
		},
		count: (route) => kassa.requests.filter((request) => request.route === route).length,
		close: () => server.close(),
	};
	const replaced = new Map();
	const hanging = [];
	const routes = routesOf(kassa, ancestors);

	const server = await startServer(async ({ method, path, text }) => {
		const route = Object.keys(routes).find((pattern) => matches(pattern, `${method} ${path}`));
		const request = { route, path, body: text === "" ? null : JSON.parse(text) };
		kassa.requests.push(request);
		const answer = await replaced.get(route)?.(request);
		return answer !== undefined ? withCors(route, answer) : withCors(route, await (routes[route] ?? unknown)(request));
	});
	kassa.origin = `http://127.0.0.1:${server.port}`;
	return kassa;
}

function routesOf(kassa, ancestors) {
	return {
		"GET /checkout": () => asset("checkout.html", {
			"content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
				+ " connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none';"
				+ ` frame-ancestors ${ancestors}`,
		}),
		"GET /sandbox/frame": () => asset("frame.html", {
			"content-security-policy": `default-src 'none'; script-src ${kassa.origin}; style-src ${kassa.origin};`
				+ ` connect-src ${kassa.origin}; base-uri 'none'; form-action 'none';`
				+ ` sandbox allow-scripts allow-forms; frame-ancestors ${kassa.origin} ${ancestors}`,
		}),
		"GET /assets/{}": ({ path }) => asset(path.slice("/assets/".length)),
		"POST /checkout/sessions": ({ body }) => {
			kassa.session ??= newSession(body);
			return json(kassa.session);
		},
		"GET /checkout/sessions/{}": () => json(kassa.session),
		"POST /checkout/sessions/{}/confirm": ({ body }) => {
			if (body.token && kassa.session.status === "open") {
				CARDS[body.token.slice("tok_".length)](kassa.session);
			}
			return json(kassa.session);
		},
		"POST /checkout/setups": () => {
			kassa.setup ??= newSetup();
			return json(kassa.setup);
		},
		"GET /checkout/setups/{}": () => json(kassa.setup),
		"POST /checkout/setups/{}/confirm": ({ body }) => {
			if (body.token && kassa.setup.status === "open") {
				SAVED_CARDS[body.token.slice("tok_".length)](kassa.setup);
			}
			return json(kassa.setup);
		},
		"OPTIONS /sandbox/tokens": () => ({ status: 204 }),
		"POST /sandbox/tokens": ({ body }) => json({ token: `tok_${body.number}`, brand: "visa", last4: body.number.slice(-4) }),
		"OPTIONS /sandbox/challenges/{}": () => ({ status: 204 }),
		"POST /sandbox/challenges/{}": ({ body }) => {
			if (body.accept) {
				pay(kassa.session);
			} else {
				decline(kassa.session, "authentication_failed");
			}
			return json({ status: "answered" });
		},
	};
}

function newSession({ transactionId, orderId, contactId, amount, currency }) {
	return {
		id: "cs_1", status: "open", mode: "test", transactionId: transactionId ?? orderId, amount, currency,
		processor: { name: "sandbox", frame: "/sandbox/frame" },
		chargeId: null, action: null, decline: null, attemptsLeft: ATTEMPTS_MAX, saveOffered: Boolean(contactId),
	};
}

function newSetup() {
	return {
		id: "ss_1", status: "open", mode: "test", processor: { name: "sandbox", frame: "/sandbox/frame" },
		decline: null, attemptsLeft: ATTEMPTS_MAX, card: null,
	};
}

async function asset(name, headers = {}) {
	const type = TYPES[name.split(".").at(-1)];
	return { headers: { "content-type": `${type}; charset=utf-8`, ...headers }, body: await readFile(new URL(name, ASSETS)) };
}

/* The frame's origin is opaque, so its requests come from "null" and are asked for first. */
function withCors(route, answer) {
	if (answer === null || !route?.includes("/sandbox/") || route.startsWith("GET")) {
		return answer;
	}
	const cors = {
		"access-control-allow-origin": "*",
		"access-control-allow-headers": "content-type",
		"access-control-allow-methods": "POST",
		"access-control-max-age": "600",
	};
	return { ...answer, headers: { ...answer.headers, ...cors } };
}

function matches(pattern, line) {
	return new RegExp(`^${pattern.replaceAll("/", "\\/").replaceAll("{}", "[^/]+")}$`).test(line);
}

function unknown() {
	return fault(404, "route_unknown");
}
