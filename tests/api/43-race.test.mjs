/*
 * A thousand charges, each of whose end is heard from all sides at once: the page that confirms, the platform
 * that asks, the processor that notifies, the janitor whose time has come.  One posting each, whoever wins.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { timeHasCome } from '../support/clock.mjs';
import { CARD, booksBalance, eventually, platformId } from '../support/payer.mjs';
import { Merchant, crowd, lockHeld, logLines } from '../support/merchant.mjs';
import { startStack } from '../support/stack.mjs';

const BATCH = 50;		/* charges whose ends are held up together, and let go at once */
const CLIENTS = 25;		/* that begin charges side by side */
const WORKERS = 4;
const CONNECTIONS = 16;		/* of each worker: so many can wait for a row */

/* What each kind of round begins with, and how many there are. */
const ROUNDS = [
	{ name: 'page, pending', count: 350, begin: pagePending, end: timeIsUp, status: 'succeeded' },
	{ name: 'page, 3-D Secure accepted', count: 100, begin: pageChallenge, end: challengeAnswered, status: 'succeeded' },
	{ name: 'page, 3-D Secure refused', count: 50, begin: pageChallenge, end: challengeAnswered, status: 'failed' },
	{ name: 'kept card, pending', count: 350, begin: keptPending, end: timeIsUp, status: 'succeeded' },
	{ name: 'kept card, answer lost', count: 150, begin: keptSilent, end: () => {}, status: 'succeeded' },
];

let stack, merchant, methods;

before(async () => {
	stack = await startStack({
		kassa: { KASSA_WORKERS: String(WORKERS), KASSA_DATABASE_CONNECTIONS: String(CONNECTIONS), KASSA_DATABASE_TIMEOUT_MS: '30000',
			KASSA_PROCESSOR_TIMEOUT_MS: '200', KASSA_RESOLVE_AFTER_MS: '100', KASSA_SANDBOX_PEND_MS: '3600000' },
	});
	merchant = await Merchant.made(stack);	/* without a read-back: half of the requests, the same races */
	methods = {};
	for (const card of ['pending', 'silent']) {
		methods[card] = [];
		for (let i = 0; i < 16; i += 1) {
			const contactId = platformId();
			methods[card].push({ contactId, paymentMethodId: await merchant.keep(contactId, CARD[card]) });
		}
	}
});
after(() => stack?.stop());

/* --- how a charge begins, and who asks about it ---------------------------------------------------- */

async function pageBegun(card) {
	const order = { transactionId: platformId(), orderId: platformId() };
	const session = (await merchant.session(order, { amount: '10.00', currency: 'USD' })).json;
	const { json } = await merchant.confirm(session.id, await merchant.token(card));
	return { order, chargeId: json.chargeId, ask: () => merchant.confirm(session.id) };
}

function pagePending() {
	return pageBegun(CARD.pending);
}

function pageChallenge() {
	return pageBegun(CARD.challenge);
}

async function keptBegun(card, index) {
	const order = { transactionId: platformId() };
	const ask = () => merchant.charge({ ...methods[card][index % methods[card].length], ...order, amount: 10 });
	return { order, ask, chargeId: (await ask()).json.chargeId };
}

function keptPending(index) {
	return keptBegun('pending', index);
}

function keptSilent(index) {
	return keptBegun('silent', index);
}

/* --- how the processor comes to its end ------------------------------------------------------------- */

const textList = (rounds) => `array[${rounds.map(({ chargeId }) => `'${chargeId}'`).join()}]`;

function timeIsUp(kind, rounds) {
	return stack.psql(`update sandbox.operation set ends_at = now() where key = any(${textList(rounds)})`);
}

/* Past Kassa, so that nobody has heard of it before the race begins. */
function challengeAnswered(kind, rounds) {
	return stack.psql(`select sandbox.challenge_answer(challenge, ${kind.status === 'succeeded'})
		from sandbox.operation where key = any(${textList(rounds)})`);
}

