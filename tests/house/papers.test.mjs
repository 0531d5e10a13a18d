/*
 * README and docs say what is so; pages name no brand; the rules notice when they do not.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import test from 'node:test';

import {
	brandsNamed, cardsWrong, machinesNamed, placesWrong, roomsWrong, settingsWrong,
} from './papers.mjs';
import { top, treeRead } from './tree.mjs';

const tree = treeRead();
const readme = tree.get('README.md') ?? '';
const cards = tree.get('src/core/card.c') ?? '';
const build = path.resolve(top, process.env.KASSA_BUILD ?? 'build');
const help = ['kassa', 'simulator'].map((name) => execFileSync(path.join(build, name), ['--help'], { encoding: 'utf8' })).join('');
const file = (name, text) => new Map([[name, text]]);
const clean = (complaints) => assert.equal(complaints.join('\n'), '');

test('readme_settings_are_those_of_help', () => clean(settingsWrong(readme, help)));
test('readme_cards_are_those_of_the_source', () => clean(cardsWrong(readme, cards)));
test('readme_pictures_every_room', () => clean(roomsWrong(readme, tree)));
test('files_have_their_place', () => clean(placesWrong(tree)));
test('files_name_no_machine', () => clean(machinesNamed(tree)));
test('pages_and_programs_name_no_brand', () => clean(brandsNamed(tree)));

const ROW = '| `KASSA_PORT` | `8080` | port to listen on |\n';

test('paper_rules_tell_right_from_wrong', () => {
	const cases = [
		/* complaints of the good, complaints of the bad */
		[settingsWrong(ROW, ROW), settingsWrong('', ROW)],
		[settingsWrong(ROW, ROW), settingsWrong(ROW + ROW.replace('PORT', 'DOOR'), ROW)],
		[settingsWrong(ROW, ROW), settingsWrong('', '')],
		[cardsWrong('| `4242 4242 4242 4242` | x |', '"4242424242424242"'), cardsWrong('', '"4242424242424242"')],
		[roomsWrong('core/', file('src/core/a.c', '')), roomsWrong('core/', file('src/shed/a.c', ''))],
		[placesWrong(file('conf/a', '')), placesWrong(file('shed/a', ''))],
		[machinesNamed(file('a', '/var/lib')), machinesNamed(file('a', `/${'home'}/jo/kassa`))],
		[brandsNamed(file('assets/a.html', 'the platform')), brandsNamed(file('assets/a.html', `Lead${'Connector'}`))],
		[brandsNamed(file('docs/a.md', `Lead${'Connector'}`)), brandsNamed(file('src/web/a.c', `"G${'HL'}"`))],
		[brandsNamed(file('src/web/a.c', `"x-g${'hl'}-signature"`)), brandsNamed(file('src/web/a.c', `"x g${'hl'}"`))],
	];
	cases.forEach(([good, bad], index) => {
		assert.deepEqual(good, [], `case ${index}`);
		assert.equal(bad.length, 1, `case ${index}`);
	});
});
