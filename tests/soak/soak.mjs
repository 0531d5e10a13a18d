/*
 * Two servers on one database under mixed traffic for SOAK_SECONDS: one is killed again and again, worker by worker and as
 * a whole; the other never is, and shows whether memory and descriptors stay what they were.  The database is stopped at
 * once now and then, the wire to the platform is cut, callers hang up.  In the end the books, the processor and what was
 * acknowledged are compared.  Run by "make soak", and for a short while by "make check".
 */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

import { CARD, eventually, platformId } from '../support/payer.mjs';
import { Merchant } from '../support/merchant.mjs';
import { portsFree, startStack, top } from '../support/stack.mjs';
import { Visitor } from '../support/visitor.mjs';
import { Caller } from './caller.mjs';
import { Chance } from './chance.mjs';
import { Cutter } from './cutter.mjs';
import { Scale, filesOf } from './measure.mjs';
import { People } from './people.mjs';
import { booksIndexed, intentsEnd, reckonings } from './reckoning.mjs';
import { Trouble } from './trouble.mjs';

const SECONDS = Number(process.env.SOAK_SECONDS ?? 600);
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31));
const PEOPLE = 8;
const CARDS_KEPT = 4;
const SAMPLE_MS = 500;
const WARM_UP_SHARE = 0.2;
const MEMORY_PERCENT = 5;
const MEMORY_SECONDS = 120;	/* a shorter run is all warm-up: its figure is printed, and not judged */
const ENDS_MS = 30000;
const FILES_MORE = 4;		/* connections to the platform that curl keeps */

const SETTINGS = {
	KASSA_PROCESSOR_TIMEOUT_MS: '1000', KASSA_PLATFORM_TIMEOUT_MS: '2000', KASSA_DATABASE_TIMEOUT_MS: '3000',
	KASSA_RESOLVE_AFTER_MS: '500', KASSA_RESOLVE_MINUTE_MS: '500', KASSA_JOBS_POLL_MS: '200', KASSA_SANDBOX_PEND_MS: '500',
};

let passed = 0, failed = 0;

function judge(name, wrong) {
	const isRight = wrong.length === 0;
	passed += isRight ? 1 : 0;
	failed += isRight ? 0 : 1;
	console.log(`${isRight ? 'ok' : 'not ok'} - ${name}${isRight ? '' : `\n    ${wrong.length} wrong: ${wrong.slice(0, 5).join('\n    ')}`}`);
}

const figures = (counts) => Object.entries(counts).map(([name, count]) => `${name} ${count}`).join(', ');

/** The servers, the wire, what is needed before the trouble begins. */
async function prepared() {
	const wire = new Chance(SEED + 1);
	const stack = await startStack({ durable: true, idle: true, kassa: SETTINGS });
	const place = { stack, cutter: null, second: null };
	try {
		await stack.simulatorStart();
		place.cutter = await Cutter.start(stack.ports.simulator, wire);
		const [port] = await portsFree(1);
		const more = { ...SETTINGS, KASSA_PLATFORM_URL: place.cutter.url };
		place.second = stack.program('kassa', port, { ...more, KASSA_PORT: String(port) });
		place.second.log = `${stack.folder}/kassa-steady.log`;
		await Promise.all([stack.kassaStart(more), place.second.start()]);
		/* The wire is in this process: it has to go on turning. */
		await promisify(execFile)('bash', [path.join(top, 'conf/dev/install.sh')], {
			env: { PATH: process.env.PATH, KASSA_VAR: stack.folder, SIMULATOR_PORT: String(stack.ports.simulator) } });
		place.merchant = new Merchant(stack);
		place.kept = [];
		for (let i = 0; i < CARDS_KEPT; i += 1) {
			const contactId = platformId();
			place.kept.push({ contactId, paymentMethodId: await place.merchant.keep(contactId, CARD.success) });
		}
		const visitor = new Visitor(stack, await stack.secret('sso-key'));
		place.visit = (await visitor.open({ companyId: 'DemoCompany0000000000001', locationId: stack.locationId })).opened.token;
		return place;
	} catch (error) {
		await left(place);
		throw error;
	}
}

