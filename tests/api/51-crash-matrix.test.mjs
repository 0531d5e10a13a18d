/*
 * The crash matrix: Kassa dies, as by a power cut, at each named place of each operation that moves money,
 * keeps a card or takes a webhook (src/base/crash.h).  After a restart every intent has an end, processor and books agree,
 * nothing was done twice, and asking again for the same thing gives it once.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { CARD, Payer, booksBalance, eventually, platformId, request } from '../support/payer.mjs';
import { startStack, top } from '../support/stack.mjs';
import { Announcer, signer } from '../support/webhook.mjs';

const signers = { ed25519: signer('ed25519') };
let stack, payer, platform;

before(async () => {
	stack = await startStack({
		crash: true, durable: true, idle: true,
		kassa: { KASSA_WEBHOOK_KEY: signers.ed25519.spki, KASSA_WORKERS: '1', KASSA_PROCESSOR_TIMEOUT_MS: '500', KASSA_RESOLVE_AFTER_MS: '200',
			KASSA_JOBS_POLL_MS: '50', KASSA_RESOLVE_MINUTE_MS: '100', KASSA_SANDBOX_PEND_MS: '300' },
	});
	stack.killed = true;	/* workers that die are what this file is about */
	await Promise.all([stack.kassaStart(), stack.simulatorStart()]);
	payer = new Payer(stack);
	platform = new Announcer(() => stack.kassaUrl, signers);
});
after(async () => {
	if (stack) {
		await booksBalance(stack);
		await stack.stop();
	}
});

const rows = (sql) => stack.psql(sql);
const count = async (sql) => Number((await rows(sql))[0][0]);

/* Those of installations are gone through in 52-crash-install.test.mjs, those of billing in 35-billing.test.mjs. */
const ELSEWHERE = /^(install|token|connect|leave|report)_/;

/** Every named place in the source; none of them may be missing below. */
function placesInTheSource() {
	const names = readdirSync(path.join(top, 'src'), { recursive: true }).filter((name) => name.endsWith('.c'));
	return names.flatMap((name) => Array.from(readFileSync(path.join(top, 'src', name), 'utf8')
		.matchAll(/crash_point\("(\w+)"\)/g), ([, place]) => place)).filter((place) => !ELSEWHERE.test(place)).sort();
}

/* What is asked, and how often its effect may be there afterwards. */
const OPERATIONS = {
	charge: {
		async prepare() {
			const order = await payer.order(25, 'USD');
			return { order, session: (await payer.session(order)).json, token: await payer.token(CARD.success) };
		},
		ask: ({ session, token }) => payer.confirm(session.id, token),
		/* A page that lost its server looks how the session stands, and pays again only if it is open. */
		async again({ session }) {
			const look = await payer.look(session.id);
			return look.json.status === 'open' ? payer.confirm(session.id, await payer.token(CARD.success)) : look;
		},
		isDone: ({ json }) => json.status === 'succeeded',
		effects: ({ order }) => count(`select count(*) from kassa.charge c
			join sandbox.operation o on o.key = c.charge_id and o.outcome = 'succeeded'
			where c.transaction_id = '${order.transactionId}' and c.status = 'succeeded'`),
		moved: ({ order }) => count(`select count(*) from sandbox.operation o join kassa.charge c on c.charge_id = o.key
			where c.transaction_id = '${order.transactionId}' and o.kind = 'charge' and o.outcome = 'succeeded'`),
	},
	kept: {
		async prepare() {
			const contactId = platformId();
			const method = await keep(contactId, CARD.success);
			return { contactId, method, transactionId: platformId() };
		},
		ask: ({ contactId, method, transactionId }) => payer.query({ type: 'charge_payment', contactId,
			paymentMethodId: method, transactionId, amount: 31.5, currency: 'USD' }),
		again: (state) => OPERATIONS.kept.ask(state),
		isDone: ({ json }) => json.success === true || json.failed === true,
		effects: ({ transactionId }) => count(`select count(*) from kassa.charge
			where transaction_id = '${transactionId}' and status = 'succeeded'`),
		moved: ({ transactionId }) => count(`select count(*) from sandbox.operation o
			join kassa.charge c on c.charge_id = o.key where c.transaction_id = '${transactionId}'
			and o.outcome = 'succeeded'`),
		/* Its transaction is asked once: one that was never sent has failed, and stays failed. */
		mayFail: true,
	},
	refund: {
		async prepare() {
			const { order, chargeId } = await payer.pay(CARD.success, 40, 'USD');
			return { order, chargeId };
		},
		ask: ({ order, chargeId }) => payer.query({ type: 'refund', amount: 15, chargeId,
			transactionId: order.transactionId }),
		again: (state) => OPERATIONS.refund.ask(state),
		isDone: ({ json }) => json.success === true,
		effects: ({ chargeId }) => count(`select count(*) from kassa.refund where charge_id = '${chargeId}'
			and status = 'succeeded' and amount_minor = 1500`),
		moved: ({ chargeId }) => count(`select count(*) from sandbox.operation where kind = 'refund'
			and source = '${chargeId}' and outcome = 'succeeded'`),
	},
	setup: {
		async prepare() {
			const contactId = platformId();
			const setup = (await setupOpen(contactId)).json;
			return { contactId, setup, token: await payer.token(CARD.success) };
		},
		ask: ({ setup, token }) => setupConfirm(setup.id, token),
		async again({ setup }) {
			const look = await request(`${stack.kassaUrl}/checkout/setups/${setup.id}`, { method: 'GET' });
			return look.json.status === 'open' ? setupConfirm(setup.id, await payer.token(CARD.success)) : look;
		},
		isDone: ({ json }) => json.status === 'succeeded',
		effects: ({ contactId }) => count(`select count(*) from kassa.payment_method where contact_id = '${contactId}'`),
		moved: ({ setup }) => count(`select count(*) from sandbox.operation where key like '${setup.id}.%'
			and outcome = 'succeeded'`),
	},
	/* A contact is deleted: its card is removed in the transaction that remembers the webhook. */
	webhook: {
		async prepare() {
			const contactId = platformId();
			const method = await keep(contactId, CARD.success);
			return { method, body: Announcer.body({ type: 'ContactDelete', id: contactId, locationId: stack.locationId }) };
		},
		ask: ({ body }) => platform.send(body),
		again: ({ body }) => platform.send(body),
		isDone: ({ json }) => json.received === true,
		effects: ({ method }) => count(`select count(*) from kassa.payment_method
			where payment_method_id = '${method}' and removed_at is not null`),
		moved: ({ body }) => count(`select count(*) from kassa.webhook
			where webhook_id = '${body.webhookId}' and state = 'applied'`),
	},
};

