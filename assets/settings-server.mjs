/*
 * The settings page's talk with the server: a session, and questions under it.  settings.mjs uses it.  It has
 * no DOM; what it needs of the world is handed in, so that tests/api/08-settings-page.test.mjs can lose
 * answers and end sessions.
 *
 * The session's token lives in this closure and nowhere else, and travels in a header.  When the server no
 * longer takes it, the handshake is done again, once, by one of those who are asking.
 */

const ANSWER_WAIT_MS = 20_000;
const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 8_000;
const READ_TRIES_MAX = 4;

/* Answers that say nothing about what was done; all others are final for the same request. */
const UNSURE_STATUSES = new Set([408, 425, 500, 502, 503, 504]);
const UNKNOWN_WHO = 401;
const RETRY_AFTER_MOST_S = 10;

/**
 * @typedef {{body: object}} Answered
 * @typedef {{refusal: {code: string, status: number, requestId: string}}} Refused
 * @typedef {{away: true}} Away Nobody answered: of a change, it may have been made.
 * @typedef {{late: true}} Late The page around us did not say who is looking.
 * @typedef {Answered | Refused | Away | Late} Answer
 *
 * @typedef {object} World
 * @property {typeof fetch} fetch
 * @property {(ms: number) => Promise<void>} sleep
 * @property {() => Promise<{payload: string} | {late: true}>} askHost
 */

/** @param {World} world */
export function createServer(world) {
	let token = "";
	let opening = null;

	/** @returns {Promise<Answer>} The session: who is looking, at what, and whether they may change it. */
	async function open() {
		token = "";
		const host = await world.askHost();
		if (host.late) {
			return host;
		}
		const answer = await repeat(() => exchange(world.fetch, {
			method: "POST", path: "/settings/session", body: { payload: host.payload }, token: "",
		}));
		if (answer.body) {
			const { token: given, ...session } = answer.body;
			token = given;
			return { body: session };
		}
		return answer;
	}

	/* Several may find out at once that the session has ended. */
	function openOnce() {
		opening ??= open().finally(() => {
			opening = null;
		});
		return opening;
	}

	/* A request that was turned away at the door has done nothing, so it may be sent again. */
	async function ask(method, path, body) {
		const used = token;
		const answer = await exchange(world.fetch, { method, path, body, token: used });
		if (answer.refusal?.status !== UNKNOWN_WHO) {
			return answer;
		}
		const opened = token === used || opening ? await openOnce() : { body: {} };
		return opened.body ? exchange(world.fetch, { method, path, body, token }) : opened;
	}

	async function repeat(asked) {
		let answer = { away: true };
		for (let tries = 0; tries < READ_TRIES_MAX; tries++) {
			if (tries > 0) {
				const backoffMs = Math.min(RETRY_FIRST_MS * 2 ** (tries - 1), RETRY_MOST_MS);
				await world.sleep(Math.max(answer.waitMs ?? 0, backoffMs));
			}
			answer = await asked();
			if (!answer.away) {
				return answer;
			}
		}
		return { away: true };
	}

	return {
		open: openOnce,
		/** Safe to repeat, and repeated. */
		read: (path) => repeat(() => ask("GET", path, null)),
		/** Sent once: whether it arrived when nobody answers is for the caller to find out. */
		change: (method, path, body) => ask(method, path, body),
	};
}

/** One request: an answer, a refusal that is final, or nobody there. */
async function exchange(fetch, { method, path, body, token }) {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), ANSWER_WAIT_MS);
	try {
		const response = await fetch(path, {
			method,
			headers: {
				...(token !== "" && { authorization: `Bearer ${token}` }),
				...(body !== null && { "content-type": "application/json" }),
			},
			body: body === null ? undefined : JSON.stringify(body),
			signal: abort.signal,
			cache: "no-store",
			credentials: "omit",
			redirect: "error",
		});
		return await answerOf(response);
	} catch {
		/* No connection, no answer in time, or not JSON: a proxy's page says nothing about us. */
		return { away: true, waitMs: 0 };
	} finally {
		clearTimeout(timer);
	}
}

async function answerOf(response) {
	if (response.status === 204) {
		return { body: {} };
	}
	if (response.ok) {
		const body = await response.json();
		return typeof body === "object" && body !== null ? { body } : { away: true, waitMs: 0 };
	}
	if (UNSURE_STATUSES.has(response.status)) {
		const seconds = Number(response.headers.get("retry-after"));
		return { away: true, waitMs: seconds > 0 ? Math.min(seconds, RETRY_AFTER_MOST_S) * 1000 : 0 };
	}
	/* Who limits may be a proxy in front, which says so in its own words. */
	const told = await response.json().catch(() => null);
	return {
		refusal: {
			code: String(told?.error?.code ?? ""),
			status: response.status,
			requestId: String(told?.error?.requestId ?? ""),
		},
	};
}
