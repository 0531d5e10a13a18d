-- What plpgsql_check finds in the functions without running them: names that are not there, types that do not
-- fit, variables that nobody reads, SQL made of text. Each function of both schemas, also one that is added later.
\ir fixture.psql
create extension if not exists plpgsql_check schema public;
select no_plan();

create function pg_temp.findings(p_schema text) returns table (finding text) language sql as $$
	select format('%s, line %s: %s: %s', p.oid::regprocedure, coalesce(f.lineno, 0), f.level, f.message)
	from pg_proc p
	join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
	cross join lateral plpgsql_check_function_tb(p.oid, fatal_errors => false, other_warnings => true, extra_warnings => true,
		performance_warnings => true, security_warnings => true, compatibility_warnings => true) f
	where p.pronamespace = to_regnamespace(p_schema)
		-- It changes nothing, but must not be left out by a planner who knows its arguments: it raises.
		and (p.oid <> 'kassa.fault(text, text)'::regprocedure or f.message not like 'routine is marked as VOLATILE%')
$$;

select is_empty(format('select pg_temp.findings(%L)', schema), format('functions_of_%s_have_no_finding', schema))
from (values ('kassa'), ('sandbox')) as s (schema);
select is_empty($$select p.oid::regprocedure from pg_proc p join pg_language l on l.oid = p.prolang
		where p.pronamespace in ('kassa'::regnamespace, 'sandbox'::regnamespace) and l.lanname <> 'plpgsql'$$,
	'functions_are_all_of_a_language_that_can_be_checked');

-- The check itself: each of these is found.
create schema broken;
set local check_function_bodies = off;
create function broken.no_table() returns void language plpgsql as $$ begin perform from kassa.chrage; end $$;
create function broken.no_column() returns void language plpgsql as $$ begin update kassa.job set stat = 'dead'; end $$;
create function broken.no_function() returns void language plpgsql as $$ begin perform kassa.job_ad('a'); end $$;
create function broken.no_return() returns int language plpgsql as $$ begin null; end $$;
create function broken.never_read() returns void language plpgsql as $$ declare unread int; begin null; end $$;
create function broken.made_of_text(p_name text) returns void language plpgsql as $$
	begin execute 'delete from kassa.' || p_name; end $$;
create function broken.sound() returns int language plpgsql immutable as $$ begin return 1; end $$;
select ok(exists (select from pg_temp.findings('broken') f where f.finding like format('broken.%s(%%', c.name)) = c.found,
	format('functions_check_of_%s_finds_%s', c.name, case when c.found then 'it' else 'nothing' end))
from (values ('no_table', true), ('no_column', true), ('no_function', true), ('no_return', true), ('never_read', true),
	('made_of_text', true), ('sound', false)) as c (name, found);

select finish();
rollback;
