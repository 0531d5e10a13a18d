/*
 * The arrows between the rooms, and the rule itself on bad examples.
 */
import assert from 'node:assert/strict';
import test from 'node:test';

import { arrowsWrong } from './arrows.mjs';
import { treeRead } from './tree.mjs';

const include = (name, what) => arrowsWrong(new Map([[name, `#include ${what}\n`]]));

test('arrows_of_the_tree_point_down', () => {
	assert.equal(arrowsWrong(treeRead()).join('\n'), '');
});

const CASES = [
	['src/core/money.c', '"base/slice.h"', 0],
	['src/base/buf.c', '"core/money.h"', 1],
	['src/core/money.c', '"io/loop.h"', 1],
	['src/store/store_charge.c', '"platform/platform.h"', 1],
	['src/processor/sandbox.c', '"store/store.h"', 1],
	['src/pay/pay_open.c', '"store/store.h"', 0],
	['src/pay/pay_open.c', '"web/web.h"', 1],
	['src/web/web_query.c', '"jobs/job_resolve.h"', 1],
	['src/jobs/job_resolve.c', '"web/web.h"', 1],
	['src/simulator/order.c', '"pay/pay_open.h"', 1],
	['src/simulator/order.c', '"serve/serve.h"', 0],
	['src/ctl/ctl.c', '"io/pool.h"', 1],
	['src/main.c', '"web/web.h"', 0],
	['src/web/web.c', '"web.h"', 1],
	['src/web/web.c', '<kore/kore.h>', 1],
	['src/serve/serve_kore.c', '<kore/kore.h>', 0],
	['src/io/loop_kore.c', '<kore/kore.h>', 0],
	['src/io/pool.c', '<kore/kore.h>', 1],
	['src/core/money.c', '<openssl/evp.h>', 1],
	['src/garden/rose.c', '"base/buf.h"', 1],
];

test('arrows_rule_tells_right_from_wrong', () => {
	for (const [name, what, complaints] of CASES) {
		assert.equal(include(name, what).length, complaints, `${name} includes ${what}`);
	}
});
