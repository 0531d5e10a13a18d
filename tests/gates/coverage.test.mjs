/*
 * The rooms that handle money have their lines run by tests; and the sums are right.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import test from 'node:test';

import { LEAST, linesOf, listed, measure, roomsOf, roomsShort, table, unreached } from './coverage.mjs';

test('rooms_of_money_are_reached', async (context) => {
	const { lines, failed } = await measure();
	const rooms = roomsOf(lines);
	writeFileSync(listed, unreached(lines));
	table(rooms).split('\n').forEach((line) => context.diagnostic(line));
	assert.equal([...failed, ...roomsShort(rooms)].join('\n'), '');
});

const report = (file, ...counts) => ({ files: [{ file, lines: counts.map((count, index) => ({ line_number: index + 1, count })) }] });

test('lines_of_several_runs_add_up', () => {
	const lines = linesOf([report('src/core/a.c', 1, 0, 0), report('src/core/a.c', 0, 0, 2), report('src/pay/b.c', 0),
		report('tests/unit/c.c', 1), report('src/main.c', 1)]);
	assert.deepEqual(roomsOf(lines).map(({ room, all, reached }) => [room, all, reached]),
		[['core', 3, 2], ['main.c', 1, 1], ['pay', 1, 0]]);
	assert.equal(unreached(lines), 'src/core/a.c: 2\nsrc/pay/b.c: 1\n');
	assert.match(table(roomsOf(lines)), /^core +3 +66\.7 %/m);
});

test('rooms_that_are_reached_too_little_are_named', () => {
	const room = (name, percent) => ({ room: name, percent });
	assert.deepEqual(roomsShort([room('a', 90)], { a: 90 }), []);
	assert.equal(roomsShort([room('a', 89.99)], { a: 90 }).length, 1);
	assert.equal(roomsShort([room('b', 100)], { a: 90 }).length, 1);
	assert.equal(roomsShort([room('a', NaN)], { a: 90 }).length, 1);
	for (const name of ['core', 'pay', 'store']) {
		assert.ok(LEAST[name] >= 90, name);
	}
});
