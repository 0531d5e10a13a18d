/*
 * What lints SQL here is PostgreSQL itself, with plpgsql_check: it knows the tables, which no reader of text does.
 * Kassa's functions are checked in tests/sql: function.sql (plpgsql_check), role.sql (security definer, a pinned
 * search_path, owner, grants, a comment), index.sql (plans).  Here are the simulator's, which live in another database.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startStack } from '../support/stack.mjs';

let stack;
before(async () => {
	stack = await startStack({ idle: true });
	await simulator('create extension plpgsql_check schema public');
});
after(() => stack?.stop());

const simulator = (sql) => stack.psql(sql, { database: 'kassa_simulator' });

/* A literal that is returned as JSON is cast; and a case without else does not go on behind it, it raises. */
const HARMLESS = '{target type is different type than source type,control reached end of function without RETURN}';

const findings = async (schema) => (await simulator(`select format('%s, line %s: %s: %s', p.oid::regprocedure,
		coalesce(f.lineno, 0), f.level, f.message)
	from pg_proc p join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
	cross join lateral plpgsql_check_function_tb(p.oid, fatal_errors => false, other_warnings => true,
		extra_warnings => true, security_warnings => true) f
	where p.pronamespace = '${schema}'::regnamespace
		and f.message <> all ($$${HARMLESS}$$::text[])`)).flat();

test('simulator_functions_have_no_finding', async () => {
	const [[count]] = await simulator('select count(*) from pg_proc where pronamespace = \'simulator\'::regnamespace');
	assert.ok(Number(count) > 10);
	assert.deepEqual(await findings('simulator'), []);
});

test('simulator_functions_pin_their_search_path', async () => {
	assert.deepEqual(await simulator(`select oid::regprocedure from pg_proc where pronamespace = 'simulator'::regnamespace
		and proconfig is distinct from array['search_path=simulator, pg_temp']
		and proconfig is distinct from array['search_path=pg_catalog, pg_temp']`), []);
});

test('a_function_with_a_mistake_is_found', async () => {
	await simulator(`create schema broken; set check_function_bodies = off;
		create function broken.no_table() returns void language plpgsql as $$ begin perform from simulator.ordr; end $$`);
	assert.equal((await findings('broken')).length, 1);
});
