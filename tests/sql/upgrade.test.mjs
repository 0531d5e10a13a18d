/*
 * The upgrade of docs/upgrade.md: a server of the release before, as the history has it, and the data that it made; the
 * migrations of today while it runs; then both side by side.  The release before is the state of the main line that the
 * newest numbered migration was added to.  It is built from its own sources: only so its real statements are tried, and a
 * kept copy of a schema would be a second truth that nobody runs.  Without a history (a tarball) there is none to try.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { jobOf, timeHasCome } from '../support/clock.mjs';
import { Merchant } from '../support/merchant.mjs';
import { CARD, booksBalance, eventually, paidLive, platformId } from '../support/payer.mjs';
import { portsFree, startStack, top } from '../support/stack.mjs';
import { Traffic } from '../support/mixed.mjs';

const RATE = 40;		/* requests a second, to each server */
const BUILD = path.resolve(top, process.env.KASSA_BUILD ?? 'build');
const OLD = ['Makefile', 'src', 'sql', 'assets', 'conf', 'patches'];

const rev = releaseBefore();
const skip = rev === null ? 'there is no history to take the release before from' : false;
let release, stack, old, now, merchant;

/** The commit before the one that added the newest numbered migration; null without a history. */
function releaseBefore() {
	const git = (...words) => execFileSync('git', ['-C', top, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
	try {
		const added = git('log', '--first-parent', '-m', '--diff-filter=A', '-1', '--format=%H', '--', ':(glob)sql/[0-9]*.sql');
		return git('rev-parse', '--verify', '--quiet', `${added}^1`);
	} catch {
		return null;
	}
}

/* Quick to build rather than quick to run. */
function releaseBuild(folder) {
	const { MAKEFLAGS, MFLAGS, MAKELEVEL, SAN, KASSA_BUILD, ...env } = process.env;
	execFileSync('sh', ['-c', `git -C "$1" archive ${rev} ${OLD.join(' ')} | tar -x -C "$2"
		exec make -s -C "$2" HARDEN='-O0 -fPIE' build/kassa build/kassactl`, 'sh', top, folder], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The stack as seen by who asks another server. */
const at = (program) => Object.assign(Object.create(stack), { kassaUrl: program.url });

before(async () => {
	if (skip) {
		return;
	}
	release = mkdtempSync('/tmp/kassa-release-');
	releaseBuild(release);
	stack = await startStack({ idle: true, release, kassa: { KASSA_SANDBOX_PEND_MS: '3600000', KASSA_PROCESSOR_TIMEOUT_MS: '300' } });
	stack.environment.SIMULATOR_OWNER_DATABASE = stack.environment.SIMULATOR_DATABASE;
	const simulator = await stack.kassactl('migrate', '--simulator');
	assert.equal(simulator.status, 0, simulator.stderr);
	await stack.simulatorStart();

	const [port] = await portsFree(1);
	old = stack.program(path.relative(BUILD, path.join(release, 'build/kassa')), stack.ports.kassa, stack.wish.kassa);
	now = stack.program('kassa', port, { ...stack.wish.kassa, KASSA_PORT: String(port) });
	old.log = `${stack.folder}/kassa-before.log`;
	/* It may not know the address that is asked today. */
	old.ready = () => eventually(() => fetch(`${old.url}/`).then(({ status }) => status, () => 0), (status) => status === 200);
	await old.start();
	stack.kassaUrl = old.url;
	merchant = new Merchant(stack);
});
after(async () => {
	await old?.stop();
	await now?.stop();
	await stack?.stop();
	if (release) {
		rmSync(release, { recursive: true });
	}
});

/** Every statement that a program carries: what it prepares on its connections. */
function statementsOf(file) {
	const texts = readFileSync(file, 'latin1').match(/(?:select|insert|update|delete|with) [\x09\x0a\x20-\x7e]{10,}(?=\0)/g);
	return Array.from(new Set(texts)).filter((text) => /\b(kassa|sandbox)\./.test(text));
}

/** Those that the database refuses to prepare for the servers' role, and why. */
const refused = (statements) => stack.psql(`
	create function pg_temp.refusal(statement text) returns text language plpgsql as $$
	begin
		set local role kassa_server;
		execute 'prepare one as ' || statement;
		reset role;
		deallocate one;
		return null;
	exception when others then	-- and it has its role back
		return sqlerrm;
	end
	$$;
	select statement || ': ' || why from unnest(array[${statements.map((text) => `$q$${text}$q$`).join()}]) statement,
		pg_temp.refusal(statement) why where why is not null`).then((rows) => rows.flat());

/** What the servers' role may call: names, arguments and results. */
const functions = () => stack.psql(`select p.oid::regprocedure, pg_get_function_identity_arguments(p.oid), pg_get_function_result(p.oid)
	from pg_proc p where pronamespace in ('kassa'::regnamespace, 'sandbox'::regnamespace)
		and has_function_privilege('kassa_server', p.oid, 'execute') order by 1`).then((rows) => rows.map((row) => row.join(' ')));

/** What contract migrations that came since take away. */
const contracts = () => readdirSync(path.join(top, 'sql')).filter((name) => /^\d+_/.test(name))
	.filter((name) => !readdirSync(path.join(release, 'sql')).includes(name))
	.flatMap((name) => Array.from(readFileSync(path.join(top, 'sql', name), 'utf8').matchAll(/^-- contract: (\S+)\(/gm), ([, what]) => what));

/** Keep what the tables have, to compare with later. */
async function copyTables() {
	const tables = (await stack.psql(`select table_schema, table_name from information_schema.tables
		where table_schema in ('kassa', 'sandbox') and table_type = 'BASE TABLE' and table_name <> 'migration'`));
	await stack.psql(`create schema before;${tables.map(([schema, name]) =>
		`create table before.${schema}_${name} as table ${schema}.${name};`).join('')}`);
	return tables;
}

/** Rows of the copy that are not there any more, or not as they were; columns may have been added. */
const changed = async ([schema, name]) => (await stack.psql(`select '${schema}.${name}', to_jsonb(b) from before.${schema}_${name} b
	where not exists (select from ${schema}.${name} t where to_jsonb(t) @> to_jsonb(b))`)).map((row) => row.join(' '));

/** One of each: paid, declined, pending, refunded, kept, charged again, open, installed. */
async function dataMade() {
	const made = { paid: await merchant.pay(CARD.success, 30, 'USD'), pending: await merchant.pay(CARD.pending, 31, 'USD') };
	await merchant.pay(CARD.declined, 32, 'USD');
	assert.equal((await merchant.refund(made.paid.chargeId, 10)).json.success, true);
	made.contactId = platformId();
	made.kept = await merchant.keep(made.contactId, CARD.success);
	assert.equal((await merchant.charge({ paymentMethodId: made.kept, contactId: made.contactId, transactionId: platformId(), amount: 12 })).json.success, true);
	made.open = await merchant.order(33, 'USD');
	made.session = (await merchant.session(made.open)).json;
	made.location = platformId();
	const traffic = new Traffic(merchant, RATE);
	const installed = await traffic.announcer.take({ type: 'INSTALL', appId: stack.environment.KASSA_CLIENT_ID.split('-')[0],
		locationId: made.location, companyId: platformId() });
	assert.equal(installed, 'applied');
	return made;
}

test('upgrade with the data and under the requests of the release before', { skip, timeout: 120000 }, async (t) => {
	const made = await dataMade();
	await eventually(() => jobOf(stack, made.pending.chargeId), (job) => job?.plan === 'pending');
	const statements = statementsOf(path.join(release, 'build/kassa'));
	assert.ok(statements.length > 50, `only ${statements.length} statements found`);
	assert.deepEqual(await refused(statements), [], 'on the schema that they were written for');
	const had = await functions();
	const tables = await copyTables();

	const traffic = new Traffic(merchant, RATE);
	await traffic.start();
	const migrated = await stack.kassactl('migrate');
	assert.equal(migrated.status, 0, migrated.stderr);
	assert.match(migrated.stdout, /^applied \d+_/m);
	await now.start();
	const newer = new Traffic(new Merchant(at(now)), RATE);
	await newer.start();
	await eventually(async () => Math.min(traffic.paid.length, newer.paid.length), (count) => count > 5);
	await Promise.all([traffic.stop(), newer.stop()]);
	t.diagnostic(`from ${rev.slice(0, 7)}: ${migrated.stdout.trim().replaceAll('\n', ', ')}; ${statements.length} statements, `
		+ `${had.length} functions; ${traffic.total} requests to the old server, ${newer.total} to the new one`);

	assert.deepEqual(traffic.wrong, [], 'of the old server');
	assert.deepEqual(newer.wrong, [], 'of the new server');
	for (const one of [traffic, newer]) {
		assert.deepEqual(await one.unbooked(), { charges: 0, twice: 0, webhooks: 0 });
	}
	const gone = contracts();
	const isContract = (text) => gone.some((what) => text.includes(what));
	assert.deepEqual((await refused(statements)).filter((text) => !isContract(text)), [], 'the old server\'s statements');
	const has = new Set(await functions());
	assert.deepEqual(had.filter((one) => !has.has(one) && !isContract(one)), [], 'functions that old servers call');

	/* Jobs of the installation go on; all else is as it was. */
	const living = ['job', 'installation', 'installation_token'];
	const rows = (await Promise.all(tables.filter(([, name]) => !living.includes(name)).map(changed))).flat();
	assert.deepEqual(rows, [], 'data that was there before');
	assert.deepEqual(await stack.psql(`select count(*) from kassa.installation where location_id = '${made.location}'`), [['1']]);
	await booksBalance(stack);

	/* What the old server has begun, the new one ends. */
	await old.stop();
	stack.kassaUrl = now.url;
	await stack.psql(`update sandbox.operation set ends_at = now() where key = '${made.pending.chargeId}'`);
	await timeHasCome(stack, made.pending.chargeId);
	await eventually(() => merchant.books(made.pending.chargeId), (books) => books.status === 'succeeded');
	assert.match((await merchant.verify(made.paid.order, made.paid.chargeId)).text, paidLive(made.paid.chargeId, 3000));
	assert.equal((await merchant.refund(made.paid.chargeId, 20)).json.success, true);
	assert.equal((await merchant.refund(made.paid.chargeId, 1)).json.success, false, 'all of it was given back');
	assert.equal((await merchant.confirm(made.session.id, await merchant.token(CARD.success))).json.status, 'succeeded');
	assert.equal((await merchant.list(made.contactId)).json[0].id, made.kept);
	assert.equal((await merchant.charge({ paymentMethodId: made.kept, contactId: made.contactId, transactionId: platformId(), amount: 14 })).json.success, true);
	await booksBalance(stack);
});

test('kassactl migrate of the release before refuses the newer schema and changes nothing', { skip }, async () => {
	const had = await functions();
	const told = (() => {
		try {
			return execFileSync(path.join(release, 'build/kassactl'), ['migrate'], { env: { PATH: process.env.PATH, ...stack.environment }, stdio: 'pipe' });
		} catch (error) {
			return error;
		}
	})();
	assert.equal(told.status, 1);
	assert.match(String(told.stderr), /which this kassactl does not know/);
	assert.deepEqual(await functions(), had);
});
