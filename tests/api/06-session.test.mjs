/*
 * assets/session.mjs: what the checkout page asks the server, with a world that loses answers.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createSessions } from "../../assets/session.mjs";

const OPEN = { id: "cs_1", status: "open", attemptsLeft: 5, chargeId: null, decline: null };
const PROCESSING = { ...OPEN, status: "processing", chargeId: "ch_1" };
const SUCCEEDED = { ...PROCESSING, status: "succeeded" };
const DECLINED = { ...OPEN, attemptsLeft: 4, decline: { code: "card_declined" } };
const ACTION = { ...OPEN, status: "action", action: "chl_1" };

const fault = (status, code, headers = {}) => ({ status, body: { error: { code, requestId: "req_1" } }, headers });
const ok = (session) => ({ status: 200, body: session, headers: {} });
const LOST = null;
const NOT_JSON = { status: 200, body: undefined, headers: {} };

/* A server that answers from a list, one answer a request, the last one again and again. */
function world(...answers) {
	const asked = [];
	const sleeps = [];
	const connections = [];
	let now = 0;
	const outside = {
		async fetch(path, { method, body }) {
			asked.push(`${method} ${path.replace("/checkout/sessions", "")} ${body ?? ""}`.trim());
			const answer = answers.length > 1 ? answers.shift() : answers[0];
			if (answer === LOST) {
				throw new TypeError("network");
			}
			return {
				ok: answer.status < 400,
				status: answer.status,
				headers: new Headers(answer.headers),
				json: async () => {
					if (answer.body === undefined) {
						throw new SyntaxError("not JSON");
					}
					return answer.body;
				},
			};
		},
		isOnline: () => true,
		now: () => now,
		sleep: async (ms) => {
			sleeps.push(ms);
			now += ms;
		},
		onConnection: (situation) => connections.push(situation),
	};
	const sessions = createSessions(outside, "/checkout/sessions");
	const setups = createSessions(outside, "/checkout/setups");
	return { sessions, setups, asked, sleeps, connections };
}

test("open_answered_is_the_session", async () => {
	const { sessions, asked } = world(ok(OPEN));
	assert.deepEqual(await sessions.open({ amount: "1" }), { session: OPEN });
	assert.deepEqual(asked, ['POST  {"amount":"1"}']);
});

for (const [name, answer] of [["lost", LOST], ["busy", fault(503, "store_busy")], ["not_json", NOT_JSON],
	["not_a_session", ok({})]]) {
	test(`open_${name}_is_asked_again`, async () => {
		const { sessions, asked, connections } = world(answer, answer, ok(OPEN));
		assert.deepEqual(await sessions.open({}), { session: OPEN });
		assert.equal(asked.length, 3);
		assert.deepEqual(connections, ["away", "back"]);
	});
}

test("open_busy_waits_as_long_as_the_server_says", async () => {
	const { sessions, sleeps } = world(fault(503, "store_busy", { "retry-after": "5" }), ok(OPEN));
	await sessions.open({});
	assert.deepEqual(sleeps, [5_000]);
});

test("open_refused_is_not_asked_again", async () => {
	const { sessions, asked } = world(fault(401, "publishable_key_invalid"));
	assert.deepEqual(await sessions.open({}), {
		refusal: { code: "publishable_key_invalid", status: 401, requestId: "req_1" },
	});
	assert.equal(asked.length, 1);
});

/* Nothing was sent to anybody: neither repeated nor asked about, and the page can say so. */
for (const [name, answer] of [["rate_limited", fault(429, "rate_limited", { "retry-after": "600" })],
	["attempts_limited", fault(429, "attempts_limited", { "retry-after": "600" })],
	["limited_by_a_proxy", { status: 429, body: undefined, headers: {} }]]) {
	test(`open_and_confirm_${name}_are_refused_at_once`, async () => {
		for (const ask of [(sessions) => sessions.open({}), (sessions) => sessions.confirm(OPEN, "tok_1")]) {
			const { sessions, asked, sleeps, connections } = world(answer);
			const { code = "", requestId = "" } = answer.body?.error ?? {};
			assert.deepEqual(await ask(sessions), { refusal: { code, status: 429, requestId } });
			assert.equal(asked.length, 1);
			assert.deepEqual([sleeps, connections], [[], []]);
		}
	});
}

test("question_that_is_limited_waits_and_is_asked_again", async () => {
	const { sessions, asked, sleeps } = world(fault(429, "rate_limited", { "retry-after": "7" }),
		fault(429, "rate_limited", { "retry-after": "3600" }), ok(SUCCEEDED));
	assert.deepEqual(await sessions.read("cs_1"), { session: SUCCEEDED });
	assert.deepEqual(sleeps, [7_000, 60_000]);
	assert.equal(asked.length, 3);
});

test("confirm_whose_repeat_is_limited_is_asked_about", async () => {
	const { sessions, asked } = world(LOST, ok(OPEN), fault(429, "rate_limited"), ok(PROCESSING));
	assert.deepEqual(await sessions.confirm(OPEN, "tok_1"), { session: PROCESSING });
	assert.equal(asked.length, 4);
});

test("open_never_answered_ends", async () => {
	const { sessions, asked, sleeps } = world(LOST);
	assert.deepEqual(await sessions.open({}), { away: true });
	assert.ok(asked.length <= 20);
	assert.ok(Math.max(...sleeps) <= 8_000);
});

