/*
 * A stand-in for Kassa's side of the settings page, and for the page of the platform around it.  Every state
 * can be produced by changing kassa.state, kassa.links and so on, or by replacing an answer with when().
 *
 * What it answers is the API of the page: POST /settings/session opens a session; everything else wants its
 * token in "authorization: Bearer …" and answers 401 without it.
 */
import { readFile } from "node:fs/promises";
import { fault, json } from "./kassa.mjs";
import { startServer } from "./http.mjs";

const ASSETS = new URL("../../../assets/", import.meta.url);
const TYPES = { html: "text/html", css: "text/css", mjs: "text/javascript", svg: "image/svg+xml" };

export const SESSION = {
	token: "tkt_1", expiresInS: 900, user: { name: "Ada Byron", role: "admin" }, companyId: "com_1", locationId: "loc_1",
	canEdit: true, brand: { name: "Northwind Pay", description: "Cards for every checkout", logoUrl: null, support: "help@northwind.example" },
};

const SANDBOX = {
	name: "sandbox", label: "Sandbox",
	fields: [{ name: "key", label: "Sandbox key", secret: true, required: false }],
};

/* One with everything a form can have. */
export const ACME = {
	name: "acme", label: "Acme Payments",
	fields: [
		{ name: "merchant", label: "Merchant number", secret: false, required: true },
		{ name: "secret", label: "API secret", secret: true, required: true },
		{ name: "descriptor", label: "Text on statements", secret: false, required: false },
	],
};

export function newState() {
	return {
		location: { id: "loc_1", name: "Bluebird Bakery" },
		modes: [
			{
				mode: "test", connected: true, setUp: true, processor: { name: "sandbox", label: "Sandbox" }, processors: [SANDBOX],
				keys: {
					apiKey: { prefix: "kassa_sk_test_", lastFour: "ab12", createdAt: "2026-11-20T09:30:00Z" },
					publishableKey: { text: "kassa_pk_test_7Qm2x9Lr4tVb8nKc", createdAt: "2026-11-20T09:30:00Z" },
					previous: null,
				},
			},
			{ mode: "live", connected: true, setUp: false, processor: null, processors: [], keys: null },
		],
		installation: { state: "active", reason: null },
	};
}

/* In the order of the chain; those without a mode are of both. */
export function newLinks() {
	const one = (id, mode) => ({ id, mode, state: "ok", reason: null, seenAt: null });
	return [
		one("token", null), one("registered", null),
		one("connected", "test"), { ...one("connected", "live"), state: "broken", reason: "not_set_up" },
		one("reachable", null),
		{ ...one("queried", "test"), seenAt: "2026-11-25T08:12:00Z" }, { ...one("queried", "live"), state: "skipped" },
		one("default", "test"), { ...one("default", "live"), state: "skipped" },
	];
}

export function newActivity() {
	const charge = (id, more) => ({
		id, at: "2026-11-25T08:12:00Z", amount: "49.99", currency: "USD", status: "succeeded", decline: null, card: "visa 4242", ...more,
	});
	return {
		charges: [
			charge("ch_01k9vq3m2d"),
			charge("ch_01k9vp1a7x", { amount: "1249.00", currency: "EUR", status: "failed", decline: "insufficient_funds", card: "visa 9995" }),
			charge("ch_01k9vn8c4s", { amount: "5000", currency: "JPY", status: "pending", card: null }),
			charge("ch_01k9vm0e5t", { status: "unknown" }),
		],
		refunds: [
			{ id: "re_01k9w1", chargeId: "ch_01k9vq3m2d", at: "2026-11-25T08:40:00Z", amount: "10.00", currency: "USD", status: "succeeded", reason: null },
			{ id: "re_01k9w2", chargeId: "ch_01k9vp1a7x", at: "2026-11-24T18:02:00Z", amount: "5.00", currency: "EUR", status: "failed", reason: "processor_refused" },
		],
		webhooks: [
			{ id: "wh_1", type: "INSTALL", at: "2026-11-20T09:29:00Z", state: "applied", reason: null },
			{ id: "wh_2", type: "InvoiceVoid", at: "2026-11-21T10:00:00Z", state: "ignored", reason: "no such invoice" },
			{ id: "wh_3", type: "ContactCreate", at: "2026-11-21T11:00:00Z", state: "stored", reason: null },
		],
	};
}

/* Days before today, so that the chart has them whenever the test runs. */
export function newMoney() {
	const day = (before) => new Date(Date.now() - before * 86_400_000).toISOString().slice(0, 10);
	const charged = [[28, "19.99"], [24, "249.00"], [21, "49.99"], [17, "310.50"], [16, "89.00"], [11, "120.00"], [9, "402.49"], [5, "49.99"], [4, "199.00"], [2, "75.25"], [1, "260.00"]];
	const refunded = { 16: "89.00", 4: "49.99" };
	return {
		days: 30,
		currencies: [
			{ currency: "USD", total: "1686.22", days: charged.map(([before, amount]) => ({ day: day(before), charged: amount, refunded: refunded[before] ?? "0.00" })) },
			{ currency: "JPY", total: "-500", days: [{ day: day(6), charged: "0", refunded: "500" }] },
		],
	};
}

