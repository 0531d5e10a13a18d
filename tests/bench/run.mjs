/*
 * "make bench": three benchmarks, one after the other; prints tables, the targets and whether each was met; exit
 * status 1 if one was not.
 *   ROUNDS=3 SECONDS_EACH=4 node tests/bench/run.mjs [verify] [charge] [growth]
 */
import { chargeBench } from './charge.mjs';
import { growthBench } from './growth.mjs';
import { verifyBench } from './verify.mjs';

const BENCHES = {
	verify: ['Is it paid: one verify, read alone', verifyBench],
	charge: ['A kept card is charged: intent, processor, books, answer; fsync on', chargeBench],
	growth: ['How cost grows with the number of charges', growthBench],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
	console.error(`no such benchmark: ${unknown.join(', ')}; there are ${Object.keys(BENCHES).join(', ')}`);
	process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(BENCHES)) {
	const [title, bench] = BENCHES[name];
	console.log(`\n${title}`);
	if (!await bench()) {
		process.exitCode = 1;
	}
}