test("confirm_answered_asks_once", async () => {
	const { sessions, asked } = world(ok(SUCCEEDED));
	assert.deepEqual(await sessions.confirm(OPEN, "tok_1"), { session: SUCCEEDED });
	assert.deepEqual(asked, ['POST /cs_1/confirm {"token":"tok_1"}']);
});

test("confirm_refused_is_not_repeated", async () => {
	const { sessions, asked } = world(fault(422, "token_invalid"));
	assert.equal((await sessions.confirm(OPEN, "tok_1")).refusal.code, "token_invalid");
	assert.equal(asked.length, 1);
});

test("confirm_with_attempts_used_up_is_refused", async () => {
	const { sessions } = world(fault(429, "attempts_exceeded"));
	assert.equal((await sessions.confirm(OPEN, "tok_1")).refusal.code, "attempts_exceeded");
});

for (const [name, known] of [["succeeded", SUCCEEDED], ["processing", PROCESSING], ["declined", DECLINED]]) {
	test(`confirm_without_answer_asks_and_finds_${name}`, async () => {
		const { sessions, asked } = world(LOST, LOST, fault(503, "store_busy"), ok(known));
		assert.deepEqual(await sessions.confirm(OPEN, "tok_1"), { session: known });
		assert.deepEqual(asked, ['POST /cs_1/confirm {"token":"tok_1"}', "GET /cs_1", "GET /cs_1", "GET /cs_1"]);
	});
}

test("confirm_that_never_arrived_is_sent_again_with_the_same_token", async () => {
	const { sessions, asked } = world(LOST, ok(OPEN), ok(SUCCEEDED));
	assert.deepEqual(await sessions.confirm(OPEN, "tok_1"), { session: SUCCEEDED });
	assert.deepEqual(asked, ['POST /cs_1/confirm {"token":"tok_1"}', "GET /cs_1", 'POST /cs_1/confirm {"token":"tok_1"}']);
});

test("confirm_that_arrived_late_is_found_when_its_repeat_is_refused", async () => {
	const { sessions, asked } = world(LOST, ok(OPEN), fault(422, "token_invalid"), ok(DECLINED));
	assert.deepEqual(await sessions.confirm(OPEN, "tok_1"), { session: DECLINED });
	assert.equal(asked.length, 4);
});

test("confirm_that_is_sent_again_still_says_to_save_the_card", async () => {
	const { sessions, asked } = world(LOST, ok(OPEN), ok(SUCCEEDED));
	await sessions.confirm(OPEN, "tok_1", { save: true });
	assert.deepEqual(asked.filter((line) => line.startsWith("POST")), Array(2).fill('POST /cs_1/confirm {"token":"tok_1","save":true}'));
});

test("confirm_without_a_token_says_nothing_about_saving", async () => {
	const { sessions, asked } = world(ok(SUCCEEDED));
	await sessions.confirm(ACTION, null, { save: true });
	assert.deepEqual(asked, ["POST /cs_1/confirm {}"]);
});

test("setup_is_opened_confirmed_and_asked_about_at_its_own_address", async () => {
	const setup = { id: "ss_1", status: "open", attemptsLeft: 5, decline: null, card: null };
	const saved = { ...setup, status: "succeeded", card: { brand: "visa", last4: "4242" } };
	const { setups, asked } = world(ok(setup), LOST, ok({ ...setup, status: "processing" }), ok(saved));
	assert.deepEqual(await setups.open({ contactId: "con_1" }), { session: setup });
	const { session } = await setups.confirm(setup, "tok_1");
	assert.deepEqual(await setups.follow(session), { session: saved });
	assert.deepEqual(asked, ['POST /checkout/setups {"contactId":"con_1"}', 'POST /checkout/setups/ss_1/confirm {"token":"tok_1"}',
		"GET /checkout/setups/ss_1", "GET /checkout/setups/ss_1"]);
});

test("confirm_after_a_challenge_is_repeated_without_a_token", async () => {
	const { sessions, asked } = world(LOST, ok(ACTION), ok(SUCCEEDED));
	assert.deepEqual(await sessions.confirm(ACTION, null), { session: SUCCEEDED });
	assert.deepEqual(asked, ["POST /cs_1/confirm {}", "GET /cs_1", "POST /cs_1/confirm {}"]);
});

test("confirm_never_known_is_away_and_never_failed", async () => {
	const { sessions, asked } = world(LOST);
	assert.deepEqual(await sessions.confirm(OPEN, "tok_1"), { away: true });
	assert.equal(asked.filter((line) => line.startsWith("POST")).length, 1);
});

test("confirm_whose_question_is_refused_is_away_and_never_failed", async () => {
	const { sessions } = world(LOST, fault(404, "session_unknown"));
	assert.deepEqual(await sessions.confirm(OPEN, "tok_1"), { away: true });
});

test("follow_asks_until_it_is_known", async () => {
	const { sessions, asked } = world(ok(PROCESSING), LOST, ok(SUCCEEDED));
	assert.deepEqual(await sessions.follow(PROCESSING), { session: SUCCEEDED });
	assert.equal(asked.length, 3);
});

test("follow_of_30_seconds_is_long", async () => {
	const { sessions, asked } = world(ok(PROCESSING));
	assert.deepEqual(await sessions.follow(PROCESSING), { session: PROCESSING, isLong: true });
	assert.equal(asked.length, 30);
});

test("follow_without_a_charge_id_ends_as_away", async () => {
	const { sessions } = world(ok({ ...PROCESSING, chargeId: null }));
	assert.deepEqual(await sessions.follow({ ...PROCESSING, chargeId: null }), { away: true });
});