/** @param {string} ancestors Who may embed the page: a list for frame-ancestors. */
export async function startSettings(ancestors) {
	const kassa = {
		origin: "",
		requests: [],
		when: (route, answer) => replaced.set(route, answer),
		hang: () => new Promise((resolve) => hanging.push(() => resolve(null))),
		/** The session's token is not taken any more. */
		expire: () => {
			kassa.session.token = `tkt_${++kassa.turn}`;
		},
		reset() {
			hanging.splice(0).forEach((release) => release());
			replaced.clear();
			kassa.requests.length = 0;
			Object.assign(kassa, {
				turn: 1, session: structuredClone(SESSION), state: newState(), links: newLinks(), activity: newActivity(), money: newMoney(),
				brand: { ...SESSION.brand },
			});
		},
		count: (route) => kassa.requests.filter((request) => request.route === route).length,
		sent: (route) => kassa.requests.filter((request) => request.route === route).map(({ body }) => body),
		close: () => server.close(),
	};
	const replaced = new Map();
	const hanging = [];
	kassa.reset();
	const routes = routesOf(kassa, ancestors);

	const server = await startServer(async ({ method, path, query, headers, text }) => {
		const pattern = path.startsWith("/assets/") ? "/assets/{}" : path;
		const route = `${method} ${pattern}`;
		const request = { route, path, query, headers, body: text === "" ? null : JSON.parse(text) };
		kassa.requests.push(request);
		const isPage = method === "GET" && !path.startsWith("/settings/");
		const isOpen = isPage || path === "/settings/session" || headers.authorization === `Bearer ${kassa.session.token}`;
		const answer = await replaced.get(route)?.(request);
		return answer !== undefined ? answer : !isOpen ? fault(401, "settings_expired") : (routes[route] ?? unknown)(request);
	});
	kassa.origin = `http://127.0.0.1:${server.port}`;
	return kassa;
}

function routesOf(kassa, ancestors) {
	const routes = {
		"GET /settings": () => asset("settings.html", {
			"content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
				+ " img-src 'self' https: data:; base-uri 'none'; form-action 'none';"
				+ ` frame-ancestors ${ancestors}`,
		}),
		"GET /assets/{}": ({ path }) => asset(path.slice("/assets/".length)),
		"POST /settings/session": ({ body }) =>
			(body.payload.startsWith("sealed") ? json(kassa.session) : fault(403, "settings_refused")),
		"GET /settings/state": () => json(kassa.state),
		"POST /settings/check": () => json({ checkedAt: "2026-11-25T08:20:00Z", links: kassa.links }),
		"GET /settings/activity": ({ query }) => json(query.get("mode") === "test" ? kassa.activity : { charges: [], refunds: [], webhooks: [] }),
		"GET /settings/money": ({ query }) => json(query.get("mode") === "test" ? kassa.money : { days: 30, currencies: [] }),
		"GET /settings/brand": () => json(kassa.brand),
		"PUT /settings/brand": ({ body }) => {
			kassa.brand = body;
			return json(kassa.brand);
		},
	};
	for (const mode of kassa.state.modes.map((one) => one.mode)) {
		const of = () => kassa.state.modes.find((one) => one.mode === mode);
		routes[`PUT /settings/modes/${mode}/processor`] = ({ body }) => {
			const { name, label } = of().processors.find((one) => one.name === body.processor);
			Object.assign(of(), { processor: { name, label }, setUp: true });
			return json({ mode, connected: true });
		};
		routes[`POST /settings/modes/${mode}/rotate`] = () => {
			const { keys } = of();
			keys.previous = { lastFour: keys.apiKey.lastFour, createdAt: keys.apiKey.createdAt };
			Object.assign(keys.apiKey, { lastFour: "cd34", createdAt: "2026-11-25T08:21:00Z" });
			return json({ mode, connected: true });
		};
		routes[`POST /settings/modes/${mode}/revoke`] = () => {
			of().keys.previous = null;
			return json({ mode, connected: true });
		};
	}
	return routes;
}

/* The page around it: answers the handshake with a payload, a new one each time or a given one, or not at all. */
function hostScript() {
	const query = new URLSearchParams(window.location.search);
	const frame = document.querySelector("iframe");
	window.asked = 0;
	window.addEventListener("message", ({ source, data }) => {
		if (source !== frame.contentWindow || data?.message !== "REQUEST_USER_DATA") {
			return;
		}
		window.asked += 1;
		if (query.get("answer") !== "none") {
			const payload = query.get("payload") ?? `${query.get("answer")}-${window.asked}`;
			frame.contentWindow.postMessage({ message: "REQUEST_USER_DATA_RESPONSE", payload }, "*");
		}
	});
	frame.src = query.get("settings");
}

const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Account</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%;display:block}</style>
<iframe title="Payment settings"></iframe><script>(${hostScript})()</script></html>`;

export async function startHost() {
	const server = await startServer(() => ({ headers: { "content-type": "text/html" }, body: PAGE }));
	const origin = `http://localhost:${server.port}`;
	return {
		origin,
		/** The address of a page that embeds ${settings} and answers with ${answer}, "none" for never. */
		address: (settings, answer = "sealed") => `${origin}/?${new URLSearchParams({ settings, answer })}`,
		/** The same with a payload that is really sealed. */
		sealedAddress: (settings, payload) => `${origin}/?${new URLSearchParams({ settings, payload })}`,
		close: () => server.close(),
	};
}

async function asset(name, headers = {}) {
	const type = TYPES[name.split(".").at(-1)];
	return { headers: { "content-type": `${type}; charset=utf-8`, ...headers }, body: await readFile(new URL(name, ASSETS)) };
}

function unknown() {
	return fault(404, "route_unknown");
}