async function left({ stack, cutter, second }) {
	await second?.stop();
	await stack.stop();
	cutter?.stop();
}

/** Descriptors of each process of the server that is never killed, when nobody calls. */
const files = (program) => [program.child.pid, ...program.workers()].map(filesOf);

const deathsOf = (file) => readFileSync(file, 'utf8').split('\n').filter((line) => /worker \d+ died/.test(line));

async function soak(place) {
	const { stack, second, merchant } = place;
	const chance = new Chance(SEED);
	const caller = new Caller([stack.kassa.url, second.url], chance);
	const people = new People(merchant, caller, chance, place);
	const trouble = new Trouble(stack, place.cutter, new Chance(SEED + 2));
	const steady = [second.child.pid, ...second.workers()];
	const filesBefore = files(second);
	const scale = new Scale(second, SAMPLE_MS);
	place.cutter.runs = true;
	trouble.start();
	people.start(PEOPLE);
	await pause(SECONDS * 1000);
	await trouble.stop();
	place.cutter.runs = false;
	scale.stop();
	await people.stop(ENDS_MS);
	await intentsEnd(stack);
	await booksIndexed(stack);

	console.log(`done: ${figures(people.done)}`);
	console.log(`acknowledged: ${people.paid.length} payments, ${people.charges.length} charges of kept cards, `
		+ `${people.refunds.length} refunds, ${people.webhooks.length} webhooks, ${people.declined.length} declines, ${people.failed.length} charges that were not sent`);
	console.log(`calls: ${figures(caller.counts)}; by status: ${figures(caller.statuses)}`);
	console.log(`trouble: ${figures(trouble.counts)}; connections to the platform cut: ${place.cutter.cut}`);
	for (const [name, reckon] of Object.entries(reckonings)) {
		judge(name, await reckon({ stack, people, caller }).catch((error) => [error.message]));
	}
	caller.stop();
	judge('no other answer than right ones, refusals that say when to come again, and 4xx of ours', Object.keys(caller.statuses)
		.filter((status) => !['200', '409', '429', '502', '503', '504'].includes(status)));
	judge('no worker died but those that were killed', [
		...deathsOf(second.log), ...deathsOf(stack.kassa.log).filter((line) => !/died \(signal 9\)/.test(line)),
		...steady.join() === [second.child.pid, ...second.workers()].join() ? [] : ['the server that is never killed has other processes'],
	]);
	await memory(scale);
	await descriptors(second, filesBefore);
}

async function memory(scale) {
	const { first, last, percent, samples } = scale.growth(WARM_UP_SHARE);
	const text = `memory of the server that is never killed: ${Math.round(first)} kB, then ${Math.round(last)} kB, `
		+ `${percent.toFixed(1)} % (${samples} samples)`;
	console.log(text);
	if (SECONDS >= MEMORY_SECONDS) {
		judge(`memory is flat within ${MEMORY_PERCENT} %`, percent <= MEMORY_PERCENT ? [] : [text]);
	}
}

async function descriptors(program, before) {
	const more = () => files(program).map((count, index) => count - before[index]);
	let seen = [];
	await eventually(async () => (seen = more()), (counts) => counts.every((count) => count <= FILES_MORE)).catch(() => {});
	console.log(`descriptors: ${before.join(', ')} at the beginning, ${files(program).join(', ')} in the end`);
	judge('no descriptor is left open', seen.filter((count) => count > FILES_MORE).map((count) => `${count} more`));
}

console.log(`soak: ${SECONDS} s, SEED=${SEED}`);
const began = performance.now();
const place = await prepared();
try {
	await soak(place);
} finally {
	await left(place);
}
console.log(`${Math.round((performance.now() - began) / 1000)} s with preparation and reckoning`);
console.log(`${passed} passed, ${failed} failed`);
/* All that was started is stopped; a connection that somebody was killed on is no reason to stay. */
process.exit(failed > 0 || passed === 0 ? 1 : 0);
