/*
 * The docs speak of what is there: commands, files, tests, headings; and the rules notice when they do not.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';

import {
	anchorsOf, anchorsWrong, asvsIds, asvsWrong, commandsOf, commandsWrong, commandWrong, kassactlIn, placesMissing, testsMissing,
} from './docs.mjs';
import { top, treeRead } from './tree.mjs';

const tree = treeRead();
const kassactl = path.join(path.resolve(top, process.env.KASSA_BUILD ?? 'build'), 'kassactl');
const help = execFileSync(kassactl, ['--help'], { encoding: 'utf8' });
const clean = (complaints) => assert.equal(complaints.join('\n'), '');

test('commands_of_the_docs_are_those_of_help', () => clean(commandsWrong(tree, help)));
test('files_that_the_docs_name_are_there', () => clean(placesMissing(tree)));
test('tests_that_the_docs_cite_are_there', () => clean(testsMissing(tree)));
test('headings_that_the_docs_link_to_are_there', () => clean(anchorsWrong(tree)));
test('asvs_has_a_row_for_each_requirement_of_levels_1_and_2', () => clean(asvsWrong(tree.get('docs/asvs.md') ?? '')));

test('alerts_have_a_section_each_in_the_runbook', () => {
	const anchors = anchorsOf(tree.get('docs/operating.md') ?? '');
	const wanted = ['KassaDown', 'KassaNotReady', 'KassaErrors', 'KassaSlow', 'KassaWorkerRestarts', 'KassaJobsLate', 'KassaJobsDead',
		'KassaChargesUnknown', 'KassaLedgerUnbalanced', 'KassaContradiction', 'KassaPoolExhausted', 'KassaTokensExpiring',
		'KassaWebhooksUnstored', 'KassaDeclinesHigh', 'KassaCardTesting', 'KassaOldSignature'];
	assert.deepEqual(wanted.filter((name) => !anchors.includes(name.toLowerCase())), []);
});

const HELP = 'kassactl jobs dead [--json]\n\tlist\nkassactl jobs retry ID [--location ID --mode test|live]\n\tagain\n'
	+ 'kassactl account create --location ID --mode test|live [--json]\n\topen\nkassactl help [COMMAND]\n\tthis\n';

test('command_rule_tells_right_from_wrong', () => {
	const cases = [
		/* words behind kassactl, to be typed, what is wrong */
		['jobs dead', true, null],
		['jobs dead --json', true, null],
		['jobs', false, null],				/* spoken of */
		['jobs', true, 'no command'],
		['jobs alive', false, 'no command'],
		['jobs dead --all', true, 'no --all'],
		['jobs retry 7', true, null],
		['jobs retry 7 8', true, 'too many words'],
		['jobs dead 7', true, 'too many words'],
		['jobs retry 7 --location L --mode test', true, null],
		['account create --location L --mode live', true, null],
		['account create --location L', true, 'no --mode'],
		['account create', false, null],
		['help account create', true, null],
	];
	for (const [words, whole, wanted] of cases) {
		const wrong = commandWrong(words, commandsOf(HELP), whole);
		assert.ok(wanted === null ? wrong === null : wrong?.startsWith(wanted), `${words}: ${wrong}`);
	}
});

test('commands_are_found_in_blocks_and_sentences', () => {
	const text = 'Ask `kassactl jobs` and\n`build/kassactl jobs dead --json`.\n\n```sh\nset -a; build/kassactl jobs dead | less  # kassactl x\n'
		+ 'kassactl account create \\\n\t--location L\n```\n\n```json\n{"kassactl y":1}\n```\n';
	assert.deepEqual(kassactlIn(text), [
		{ words: 'jobs dead', whole: true },
		{ words: 'account create --location L', whole: true },
		{ words: 'jobs', whole: false },
		{ words: 'jobs dead --json', whole: false },
	]);
	assert.equal(commandsWrong(new Map([['docs/a.md', text]]), HELP).length, 1, 'the one without --mode');
	assert.equal(commandsWrong(new Map(), '').length, 1, 'a help that says nothing is noticed');
});

test('doc_rules_tell_right_from_wrong', () => {
	const of = (text, more = []) => new Map([['docs/a.md', text], ...more]);
	const tests = [['tests/a.test.mjs', 'test(`one ${two} three`, () => {});'], ['tests/b.c', 'b_works(void **state)\n'],
		['tests/c.sql', "select ok(true, 'c_works');"]];
	const cases = [
		/* complaints of the good, complaints of the bad */
		[placesMissing(of('`tests/b.c`, `tests/`, `src/<name>.c`', tests)), placesMissing(of('`tests/d.c`', tests))],
		[testsMissing(of('`tests/a.test.mjs` "one", "three"', tests)), testsMissing(of('`tests/a.test.mjs` "one",\n"four"', tests))],
		[testsMissing(of('`tests/b.c` "b_works"', tests)), testsMissing(of('`tests/b.c` "b_fails"', tests))],
		[testsMissing(of('`tests/c.sql` "c_works"', tests)), testsMissing(of('`tests/c.sql` "c_fails"', tests))],
		[anchorsWrong(of('## One, two: 3.4\n[x](#one-two-34)')), anchorsWrong(of('## One\n[x](#two)'))],
		[anchorsWrong(of('[x](b.md#one)', [['docs/b.md', '# One']])), anchorsWrong(of('[x](b.md#one)', [['docs/b.md', '# Two']]))],
		[anchorsWrong(of('### KassaDown', [['conf/a.yml', 'runbook: docs/a.md#kassadown']])),
			anchorsWrong(of('### KassaUp', [['conf/a.yml', 'runbook: docs/a.md#kassadown']]))],
	];
	cases.forEach(([good, bad], index) => {
		assert.deepEqual(good, [], `case ${index}`);
		assert.equal(bad.length, 1, `case ${index}`);
	});
});

test('asvs_rule_tells_right_from_wrong', () => {
	const sums = (met, open) => `**met: ${met}**, **operator: 0**, **not applicable: 0**, **open: ${open}**\n`;
	const met = '| V1.1.1 | 2 | what | met: `tests/a.test.mjs` |\n';
	const open = '| V1.1.2 | 2 | what | open: nobody has done it |\n';
	const ids = ['V1.1.1', 'V1.1.2'];
	assert.deepEqual(asvsWrong(sums(1, 1) + met + open, ids), []);
	assert.deepEqual(asvsWrong(sums(1, 0) + met, ids), ['lacks V1.1.2']);
	assert.deepEqual(asvsWrong(sums(2, 1) + met + met + open, ids), ['V1.1.1 twice']);
	assert.deepEqual(asvsWrong(sums(1, 1) + met + open, ['V1.1.1']), ['V1.1.2 is none of levels 1 and 2']);
	assert.deepEqual(asvsWrong(sums(1, 1) + met.replace('`tests/a.test.mjs`', 'good will') + open, ids), ['V1.1.1: met, but by what?']);
	assert.deepEqual(asvsWrong(sums(1, 0) + met + open.replace('open', 'later'), ids), ['V1.1.2: "later" is no state']);
	assert.deepEqual(asvsWrong(sums(0, 1) + met + open, ids), ['the sums do not say met: 1']);
	assert.equal(new Set(asvsIds()).size, asvsIds().length);
});
