/*
 * How cost grows: verify and refund at 10 thousand, 1 million and 10 million charges.  What is compared is the median
 * latency at a fixed, low load; without fsync, whose time has nothing to do with the number of charges.
 *   GROWTH=10000,1000000,10000000 SECONDS_EACH=4 node tests/bench/run.mjs growth
 */
import { startStack } from '../support/stack.mjs';
import { median, progress, rounds, run, seconds, seed, targetsPrint, wrk } from './measure.mjs';

const SIZES = (process.env.GROWTH ?? '10000,1000000,10000000').split(',').map(Number);
const CONNECTIONS = 4;
const GROWS_AT_MOST = 1.25;

/** @returns {Promise<boolean>} whether all targets were met */
export async function growthBench() {
	const stack = await startStack({ idle: true });
	try {
		await databaseTune(stack);
		const rows = [];
		let charges = 0;
		await seed(stack, 'seed_growth_begin.sql');
		/* Each request a refund of its own, also the second one of a charge. */
		await stack.kassaStart({ KASSA_REPEAT_WINDOW_MS: '0' });
		for (const size of SIZES) {
			progress(`seeding up to ${size} charges`);
			await seed(stack, 'seed_growth.sql', { first: charges + 1, last: size });
			charges = size;
			rows.push({ size, ...await measured(stack, size) });
		}
		progress('');
		return report(rows);
	} finally {
		await stack.stop();
	}
}

/* Room in memory for the tables, as an operator would give it; and no checkpoint in the middle of a measurement. */
async function databaseTune(stack) {
	for (const setting of ["shared_buffers = '4GB'", "max_wal_size = '32GB'", "checkpoint_timeout = '1h'",
		"maintenance_work_mem = '1GB'", "autovacuum = off"]) {
		await stack.psql(`alter system set ${setting}`);
	}
	await stack.databaseRestart();
}

async function measured(stack, size) {
	const cells = { verify: [], refund: [], errors: 0 };
	const more = { BENCH_CHARGES: String(size) };
	for (let round = 0; round <= rounds; round += 1) {
		for (const name of ['verify', 'refund']) {
			progress(`${size} charges, round ${round}/${rounds}: ${name}`);
			const cell = await wrk(`growth_${name}.lua`, stack.kassaUrl, CONNECTIONS, seconds, more);
			cells.errors += cell.errors;
			if (round > 0) {	/* the first one warms up */
				cells[name].push(cell.p50);
			}
		}
	}
	return { verify: median(cells.verify), refund: median(cells.refund), errors: cells.errors };
}

function report(rows) {
	console.log('    charges   verify p50 ms   refund p50 ms');
	for (const { size, verify, refund } of rows) {
		console.log([String(size).padStart(11), verify.toFixed(3).padStart(15), refund.toFixed(3).padStart(15)].join(' '));
	}
	const errors = rows.reduce((sum, row) => sum + row.errors, 0);
	const growth = (name) => {
		const times = rows.at(-1)[name] / rows[0][name];
		return [times <= GROWS_AT_MOST, `${name} at ${rows.at(-1).size} charges: ${times.toFixed(2)} times its latency at ${
			rows[0].size}, at most ${GROWS_AT_MOST}`];
	};
	return targetsPrint([growth('verify'), growth('refund'),
		[errors === 0, `answers that did not say success: ${errors}, none allowed`]]);
}
