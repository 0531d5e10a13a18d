/*
 * Marked secrets and card numbers go through every route, in every field; none is found in the logs or in
 * any table afterwards.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { CARD, Payer, request } from '../support/payer.mjs';
import { startStack, top } from '../support/stack.mjs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

let stack, payer;

before(async () => {
	stack = await startStack({ kassa: { KASSA_LOG_LEVEL: 'debug' } });
	payer = new Payer(stack);
});
after(() => stack?.stop());

const NUMBERS = ['4111111111111111', '5105105105105100', '378282246310005', CARD.success, CARD.declined];
const MARKED = ['kassa_sk_test_markedmarkedmarkedmarkedmarked0', 'Bearer-marked-7f3a', 'cvc-marked-918'];

/** Every route of the table in src/web/web.c, so that a new one cannot be forgotten. */
async function routes() {
	const source = await readFile(path.join(top, 'src/web/web.c'), 'utf8');
	return Array.from(source.matchAll(/\{ "([A-Z]+)",\s+"([^"]+)",/g), ([, method, pattern]) => ({ method, pattern }));
}

test('no marked secret or card number that went through any route is in a log or a table', async () => {
	const all = await routes();
	assert.ok(all.length >= 10);
	const things = [...NUMBERS, ...MARKED, stack.apiKey];
	for (const { method, pattern } of all) {
		for (const thing of things) {
			const url = stack.kassaUrl + pattern.replaceAll('{}', encodeURIComponent(thing));
			const headers = { authorization: `Bearer ${thing}`, 'user-agent': thing, referer: `https://x/${thing}`, 'x-api-key': thing };
			if (method !== 'POST') {
				await request(`${url}?key=${thing}`, { method, headers });
				continue;
			}
			for (const body of bodies(thing)) {
				await request(url, { body, headers });
			}
			await request(url, { raw: `{"number":"${thing}"`, headers });
			await request(url, { raw: thing, headers: { ...headers, 'content-type': 'text/plain' } });
		}
	}
	/* And the ordinary way, with real ones. */
	for (const card of Object.values(CARD).filter((number) => number !== CARD.silent)) {
		await payer.pay(card, 5, 'USD');
	}
	await stack.kassa.stop();
	await nothingIn('the log of kassa', stack.logs().kassa, things);
	await nothingIn('the log of the simulator', stack.logs().simulator, things);
	await nothingIn('the log of PostgreSQL', stack.logs().postgresql, things);
	await nothingIn('the tables', await dump('kassa'), things);
	await nothingIn('the tables of the simulator', await dump('kassa_simulator'), things);
});

function looksSecret(thing) {
	return /^\d+$|^kassa_/.test(thing);
}

function bodies(thing) {
	const names = ['type', 'apiKey', 'publishableKey', 'chargeId', 'transactionId', 'orderId', 'contactId', 'amount',
		'currency', 'token', 'number', 'cvc', 'expiryMonth', 'dialect', 'accept', 'unheardOf'];
	return [
		/* Any word may be a contact; nobody can know better. */
		...names.filter((name) => name !== 'contactId' || looksSecret(thing)).map((name) => ({ type: 'verify', publishableKey: stack.publishableKey, apiKey: stack.apiKey, [name]: thing })),
		Object.fromEntries(names.map((name) => [name, thing])),
		{ publishableKey: stack.publishableKey, contactId: looksSecret(thing) ? thing : 'contact', token: thing },
		{ publishableKey: stack.publishableKey, number: thing, expiryMonth: 12, expiryYear: 2031, cvc: '918' },
	];
}

/* A number that was sent as a transaction id is an identifier to us; there is no way to know better. */
async function nothingIn(where, text, things) {
	for (const thing of things) {
		const at = text.indexOf(thing);
		assert.equal(at, -1, `${where} has "${thing}": …${text.slice(Math.max(0, at - 120), at + 60)}…`);
	}
}

async function dump(database) {
	const tables = await stack.psql(`select format('%I.%I', schemaname, tablename) from pg_tables
		where schemaname not in ('pg_catalog', 'information_schema')`, { database });
	const rows = await Promise.all(tables.map(([name]) => stack.psql(`select t::text from ${name} t`, { database })));
	return JSON.stringify(rows);
}
