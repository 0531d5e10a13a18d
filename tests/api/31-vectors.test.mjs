/*
 * The conformance suite: every file of vectors/ is a test.  What a vector is given is made here, by the
 * table of givens; vectors/README.md is their description.
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { CARD, eventually, platformId, request } from '../support/payer.mjs';
import { Merchant } from '../support/merchant.mjs';
import { startStack, top } from '../support/stack.mjs';
import { compared, filled, memberText, vectorsRead } from '../support/vectors.mjs';

const MINUTE_S = 60;
const SETTINGS = {
	KASSA_PROCESSOR_TIMEOUT_MS: '300',
	KASSA_SANDBOX_PEND_MS: '3600000',
	KASSA_RESOLVE_MINUTE_MS: '60000',
};

let stack, merchant, other;

before(async () => {
	stack = await startStack({ kassa: SETTINGS });
	merchant = new Merchant(stack);
	other = await Merchant.made(stack);
});
after(() => stack?.stop());

/* --- givens --------------------------------------------------------------------------------------- */

const HOW = { paid: CARD.success, declined: CARD.declined, pending: CARD.pending, unanswered: CARD.silent };
const STANDS = { paid: 'succeeded', declined: 'open', pending: 'pending', unanswered: 'processing' };

async function chargeMade(bound, [, how, amount, currency, silently, name]) {
	const made = await merchant.pay(silently ? CARD.silent : HOW[how], Number(amount), currency);
	if (silently) {
		await merchant.notify(made.chargeId);
		await eventually(() => merchant.look(made.session.id), (look) => look.json.status === 'succeeded');
	} else {
		assert.equal(made.answer.json.status, STANDS[how]);
	}
	bound.TRANSACTION = made.order.transactionId;
	bound[name] = made.chargeId;
}

async function checkoutOpened(bound, [, amount, currency]) {
	const order = await merchant.order(Number(amount), currency);
	assert.equal((await merchant.session(order)).json.status, 'open');
	bound.TRANSACTION = order.transactionId;
}

async function cardKept(bound, [, number, contact, name]) {
	bound[name] = await merchant.keep(bound[contact], number.replaceAll(' ', ''));
}

const cardExpired = (bound, [, name]) => stack.psql(`update kassa.payment_method
	set expiry_month = 12, expiry_year = 2024 where payment_method_id = '${bound[name]}'`);

const cardRemoved = async (bound, [, name]) =>
	stack.psql(`select kassa.method_remove('${await merchant.accountId()}', '${bound[name]}')`);

/** The bucket of the key is empty; it fills slowly enough for the question that follows. */
async function keySpent(bound, match, undo) {
	await stack.restart({ KASSA_WORKERS: '1', KASSA_LIMIT_KEY_PER_S: '1' });
	undo.push(() => stack.restart({ KASSA_WORKERS: '2', KASSA_LIMIT_KEY_PER_S: '1000000' }));
	await eventually(() => ask(JSON.stringify({ type: 'verify', chargeId: 'ch_none', apiKey: bound.API_KEY })),
		(answer) => answer.status === 429);
}

async function databaseAway(bound, match, undo) {
	await stack.cluster('stop');
	undo.push(() => stack.cluster('start'));
	undo.push(() => eventually(() => request(`${stack.kassaUrl}/readyz`, { method: 'GET' }), (answer) => answer.status === 200));
}

const GIVENS = [
	[/^the key has been used more often than its limit allows$/, keySpent],
	[/^the database is away$/, databaseAway],
	[/^(paid|declined|pending|unanswered) charge of (\S+) ([A-Z]{3})( whose processor falls silent)? as ([A-Z_]+)$/, chargeMade],
	[/^open checkout of (\S+) ([A-Z]{3})$/, checkoutOpened],
	[/^kept card ([\d ]{19}) of ([A-Z_]+) as ([A-Z_]+)$/, cardKept],
	[/^([A-Z_]+) has expired$/, cardExpired],
	[/^([A-Z_]+) was removed$/, cardRemoved],
];

async function give(given, bound, undo) {
	for (const [pattern, make] of GIVENS) {
		const match = pattern.exec(given);
		if (match !== null) {
			await make(bound, match, undo);
			return;
		}
	}
	throw new Error(`nobody knows how to make: ${given}`);
}