/* --- a batch: all sides come to the books, and find the row held; then it is let go ------------------ */

const settlesWaiting = async () => Number((await stack.psql(`select count(*) from pg_stat_activity
	where wait_event_type = 'Lock' and query like '%charge_settle%'`))[0][0]);

/* As many as will come: how requests and jobs spread over the workers is not ours to say. */
async function allHaveCome() {
	let before = 0;
	await eventually(async () => {
		const waiting = await settlesWaiting();
		const is = waiting >= CONNECTIONS * WORKERS / 2 && waiting === before;
		before = waiting;
		return is;
	}, Boolean);
}

async function batchPlayed(kind, rounds) {
	await kind.end(kind, rounds);
	const held = await lockHeld(stack, `select from kassa.charge where charge_id = any(${textList(rounds)}) for update`);
	const asked = rounds.flatMap((round) => [
		round.ask(),
		merchant.verify(round.order, round.chargeId),
		merchant.notify(round.chargeId),
		round.ask(),
	]);
	await timeHasCome(stack, ...rounds.map(({ chargeId }) => chargeId));
	await allHaveCome();
	await held.release();
	await Promise.all(asked);
	await Promise.all(rounds.map((round) => eventually(() => merchant.verify(round.order, round.chargeId),
		({ json }) => (kind.status === 'succeeded' ? json.success : json.failed) === true)));
}

async function played(kind) {
	const all = [];
	while (all.length < kind.count) {
		const rounds = await crowd(BATCH, CLIENTS, kind.begin);
		await batchPlayed(kind, rounds);
		all.push(...rounds);
	}
	return all;
}

for (const kind of ROUNDS) {
	test(`${kind.count} rounds (${kind.name}) make one posting each`, async (t) => {
		const rounds = await played(kind);
		const ours = new Set(rounds.map(({ chargeId }) => chargeId));
		assert.equal(ours.size, kind.count);

		const phase = kind.status === 'succeeded' ? 'post' : 'void';
		const [[charges, wrong]] = await stack.psql(`
			select count(*), count(*) filter (where c.status <> '${kind.status}' or t.phases is distinct from 'pending ${phase}')
			from unnest(${textList(rounds)}) as asked (id)
			left join kassa.charge c on c.charge_id = asked.id
			left join lateral (
				select string_agg(x.phase::text, ' ' order by x.transfer_id) as phases
				from kassa.transfer x where x.charge_id = asked.id
			) t on true`);
		assert.deepEqual([charges, wrong], [String(kind.count), '0']);

		const heard = logLines(stack.logs().kassa).filter((line) => line.event === 'charge_settled' && ours.has(line.chargeId)
			&& line.outcome === kind.status);
		assert.ok(heard.length >= 1.5 * kind.count, `heard ${heard.length} times: it was no race`);
		t.diagnostic(`${kind.count} charges; their end was heard ${heard.length} times, ${heard.length - kind.count} of them second`);
	});
}

test('after all of them the books balance, and nobody is left to ask', async (t) => {
	await booksBalance(stack);
	const [[charges, posts, voids, operations, jobs]] = await stack.psql(`
		select (select count(*) from kassa.charge),
			(select count(*) from kassa.transfer where phase = 'post'),
			(select count(*) from kassa.transfer where phase = 'void'),
			(select count(*) from sandbox.operation where kind = 'charge'),
			(select count(*) from kassa.job)`);
	const total = ROUNDS.reduce((sum, kind) => sum + kind.count, 0);
	assert.deepEqual({ charges, posts, voids, operations, jobs },
		{ charges: String(total), posts: String(total - 50), voids: '50', operations: String(total), jobs: '0' });
	assert.deepEqual(logLines(stack.logs().kassa).filter((line) =>
		['charge_contradicted', 'charge_settle_failed'].includes(line.event)), []);
	t.diagnostic(`${total} rounds: ${posts} posted, ${voids} void, none twice`);
});
