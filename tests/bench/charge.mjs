/*
 * The write path: charge_payment by Kassa, complete, against pgbench calling the same SQL functions in the same order:
 * find the account, reserve, the sandbox charges, settle.  Four statements, three of which commit, fsync on.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { startStack } from '../support/stack.mjs';
import {
	askedOnce, measure, pgbench, ratioTarget, scriptLine, seed, statementOf, tablePrint, targetsPrint, wrk,
} from './measure.mjs';

const CONNECTIONS = [1, 32, 128];
const CHARGES = 100000;
const TARGETS = [[32, 'kassa', 0.75, 'pgbench']];

/* Whose card: the names that seed_kept.sql makes. */
const ACCOUNT = "('acct_' || lpad((:a)::text, 26, '0'))";
const METHOD = "('pm_' || lpad((:a)::text, 26, '0'))";
const CONTACT = "('contact_' || :a)";
const CHARGE = "('ch_p' || lpad((:n)::text, 25, '0'))";
const TRANSACTION = "lpad((:n)::text, 24, 'f')";
const REQUEST = "lpad((:n)::text, 64, '0')";	/* its digest */

function scriptOf() {
	const account = statementOf('store/store_account.c', 'account_by_api_key');
	const reserve = statementOf('store/store_kept.c', 'charge_reserve_kept');
	const charge = statementOf('processor/sandbox.c', 'sandbox_charge_saved');
	const settle = statementOf('store/store_charge.c', 'charge_settle');
	return [
		'\\set a random(1, 1000)',
		'\\set n random(1, 1000000000000000)',
		scriptLine(account, ["lpad((:a)::text, 64, '0')", "''"]) +
		scriptLine(reserve, [ACCOUNT, CHARGE, METHOD, CONTACT, TRANSACTION, "'1000'", "'USD'",
			REQUEST, "'Invoice'", "'120000'", "'25000'"]) +
		scriptLine(charge, [ACCOUNT, CHARGE, "('pm_sbx_' || :a)", "'1000'", "'USD'", "'15000'",
			TRANSACTION, CONTACT, METHOD, REQUEST]) +
		scriptLine(settle, [ACCOUNT, CHARGE, "'succeeded'", "'none'", "'sbx_reference'", "''", "'60000'"]),
	].join('\n');
}

/**
 * Kassa and pgbench over one seeded database, as long as they are used.
 * @param {(stack, systems) => Promise<T>} use systems: by name, what asks one for a time at so many connections
 * @param {number} [charges] so many are there already
 */
export async function chargeSystems(use, charges = CHARGES) {
	const stack = await startStack({ durable: true, idle: true });
	try {
		await seed(stack, 'seed.sql', { charges });
		await seed(stack, 'seed_kept.sql');
		const script = path.join(stack.folder, 'charge.sql');
		writeFileSync(script, scriptOf());
		await stack.kassaStart();
		return await use(stack, {
			kassa: (connections, time, more) => wrk('charge.lua', stack.kassaUrl, connections, time, more),
			pgbench: (connections, time) => pgbench(stack, script, connections, time),
		});
	} finally {
		await stack.stop();
	}
}

/** Whether the books of what was charged here balance; seed.sql's charges have no transfers, and are passed over. */
export async function booksBalance(stack) {
	const { stdout } = await stack.kassactl('ledger', 'check');
	return !/ch_p|charge ch_0[1-9a-z]/.test(stdout.replace(/charge ch_0{10}\d+/g, ''));
}

/** @returns {Promise<boolean>} whether all targets were met */
export function chargeBench() {
	return chargeSystems(async (stack, systems) => {
		const warm = await askedOnce(systems, 32, 2);
		const results = await measure(CONNECTIONS, systems);
		const errors = [...warm, ...results].reduce((sum, cell) => sum + cell.errors, 0);
		tablePrint(results, CONNECTIONS, Object.keys(systems));
		return targetsPrint([
			...TARGETS.map((target) => ratioTarget(results, target)),
			[errors === 0, `answers that did not say success: ${errors}, none allowed`],
			[await booksBalance(stack), 'books of the charges made here balance'],
		]);
	});
}
