/*
 * kassactl reconcile beside the drill of 70-restore: lists of many pages, servers that die in the middle of one, words
 * that it does not take, and what differs, which is said and never guessed.  What is lost here was taken out of the books
 * by hand, as a restore would.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { timeHasCome } from '../support/clock.mjs';
import { Merchant, crowd, lockHeld, logLines } from '../support/merchant.mjs';
import { CARD, booksBalance, eventually, platformId } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';

const MANY = 120;	/* three pages of src/processor/processor.h */
const SINCE = '2026-01-01T00:00:00Z';

let stack;

before(async () => {
	stack = await startStack({ kassa: { KASSA_JOBS_POLL_MS: '100', KASSA_WORKERS: '1', KASSA_DATABASE_TIMEOUT_MS: '20000' } });
});
after(() => stack?.stop());

/** A merchant of its own with so many charges of a kept card. @returns {Promise<{location: string, ids: string[]}>} */
async function charged(count) {
	const merchant = await Merchant.made(stack);
	const contactId = platformId();
	const paymentMethodId = await merchant.keep(contactId, CARD.success);
	const answers = await crowd(count, 8, (index) => merchant.charge({ contactId, paymentMethodId, transactionId: platformId(), amount: 1 + index }));
	const ids = answers.map(({ json }) => json.chargeId).sort();
	assert.equal(new Set(ids).size, count);
	const accountId = await merchant.accountId();
	const [[location]] = await stack.psql(`select location_id from kassa.account where account_id = '${accountId}'`);
	return { merchant, accountId, location, ids };
}

/** Take charges out of the books, as if they had never been written. */
const lose = (ids) => stack.psql(`set session_replication_role = replica;
	delete from kassa.transfer where charge_id = any(array[${ids.map((id) => `'${id}'`).join()}]);
	delete from kassa.charge where charge_id = any(array[${ids.map((id) => `'${id}'`).join()}])`);

async function reconcile({ location }, ...words) {
	const ran = await stack.kassactl('reconcile', '--since', SINCE, '--location', location, '--mode', 'test', '--json', ...words);
	return { ...ran, found: ran.stdout === '' ? null : JSON.parse(ran.stdout) };
}

test('a list of many pages is booked to its end', { timeout: 60000 }, async () => {
	const there = await charged(MANY);
	const lost = there.ids.filter((_, index) => index % 2 === 0);
	await lose(lost);
	const ran = await reconcile(there);
	assert.equal(ran.status, 0, ran.stderr);
	assert.deepEqual(ran.found.map(({ verdict, id }) => `${verdict} ${id}`).sort(), lost.map((id) => `booked ${id}`));
	await booksBalance(stack);
});

test('a worker that dies in the middle of the list is followed by one that goes on', { timeout: 60000 }, async () => {
	const there = await charged(MANY);
	await lose(there.ids);
	/* Its last page waits for this transaction, which has a charge of the same transaction of the platform. */
	const [[last]] = await stack.psql(`select key from sandbox.operation where account_id = '${there.accountId}' and kind = 'charge'
		order by created_at desc, key desc limit 1`);
	const held = await lockHeld(stack, `insert into kassa.checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency, amount_source)
		select account_id, 'cs_held', transaction_id, 'live', 1, 'USD', 'page' from sandbox.operation where key = '${last}';
		insert into kassa.charge (account_id, charge_id, session_id, attempt, transaction_id, processor, amount_minor, currency)
		select account_id, 'ch_held', 'cs_held', 1, transaction_id, 'sandbox', 1, 'USD' from sandbox.operation where key = '${last}'`);
	const running = reconcile(there);
	const seen = () => stack.psql(`select count(*) from kassa.reconciled where account_id = '${there.accountId}'`);
	await eventually(seen, ([[count]]) => count === '100');
	await eventually(() => stack.psql("select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = 'kassa'"), ([[count]]) => count !== '0');
	await stack.kassaKill9();
	await held.release();
	/* The dead worker's statement comes to its end all the same. */
	await eventually(() => stack.psql("select count(*) from pg_stat_activity where query like '%reconciliation_page%' and state = 'active' and pid <> pg_backend_pid()"),
		([[count]]) => count === '0');
	await stack.kassaStart();
	await timeHasCome(stack, (await stack.psql(`select reconciliation_id from kassa.reconciliation where account_id = '${there.accountId}'`))[0][0]);
	const ran = await running;
	assert.equal(ran.status, 0, ran.stderr);
	assert.deepEqual(ran.found.map(({ verdict, id }) => `${verdict} ${id}`).sort(), there.ids.map((id) => `booked ${id}`));
	assert.equal((await reconcile(there)).found.length, 0);
	await booksBalance(stack);
});

test('what differs is said by exit status, table and alert, and nothing of it is changed', { timeout: 60000 }, async () => {
	const there = await charged(4);
	const [other, ended, unknown] = there.ids;
	await stack.psql(`update sandbox.operation set amount_minor = amount_minor + 1 where key = '${other}'`);
	await stack.psql(`update sandbox.operation set outcome = 'failed', decline = 'card_declined' where key = '${ended}'`);
	await stack.psql(`delete from sandbox.operation where key = '${unknown}'`);
	const books = () => stack.psql(`select charge_id, status, amount_minor from kassa.charge where account_id = '${there.accountId}' order by 1`);
	const was = await books();
	const ran = await reconcile(there);
	assert.equal(ran.status, 1);
	assert.match(ran.stderr, /^kassactl: 3 operations are not in the books, or not as the processor has them\n$/);
	assert.deepEqual(ran.found.map(({ verdict, id }) => `${id} ${verdict}`).sort(),
		[`${other} differs`, `${ended} differs`, `${unknown} only_here`].sort());
	assert.deepEqual(await books(), was);
	const alert = logLines(stack.logs().kassa).find(({ event, accountId }) => event === 'reconciliation_differs' && accountId === there.accountId);
	assert.equal(alert.level, 'alert');
	assert.equal(alert.count, 3);
});

test('books that agree are found to agree, also by a person', { timeout: 60000 }, async () => {
	const there = await charged(1);
	const ran = await stack.kassactl('reconcile', '--since', SINCE, '--location', there.location, '--mode', 'test');
	assert.equal(ran.status, 0, ran.stderr);
	assert.equal(ran.stdout, 'books and processors agree\n');
});

for (const [name, words, complaint] of [
	['without a time', [], /--since is missing/],
	['with a time that is none', ['--since', 'yesteryear'], /could not ask for the reconciliation: invalid input syntax for type timestamp/],
	['with half an account', ['--since', SINCE, '--mode', 'test'], /--location is missing/],
	['with an account that is not there', ['--since', SINCE, '--location', 'nowhere', '--mode', 'test'], /no account for this location and mode/],
]) {
	test(`reconcile ${name} is refused and asks for nothing`, async () => {
		const count = 'select count(*) from kassa.reconciliation';
		const was = await stack.psql(count);
		const ran = await stack.kassactl('reconcile', ...words);
		assert.notEqual(ran.status, 0);
		assert.match(ran.stderr, complaint);
		assert.deepEqual(await stack.psql(count), was);
	});
}
