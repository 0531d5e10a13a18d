/*
 * The reckoning behind a soak: the books, the processor and what was acknowledged have to tell one story.
 */
import { booksBalance, eventually } from '../support/payer.mjs';

const END_MS = 60000;

const CHUNK = 500;	/* rows in one question: they are an argument of psql */

const values = (rows) => rows.map((row) => `(${row.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join()})`).join();

/** Rows of a question about acknowledged things. */
async function unlike(stack, rows, question) {
	const found = [];
	for (let at = 0; at < rows.length; at += CHUNK) {
		found.push(...await stack.psql(question(values(rows.slice(at, at + CHUNK)))));
	}
	return found.map((row) => row.join(' '));
}

/** Every intent comes to its end; leases of workers that were killed are long, so the clock is turned. */
export async function intentsEnd(stack) {
	const left = () => stack.psql(`update sandbox.operation set ends_at = now() where ends_at > now();
		update kassa.job set run_at = now() where run_at > now() + interval '1 second' and state = 'waiting'
			and kind in ('charge_resolve', 'refund_resolve', 'setup_resolve', 'method_save', 'method_forget');
		notify kassa_job;
		select 'charge ' || charge_id || ' ' || status from kassa.charge where status not in ('succeeded', 'failed')
		union all select 'refund ' || refund_id || ' ' || status from kassa.refund where status not in ('succeeded', 'failed')
		union all select 'job ' || kind || ' ' || subject || ' ' || state || ' ' || fault from kassa.job
			where kind in ('charge_resolve', 'refund_resolve', 'setup_resolve')`);
	await eventually(left, (rows) => rows.length === 0, END_MS);
}

/** What is asked below goes across accounts, which the books' own indexes do not. */
export const booksIndexed = (stack) => stack.psql(`create index on kassa.charge (transaction_id);
	create index on kassa.refund (charge_id); analyze`);

export const reckonings = {
	'each acknowledged payment is in the books, once and whole': async ({ stack, people }) =>
		unlike(stack, people.paid.map(({ order, chargeId, minor }) => [order.transactionId, chargeId, minor]), (rows) => `
			select a.charge_id, c.status, c.captured_minor, a.minor from (values ${rows}) a (transaction_id, charge_id, minor)
			left join kassa.charge c on c.charge_id = a.charge_id and c.transaction_id = a.transaction_id
			where c.status is distinct from 'succeeded' or c.captured_minor <> a.minor
				or (select count(*) from kassa.charge d where d.transaction_id = a.transaction_id and d.status = 'succeeded') <> 1`),

	'each acknowledged charge of a kept card is in the books, once and whole': async ({ stack, people }) =>
		unlike(stack, people.charges.map(({ transactionId, chargeId, minor }) => [transactionId, chargeId, minor]), (rows) => `
			select a.charge_id, c.status, c.captured_minor, a.minor from (values ${rows}) a (transaction_id, charge_id, minor)
			left join kassa.charge c on c.charge_id = a.charge_id and c.transaction_id = a.transaction_id
			where c.status is distinct from 'succeeded' or c.captured_minor <> a.minor
				or (select count(*) from kassa.charge d where d.transaction_id = a.transaction_id and d.status = 'succeeded') <> 1`),

	'each acknowledged refund exists once': async ({ stack, people }) =>
		unlike(stack, people.refunds.map(({ refundId, chargeId, minor }) => [refundId, chargeId, minor]), (rows) => `
			select a.refund_id, r.status, r.amount_minor, a.minor from (values ${rows}) a (refund_id, charge_id, minor)
			left join kassa.refund r on r.refund_id = a.refund_id and r.charge_id = a.charge_id
			where r.status is distinct from 'succeeded' or r.amount_minor <> a.minor
				or (select count(*) from kassa.refund o where o.charge_id = a.charge_id and o.status = 'succeeded') <> 1`),

	'each acknowledged webhook is stored': async ({ stack, people }) =>
		unlike(stack, people.webhooks.map((id) => [id]), (rows) => `
			select a.id from (values ${rows}) a (id) where not exists (select from kassa.webhook w where w.webhook_id = a.id)`),

	'nothing was charged that was said to have failed': async ({ stack, people }) =>
		unlike(stack, [...people.declined, ...people.failed].map((id) => [id]), (rows) => `
			select c.charge_id from (values ${rows}) a (id) join kassa.charge c on c.transaction_id = a.id and c.status = 'succeeded'`),

	'verify says paid of each acknowledged payment': async ({ people, caller }) => {
		const wrong = [];
		caller.until = Date.now() + END_MS;
		for (const { order, chargeId } of people.paid) {
			const json = await caller.insist(people.query({ type: 'verify', transactionId: order.transactionId, chargeId }),
				(answer) => (answer.status === 200 ? answer.json : undefined));
			if (json.success !== true || json.chargeSnapshot?.id !== chargeId) {
				wrong.push(`${chargeId}: ${JSON.stringify(json)}`);
			}
		}
		return wrong;
	},

	'nobody was told what can never be right': async ({ people }) => people.impossible,

	'everything that was begun came to an answer': async ({ people }) => people.unended,

	'ledger balanced, and books and processor agree': async ({ stack }) => {
		await booksBalance(stack);
		return (await stack.psql(`
			select 'only the processor has charge ' || o.key from sandbox.operation o
				left join kassa.charge c on c.charge_id = o.key and c.status = 'succeeded' and c.captured_minor = o.amount_minor
				where o.kind = 'charge' and o.outcome = 'succeeded' and c.charge_id is null
			union all select 'only the processor has refund ' || o.key from sandbox.operation o
				left join kassa.refund r on r.refund_id = o.key and r.status = 'succeeded' and r.amount_minor = o.amount_minor
				where o.kind = 'refund' and o.outcome = 'succeeded' and r.refund_id is null
			union all select 'only the books have refund ' || r.refund_id from kassa.refund r
				left join sandbox.operation o on o.key = r.refund_id and o.outcome = 'succeeded'
				where r.status = 'succeeded' and o.key is null
			union all select 'refunds of ' || c.charge_id || ' do not add up' from kassa.charge c
				where c.refunded_minor <> (select coalesce(sum(r.amount_minor), 0) from kassa.refund r
					where r.charge_id = c.charge_id and r.status = 'succeeded')`)).flat();
	},
};
