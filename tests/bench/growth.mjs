/*
 * How cost grows: verify and refund at 10 thousand, 1 million and 10 million charges.  What is compared is the median
 * latency at a fixed, low load; without fsync, whose time has nothing to do with the number of charges.
 * Takes 20 minutes and 40 GB; smaller sizes take less.
 *   GROWTH=10000,1000000,10000000 SECONDS_EACH=4 node tests/bench/run.mjs growth
 */
import { readFileSync, writeFileSync } from 'node:fs';

import { startStack } from '../support/stack.mjs';
import { median, progress, rounds, seconds, seed, targetsPrint, wrk } from './measure.mjs';

const SETTLES_WITHIN = 24;	/* looks at verify, of SECONDS_EACH, until memory is as fast as it gets */
const SETTLED_AFTER = 3;	/* of them without a better one */
const BETTER = 0.97;
const HUGE_PAGES = '/proc/sys/vm/nr_hugepages';
const SIZES = (process.env.GROWTH ?? '10000,1000000,10000000').split(',').map(Number);
const CONNECTIONS = 4;
const GROWS_AT_MOST = 1.25;
const BUFFER_BYTES = 850;	/* of shared_buffers for each charge: what is looked up stays in memory */
const BUFFER_BYTES_LEAST = 256 << 20;
const HUGE_PAGE_BYTES = 2 << 20;
const HUGE_PAGES_MORE = 100;	/* of each cluster, beside shared_buffers */

/** @returns {Promise<boolean>} whether all targets were met */
export async function growthBench() {
	const stacks = [];
	const giveBack = hugePagesTake();
	try {
		for (const size of SIZES) {
			progress(`seeding ${size} charges`);
			stacks.push({ size, stack: await stackOf(size), verify: [], refund: [], errors: 0 });
		}
		for (const one of stacks) {
			await settle(one);
		}
		/* In rounds that alternate, so that what else the machine does hits all sizes. */
		for (let round = 0; round <= rounds; round += 1) {
			for (const one of stacks) {
				await measureRound(one, round);
			}
		}
		progress('');
		return report(stacks.map(({ size, verify, refund, errors }) =>
			({ size, verify: median(verify), refund: median(refund), errors })));
	} finally {
		await Promise.all(stacks.map(({ stack }) => stack.stop()));
		giveBack();
	}
}

const bufferBytes = (size) => Math.max(size * BUFFER_BYTES, BUFFER_BYTES_LEAST);

/*
 * PostgreSQL's manual asks for huge pages with a large shared_buffers (18.4.5): without them each of its processes fills
 * a table of pages of its own, page fault by page fault, and the larger memory is the slower one for minutes.
 * @returns {() => void} which gives them back
 */
function hugePagesTake() {
	const before = readFileSync(HUGE_PAGES, 'utf8');
	const pages = SIZES.reduce((sum, size) => sum + Math.ceil(bufferBytes(size) / HUGE_PAGE_BYTES) + HUGE_PAGES_MORE,
		Number(before));
	try {
		writeFileSync(HUGE_PAGES, String(pages));
	} catch (error) {
		console.log(`no huge pages (${error.code}): what page tables cost is measured as well`);
		return () => {};
	}
	/* Also when somebody ends it in the middle: they are taken from the whole machine. */
	const giveBack = () => writeFileSync(HUGE_PAGES, before);
	process.once('exit', giveBack);
	return giveBack;
}

/** A Kassa of its own with so many paid charges. */
export async function stackOf(size) {
	const stack = await startStack({ idle: true });
	try {
		await databaseTune(stack, size);
		await seed(stack, 'seed_growth_begin.sql');
		await seed(stack, 'seed_growth.sql', { first: 1, last: size });
		await databaseRead(stack);
		/* Each request a refund of its own, also the second one of a charge. */
		await stack.kassaStart({ KASSA_REPEAT_WINDOW_MS: '0' });
		return stack;
	} catch (error) {
		await stack.stop();
		throw error;
	}
}

/* Room in memory for what is looked up, as an operator would give it; and no checkpoint in the middle of a measurement. */
async function databaseTune(stack, size) {
	for (const setting of [`shared_buffers = '${Math.ceil(bufferBytes(size) / (1 << 20))}MB'`, "max_wal_size = '8GB'", "checkpoint_timeout = '1h'",
		"maintenance_work_mem = '1GB'", "autovacuum = off"]) {
		await stack.psql(`alter system set ${setting}`);
	}
	await stack.databaseRestart();
}

/*
 * Seeding leaves in memory what it wrote last.  What the two operations look up anywhere in the tables is read in, as it
 * is on a machine that has run for a while: real questions are about charges of the last minutes, these here about all.
 */
function databaseRead(stack) {
	return stack.psql(`create extension if not exists pg_prewarm;
		select sum(pg_prewarm(name::regclass)) from unnest(array['kassa.charge', 'kassa.charge_pkey',
			'sandbox.operation', 'sandbox.operation_pkey', 'kassa.transfer_reserves_once']) as name`);
}

/*
 * In a virtual machine memory that was never used is slow at first: its host backs it with small pages, and joins them
 * in the next minutes.  The statement alone, over all of 10 million charges in memory: 0.41 ms at once, 0.16 ms after two
 * minutes, without a change of anything of ours.
 */
async function settle(one) {
	let best = Infinity;
	for (let look = 0, since = 0; look < SETTLES_WITHIN && since < SETTLED_AFTER; look += 1) {
		progress(`${one.size} charges: verify until it is steady, ${look}`);
		const { p50 } = await ask(one, 'verify');
		since = p50 < best * BETTER ? 0 : since + 1;
		best = Math.min(best, p50);
	}
}

/** What is asked of one of them for a time. */
export function ask({ stack, size }, name, time = seconds, more = {}) {
	return wrk(`growth_${name}.lua`, stack.kassaUrl, CONNECTIONS, time, { BENCH_CHARGES: String(size), ...more });
}

/* The first round warms up and is not counted. */
async function measureRound(one, round) {
	for (const name of ['verify', 'refund']) {
		progress(`round ${round}/${rounds}, ${one.size} charges: ${name}`);
		const cell = await ask(one, name);
		one.errors += cell.errors;
		if (round > 0) {
			one[name].push(cell.p50);
		}
	}
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
