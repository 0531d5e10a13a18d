/*
 * The same verify, on one machine and in one run, by Kassa, by pgbench with Kassa's own SQL, and by Fastify + pg;
 * at 1, 32 and 128 connections, in rounds that alternate, medians.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { portsFree, startStack } from '../support/stack.mjs';
import {
	askedOnce, here, measure, median, pgbench, ratioTarget, scriptLine, seed, statementOf, tablePrint, targetsPrint, workerRss, wrk,
} from './measure.mjs';

const CONNECTIONS = [1, 32, 128];
const CHARGES = 100000;
const WORKER_RSS_MAX_MIB = 32;
const READY_MAX_MS = 1000;

const TARGETS = [
	/* connections, of, at least, times what */
	[32, 'kassa', 3, 'fastify'],
	[32, 'kassa', 0.95, 'pgbench'],
	[128, 'kassa', 1.3, 'pgbench'],
];

/** The statement as a pgbench script about random charges of seed.sql. */
function scriptOf(sql, charges) {
	return `\\set n random(1, ${charges})\n\\set account 1 + :n % 1000\n${scriptLine(sql, [
		"lpad((:account)::text, 64, '0')", "('ch_' || lpad((:n)::text, 26, '0'))", "lpad((:n)::text, 24, '0')", "''",
	])}`;
}

async function fastifyStart(stack, sql) {
	const [port] = await portsFree(1);
	const child = spawn(process.execPath, [path.join(here, 'fastify.mjs')], {
		env: { ...process.env, BENCH_SQL: sql, BENCH_SOCKET: stack.socket, BENCH_PORT: String(port) },
		stdio: ['ignore', 'inherit', 'inherit'],
	});
	const ended = new Promise((resolve) => { child.once('exit', resolve); });
	const url = `http://127.0.0.1:${port}`;
	for (let tries = 0; tries < 200; tries += 1) {
		if (await fetch(url).then(() => true, () => false)) {
			return { url, stop: () => { child.kill('SIGTERM'); return ended; } };
		}
		await pause(50);
	}
	child.kill('SIGKILL');
	throw new Error('Fastify did not answer');
}

async function startTime(stack) {
	await stack.kassa.stop();
	const began = performance.now();
	await stack.kassaStart();
	return performance.now() - began;
}

/**
 * Kassa, pgbench and Fastify over one seeded database, as long as they are used.
 * @param {(stack, systems) => Promise<T>} use systems: by name, what asks one for a time at so many connections
 * @param {number} [charges] so many to ask about
 */
export async function verifySystems(use, charges = CHARGES) {
	const sql = statementOf('store/store_charge.c', 'charge_verify');
	const stack = await startStack({ durable: true, idle: true });
	const ask = (url, connections, time, more) => wrk('verify.lua', url, connections, time, { BENCH_CHARGES: String(charges), ...more });
	let fastify;
	try {
		await seed(stack, 'seed.sql', { charges });
		const script = path.join(stack.folder, 'verify.sql');
		writeFileSync(script, scriptOf(sql, charges));
		await stack.kassaStart({ KASSA_LOG_LEVEL: process.env.KASSA_LOG_LEVEL ?? 'info' });
		fastify = await fastifyStart(stack, sql);
		return await use(stack, {
			kassa: (connections, time, more) => ask(stack.kassaUrl, connections, time, more),
			pgbench: (connections, time) => pgbench(stack, script, connections, time),
			fastify: (connections, time, more) => ask(fastify.url, connections, time, more),
		});
	} finally {
		await fastify?.stop();
		await stack.stop();
	}
}

/** @returns {Promise<boolean>} whether all targets were met */
export function verifyBench() {
	return verifySystems(async (stack, systems) => {
		const warm = await askedOnce(systems, 32, 2);
		const results = await measure(CONNECTIONS, systems);
		const rss = workerRss(stack);
		const starts = [];
		for (let i = 0; i < 5; i += 1) {
			starts.push(await startTime(stack));
		}
		const errors = [...warm, ...results].reduce((sum, cell) => sum + cell.errors, 0);
		tablePrint(results, CONNECTIONS, Object.keys(systems));
		return targetsPrint([
			...TARGETS.map((target) => ratioTarget(results, target)),
			[errors === 0, `answers that did not say paid: ${errors}, none allowed`],
			[rss <= WORKER_RSS_MAX_MIB, `memory of a worker: ${rss.toFixed(1)} MiB, at most ${WORKER_RSS_MAX_MIB}`],
			[median(starts) < READY_MAX_MS, `start to ready: ${median(starts).toFixed(0)} ms, below ${READY_MAX_MS}`],
		]);
	});
}
