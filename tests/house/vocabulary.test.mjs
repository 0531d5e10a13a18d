/*
 * C and SQL say the same words, and the rules notice when they do not.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { treeRead } from './tree.mjs';
import { LISTS, faultsRaisedUnknown, faultsWrong, labelsWrong } from './vocabulary.mjs';

const tree = treeRead();

/* The tree with one file changed. */
function changed(name, from, to) {
	const text = tree.get(name);
	assert.ok(text?.includes(from), `${name} has ${from}`);
	return new Map([...tree, [name, text.replace(from, to)]]);
}

for (const rule of [labelsWrong, faultsWrong, faultsRaisedUnknown]) {
	test(`vocabulary_of_the_tree_${rule.name}_finds_nothing`, () => {
		assert.equal(rule(tree).join('\n'), '');
	});
}

const CASES = [
	[labelsWrong, 'src/core/charge.h', '"sending")', '"posting")'],
	[labelsWrong, 'src/core/charge.h', '"not_sent"', '"never_sent"'],
	[labelsWrong, 'src/core/charge.h', 'OUTCOME_PENDING,', 'OUTCOME_WAITING,'],
	[labelsWrong, 'src/core/card.h', '"silent")', '"mute")'],
	[labelsWrong, 'src/store/store_job.h', '"method_save")', '"card_save")'],
	[labelsWrong, 'sql/0006_job.sql', "'method_forget'", "'method_forget',\n'other'"],
	[labelsWrong, 'src/store/store_setup.h', '"open")', '"opened")'],
	[labelsWrong, 'sql/0003_charge.sql', "'sending', 'pending'", "'pending', 'sending'"],
	[labelsWrong, 'sql/0003_charge.sql', "('live', 'brief')", "('live', 'brief', 'other')"],
	[labelsWrong, 'sql/0001_account.sql', "as enum ('test', 'live')", "as enum ('live', 'test')"],
	[faultsWrong, 'src/base/fault.h', '"no such charge"', '"charge is not known"'],
	[faultsWrong, 'src/base/fault.h', '"KA041"', '"KA042"'],
	[faultsWrong, 'sql/function/fault.sql', "('charge_unknown'", "('charge_missing'"],
	[faultsRaisedUnknown, 'sql/function/charge.sql', "perform fault('", "perform fault('un"],
];

test('vocabulary_rules_notice_a_changed_word', () => {
	for (const [rule, name, from, to] of CASES) {
		assert.notEqual(rule(changed(name, from, to)).length, 0, `${rule.name}: ${from} as ${to}`);
	}
});

test('vocabulary_lists_are_all_there', () => {
	assert.equal(labelsWrong(new Map()).length, LISTS.length);
});
