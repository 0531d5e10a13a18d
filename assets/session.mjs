/*
 * The checkout session on the server: open it, confirm it, ask how it stands.  checkout.mjs uses it, and
 * once more for setups, which save a card without a payment and are talked about in the same way.
 * It has no DOM; what it needs of the world is handed in, so that tests/api/06-session.test.mjs can
 * lose answers, go offline and let time pass.
 *
 * The rule: opening is safe to repeat and is repeated.  A confirmation without an answer may have
 * moved money, so it is never repeated blindly and never with another token: the session is asked.
 * 429 is no such case: the request was stopped at the door, and whether to try again is the payer's choice.
 */

const OPEN_WAIT_MS = 15_000;
const CONFIRM_WAIT_MS = 30_000;
const READ_WAIT_MS = 10_000;

const RETRY_FIRST_MS = 1_000;
const RETRY_MOST_MS = 8_000;
const OPEN_TRIES_MAX = 12;
const READ_TRIES_MAX = 150;
const CONFIRM_REPEATS_MAX = 3;

const POLL_EVERY_MS = 1_000;
const POLLS_MAX = 600;
const PROCESSING_LONG_MS = 30_000;

/* Answers that say nothing about what was done; all others are final for the same request. */
const UNSURE_STATUSES = new Set([408, 425, 500, 502, 503, 504]);
const LIMITED_STATUS = 429;
const RETRY_AFTER_MOST_S = 60;

/**
 * @typedef {object} Session The session object of docs/api.md, or its setup object.
 *
 * @typedef {{session: Session}} Known
 * @typedef {{refusal: {code: string, status: number, requestId: string}}} Refused
 * @typedef {{away: true}} Away Nobody answered within the limits.
 *
 * @typedef {object} World
 * @property {typeof fetch} fetch
 * @property {() => boolean} isOnline
 * @property {() => number} now Milliseconds.
 * @property {(ms: number) => Promise<void>} sleep May end early, when the network is back.
 * @property {(situation: "offline" | "away" | "back") => void} onConnection
 */

/**
 * @param {World} world
 * @param {string} path Where the sessions are on the server.
 */
export function createSessions(world, path) {
	/* Told on changes only, so that a page can speak once. */
	let connection = "back";
	function say(situation) {
		if (situation !== connection) {
			connection = situation;
			world.onConnection(situation);
		}
	}

	async function ask(path, body, limitMs) {
		const answer = await exchange(world.fetch, path, body, limitMs);
		say(answer.away ? (world.isOnline() ? "away" : "offline") : "back");
		return answer;
	}

	/** @returns {Promise<Known | Refused | Away>} */
	async function open(order) {
		for (let tries = 0; tries < OPEN_TRIES_MAX; tries++) {
			const answer = await ask(path, order, OPEN_WAIT_MS);
			if (!answer.away) {
				return known(answer);
			}
			await world.sleep(Math.max(answer.waitMs, backoffMs(tries)));
		}
		return { away: true };
	}

	/* Asks until the session is known: a refused question says nothing about the payment either. */
	async function readUntilKnown(id) {
		for (let tries = 0; tries < READ_TRIES_MAX; tries++) {
			const answer = await ask(pathOf(id), null, READ_WAIT_MS);
			if (!answer.away && !isLimited(answer)) {
				return answer.session ? answer : { away: true };
			}
			const limitedMs = isLimited(answer) ? answer.waitMs : 0;
			await world.sleep(Math.max(limitedMs, Math.min(backoffMs(tries), 4 * POLL_EVERY_MS)));
		}
		return { away: true };
	}

	/**
	 * Charge the session.
	 * @param {Session} before How it stood when the payer pressed the button.
	 * @param {string | null} token null asks how an attempt under way has ended.
	 * @param {{save?: true}} wishes What the payer wants beside it.
	 * @returns {Promise<Known | Refused | Away>}
	 */
	async function confirm(before, token, wishes = {}) {
		const body = token === null ? {} : { token, ...wishes };
		let answer = { away: true };
		for (let tries = 0; tries <= CONFIRM_REPEATS_MAX; tries++) {
			const isRepeat = tries > 0;
			answer = await ask(`${pathOf(before.id)}/confirm`, body, CONFIRM_WAIT_MS);
			if (answer.session || (answer.refusal && !isRepeat)) {
				return known(answer);
			}
			/* A repeat that is refused ("token was used") means that an earlier one arrived. */
			const isRefused = Boolean(answer.refusal);
			answer = await readUntilKnown(before.id);
			if (!answer.session || isRefused || !isUntouched(before, answer.session)) {
				return answer;
			}
		}
		return answer;
	}

	/**
	 * Ask every second while the session is processing.
	 * @returns {Promise<(Known & {isLong?: boolean}) | Away>} isLong: it still is, after 30 s.
	 */
	async function follow(session) {
		const start = world.now();
		let answer = { session };
		for (let polls = 0; answer.session?.status === "processing" && polls < POLLS_MAX; polls++) {
			if (answer.session.chargeId && world.now() - start >= PROCESSING_LONG_MS) {
				return { session: answer.session, isLong: true };
			}
			await world.sleep(POLL_EVERY_MS);
			answer = await readUntilKnown(session.id);
		}
		return answer.session?.status === "processing" ? { away: true } : answer;
	}

	function pathOf(id) {
		return `${path}/${encodeURIComponent(id)}`;
	}

	return { open, read: readUntilKnown, confirm, follow };
}

/** One request: an answer that is known, a refusal that is final, or nobody there. */
async function exchange(fetch, path, body, limitMs) {
	const abort = new AbortController();
	const timer = setTimeout(() => abort.abort(), limitMs);
	try {
		const response = await fetch(path, {
			method: body === null ? "GET" : "POST",
			headers: body === null ? {} : { "content-type": "application/json" },
			body: body === null ? undefined : JSON.stringify(body),
			signal: abort.signal,
			cache: "no-store",
			credentials: "omit",
			redirect: "error",
		});
		/* Who limits may be a proxy in front, which says so in its own words. */
		const told = response.status === LIMITED_STATUS ? await response.json().catch(() => null) : await response.json();
		return answerOf(response, told);
	} catch {
		/* No connection, no answer in time, or not JSON: a proxy's page says nothing about us. */
		return { away: true, waitMs: 0 };
	} finally {
		clearTimeout(timer);
	}
}

function answerOf(response, body) {
	if (response.ok) {
		return typeof body?.id === "string" && typeof body.status === "string"
			? { session: body }
			: { away: true, waitMs: 0 };
	}
	const seconds = Number(response.headers.get("retry-after"));
	const waitMs = seconds > 0 ? Math.min(seconds, RETRY_AFTER_MOST_S) * 1000 : 0;
	if (UNSURE_STATUSES.has(response.status)) {
		return { away: true, waitMs };
	}
	const code = String(body?.error?.code ?? "");
	return { refusal: { code, status: response.status, requestId: String(body?.error?.requestId ?? "") }, waitMs };
}

function isLimited({ refusal }) {
	return refusal?.status === LIMITED_STATUS;
}

/* How long to wait is for the asking in here. */
function known({ session, refusal }) {
	return session ? { session } : { refusal };
}

/* Nothing happened to it since: the confirmation never arrived, and the same one may be sent again. */
function isUntouched(before, after) {
	return after.status === before.status && after.attemptsLeft === before.attemptsLeft;
}

function backoffMs(tries) {
	return Math.min(RETRY_FIRST_MS * 2 ** tries, RETRY_MOST_MS);
}