const PLACES = {
	charge: ['before_intent', 'after_intent', 'after_send', 'after_answer', 'before_post', 'after_post'],
	kept: ['before_intent', 'after_intent', 'after_send', 'after_answer', 'before_post', 'after_post'],
	refund: ['before_intent', 'after_intent', 'after_send', 'after_answer', 'before_post', 'after_post'],
	setup: ['before_intent', 'after_intent', 'after_send', 'before_post', 'after_post'],
	webhook: ['before_store', 'after_store'],
};
const JOB_PLACES = ['job_after_take', 'job_before_end'];

test('every_named_place_is_in_the_matrix', () => {
	const named = Object.entries(PLACES).flatMap(([operation, places]) => places.map((place) => `${operation}_${place}`));
	assert.deepEqual([...named, ...JOB_PLACES].sort(), placesInTheSource());
});

for (const [operation, places] of Object.entries(PLACES)) {
	for (const place of places) {
		test(`${operation}_killed_${place}_ends_in_the_truth_and_once`, async () => {
			const does = OPERATIONS[operation];
			const state = await does.prepare();
			await stack.restart({ CRASH_AT: `${operation}_${place}` });
			await assert.rejects(does.ask(state), 'the server is gone before it can answer');
			await stack.kassaKill9();
			await stack.kassaStart({ CRASH_AT: '' });
			await intentsEnd();
			assert.equal(await does.effects(state), await does.moved(state), 'books and processor agree');
			const answer = await eventually(() => does.again(state), does.isDone);
			assert.equal(answer.status, 200);
			const effects = await does.effects(state);
			assert.equal(effects, await does.moved(state));
			assert.ok(effects === 1 || (does.mayFail && effects === 0), `${effects} effects`);
			await does.again(state);
			assert.equal(await does.moved(state), effects, 'asking once more changes nothing');
		});
	}
}

for (const place of JOB_PLACES) {
	test(`janitor_killed_${place}_is_continued_by_the_next`, async () => {
		await stack.restart({ CRASH_AT: place });
		const order = await payer.order(17, 'USD');
		const session = (await payer.session(order)).json;
		await payer.confirm(session.id, await payer.token(CARD.silent)).catch(() => null);
		await eventually(() => stack.logs().kassa, (log) => /worker \d+ died/.test(log.slice(-2000)));
		await stack.kassaKill9();
		await stack.kassaStart({ CRASH_AT: '' });
		await intentsEnd();
		assert.deepEqual(await rows(`select status from kassa.charge where transaction_id = '${order.transactionId}'`),
			[['succeeded']]);
		await booksBalance(stack);
	});
}

/* Leases of jobs that died with their worker are long; the clock is turned for them. */
async function intentsEnd() {
	await eventually(async () => {
		await stack.psql("update kassa.job set run_at = now() where run_at > now() + interval '5 seconds'");
		return count('select count(*) from kassa.job');
	}, (waiting) => waiting === 0, 20000);
}

function setupOpen(contactId) {
	return request(`${stack.kassaUrl}/checkout/setups`, { body: { publishableKey: stack.publishableKey, contactId } });
}

function setupConfirm(id, token) {
	return request(`${stack.kassaUrl}/checkout/setups/${id}/confirm`, { body: { token } });
}

async function keep(contactId, number) {
	const setup = (await setupOpen(contactId)).json;
	const kept = await setupConfirm(setup.id, await payer.token(number));
	assert.equal(kept.json.status, 'succeeded', kept.text);
	return (await rows(`select payment_method_id from kassa.payment_method where contact_id = '${contactId}'`))[0][0];
}