/** What every vector can name. */
function boundAtFirst() {
	return {
		API_KEY: stack.apiKey,
		OTHER_API_KEY: other.account.apiKey,
		PUBLISHABLE_KEY: stack.publishableKey,
		LOCATION: stack.locationId,
		PUBLIC_URL: stack.kassaUrl,
		TRANSACTION: platformId(),
		OTHER_TRANSACTION: platformId(),
		CONTACT: platformId(),
		OTHER_CONTACT: platformId(),
	};
}

/* --- asking --------------------------------------------------------------------------------------- */

const ask = (raw) => request(`${stack.kassaUrl}/query`, { raw });

async function askedBefore(vector, bound) {
	for (const earlier of vector.before ?? []) {
		const { json } = await ask(filled(JSON.stringify(earlier), bound));
		bound.CHARGE ??= json.chargeId;
		bound.REFUND ??= json.refundId;
	}
}

/** The body of a request: as it is written, or what stands in the quotes. */
function bodyOf(text, vector) {
	return typeof vector.request === 'string' ? vector.request : memberText(text, 'request');
}

function isOfThisMinute(seconds) {
	assert.ok(Math.abs(Date.now() / 1000 - seconds) < MINUTE_S, `${seconds} is not of this minute`);
}

const vectors = vectorsRead(path.join(top, 'tests/api/vectors'));

for (const { name, vector, text } of vectors) {
	test(`${name}: ${vector.title}`, async () => {
		const bound = boundAtFirst();
		const undo = [];
		try {
			for (const given of vector.given ?? []) {
				await give(given, bound, undo);
			}
			await askedBefore(vector, bound);
			await answersAsWritten(vector, text, bound);
		} finally {
			for (const step of undo) {
				await step();
			}
		}
	});
}

async function answersAsWritten(vector, text, bound) {
	const answer = await ask(filled(bodyOf(text, vector), bound));
	bound.REQUEST_ID = answer.headers.get('x-request-id');
	const expected = memberText(text, 'answer');
	assert.equal(compared(expected, answer.text, bound), expected);
	assert.equal(answer.status, vector.status);
	assert.match(answer.headers.get('content-type'), /^application\/json/);
	assert.equal(answer.headers.has('retry-after'), [429, 503].includes(vector.status));
	if (bound.UNIX_SECONDS !== undefined) {
		isOfThisMinute(Number(bound.UNIX_SECONDS));
	}
	if (bound.TIMESTAMP !== undefined) {
		isOfThisMinute(Date.parse(bound.TIMESTAMP) / 1000);
	}
}

test('a vector says what it is, where it is from, and what is asked and answered', () => {
	assert.ok(vectors.length >= 100, `only ${vectors.length} vectors`);
	for (const { name, vector } of vectors) {
		const known = ['title', 'source', 'note', 'given', 'before', 'request', 'status', 'answer'];
		assert.deepEqual(Object.keys(vector).filter((member) => !known.includes(member)), [], name);
		assert.ok(vector.title && vector.source && vector.request !== undefined && vector.answer && vector.status, name);
	}
	const titles = vectors.map(({ name, vector }) => `${name.split('/')[0]}: ${vector.title}`);
	assert.equal(new Set(titles).size, titles.length, 'no two of an operation have one title');
});

test('the comparison tells one wrong byte', () => {
	const expected = '{"id":"<CHARGE>","same":"<CHARGE>","at":"<UNIX_SECONDS>","is":1.0}';
	const right = '{"id":"ch_1","same":"ch_1","at":1724217600,"is":1.0}';
	assert.equal(compared(expected, right, {}), expected);
	for (const [from, to] of [['ch_1",', 'ch_2",'], ['ch_1', 'pm_1'], ['1724217600', '"1724217600"'], ['1.0', '1'], [':1.0}', ':1.0} ']]) {
		assert.notEqual(compared(expected, right.replace(from, to), {}), expected, `${from} as ${to}`);
	}
	assert.notEqual(compared(expected, right, { CHARGE: 'ch_9' }), expected, 'a placeholder that is bound');
});
