/*
 * kassactl, as an operator types it: what each command prints and how it ends.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';

import { startStack, top } from '../support/stack.mjs';

const run = promisify(execFile);
let stack;
let locations = 0;

before(async () => {
	stack = await startStack({ idle: true });
});
after(() => stack?.stop());

function location() {
	locations += 1;
	return `operatorLocation${locations}`;
}

async function accountCreate(more = []) {
	const made = await stack.kassactl('account', 'create', '--location', location(), '--mode', 'test', '--json', ...more);
	assert.equal(made.status, 0, made.stderr);
	return JSON.parse(made.stdout);
}

/** A charge that succeeded, written as the server's role writes it. */
async function chargePaid(accountId, name, amountMinor, currency) {
	await stack.psql(`select kassa.session_open('${accountId}', 'cs_${name}', 'tx_${name}', 'live', ${amountMinor},
			'${currency}', 'platform', null, null);
		select kassa.charge_reserve('cs_${name}', 'ch_${name}', 'sandbox', 15000);
		select kassa.charge_settle('${accountId}', 'ch_${name}', 'succeeded', 'none', 'sbx_1', '', 15000)`,
	{ user: 'kassa_server' });
}

test('account_create_prints_a_pair_of_keys_that_is_stored_as_a_digest', async () => {
	const made = await accountCreate();
	assert.match(made.accountId, /^acct_[0-9a-z]{26}$/);
	assert.match(made.apiKey, /^kassa_sk_test_[0-9a-f]{40}$/);
	assert.match(made.publishableKey, /^kassa_pk_test_[0-9a-f]{40}$/);
	assert.equal(made.currency, 'USD');
	const digest = createHash('sha256').update(made.apiKey).digest('hex');
	assert.deepEqual(await stack.psql(`select account_id from kassa.api_key where key_hash = '${digest}'
		and kind = 'secret' and publishable_key is null`), [[made.accountId]]);
});

test('account_create_for_people_says_that_the_key_is_shown_once', async () => {
	const made = await stack.kassactl('account', 'create', '--location', location(), '--mode', 'live', '--currency', 'eur');
	assert.equal(made.status, 0);
	assert.match(made.stdout, /^currency +EUR$/m);
	assert.match(made.stdout, /^API key +kassa_sk_live_[0-9a-f]{40}$/m);
	assert.match(made.stdout, /shown this once/);
});

test('account_create_twice_is_refused_and_the_other_mode_is_not', async () => {
	const where = location();
	const create = (mode) => stack.kassactl('account', 'create', '--location', where, '--mode', mode);
	assert.equal((await create('test')).status, 0);
	assert.deepEqual(await create('test'), {
		status: 1, stdout: '', stderr: 'kassactl: could not create the account: account exists for this location '
			+ `and mode (location ${where} has an account in test mode)\n`,
	});
	assert.equal((await create('live')).status, 0);
});

for (const [words, complaint] of [
	[[], /which command/],
	[['frobnicate'], /no such command/],
	[['account'], /no such command/],
	[['account', 'create', '--mode', 'test'], /--location is missing; usage: kassactl account create --location/],
	[['account', 'create', '--location', 'a', '--mode', 'both'], /--mode should be test or live/],
	[['account', 'create', '--location', 'a b', '--mode', 'test'], /--location should be/],
	[['account', 'create', '--location', 'a', '--mode', 'test', '--currency', 'XAU'], /--currency should be an ISO 4217/],
	[['charge', 'show'], /an argument is missing/],
	[['ledger', 'check', '--json'], /takes no --json/],
	[['help', 'nothing'], /no such command/],
]) {
	test(`kassactl_${words.join('_')}_is_a_usage_error`, async () => {
		const end = await stack.kassactl(...words);
		assert.equal(end.status, 2);
		assert.equal(end.stdout, '');
		assert.match(end.stderr, /^kassactl: [^\n]*\n$/);
		assert.match(end.stderr, complaint);
	});
}

test('kassactl_help_and_version_answer', async () => {
	assert.match((await stack.kassactl('version')).stdout, /^kassactl \d+\.\d+\.\d+\n$/);
	const help = await stack.kassactl('help');
	for (const command of ['migrate', 'account create', 'account list', 'account token', 'charge show', 'ledger check']) {
		assert.match(help.stdout, new RegExp(`^kassactl ${command}\\b`, 'm'));
	}
	const one = await stack.kassactl('charge', 'show', '--help');
	assert.equal(one.status, 0);
	assert.match(one.stdout, /^kassactl charge show ID/);
});

test('account_list_shows_every_account_without_its_secret', async () => {
	const made = await accountCreate();
	const list = await stack.kassactl('account', 'list', '--json');
	const row = JSON.parse(list.stdout).find(({ accountId }) => accountId === made.accountId);
	assert.deepEqual([row.locationId, row.mode, row.publishableKey, row.readsBack],
		[made.locationId, 'test', made.publishableKey, false]);
	const table = await stack.kassactl('account', 'list');
	assert.match(table.stdout, new RegExp(`^${made.accountId} +${made.locationId} +test +USD`, 'm'));
	assert.doesNotMatch(list.stdout + table.stdout, /kassa_sk_/);
});

test('account_token_is_stored_sealed', async () => {
	const made = await accountCreate();
	const file = path.join(stack.folder, 'token');
	await writeFile(file, 'pit-marked-token-0123456789\n');
	const token = (words) => stack.kassactl('account', 'token', '--location', made.locationId, '--mode', 'test',
		'--token-file', ...words);
	assert.deepEqual(await token([file]), {
		status: 0, stdout: `kept the platform token of ${made.accountId}\n`, stderr: '',
	});
	const [[sealed]] = await stack.psql(`select sealed from kassa.platform_token where account_id = '${made.accountId}'`);
	assert.match(sealed, /^1\.k1\.[\w-]+\.[\w-]+$/);
	assert.doesNotMatch(sealed, /marked/);
	await token([file]);
	const [[again]] = await stack.psql(`select sealed from kassa.platform_token where account_id = '${made.accountId}'`);
	assert.notEqual(again, sealed);
	assert.match((await token(['/dev/null'])).stderr, /^kassactl: the token file is empty\n$/);
	assert.match((await token(['/nowhere/token'])).stderr, /could not open the token file \/nowhere\/token/);
});

test('account_token_of_an_unknown_account_is_refused', async () => {
	const end = await stack.kassactl('account', 'token', '--location', 'nowhere', '--mode', 'test',
		'--token-file', path.join(stack.folder, 'secrets/simulator-token'));
	assert.deepEqual([end.status, end.stderr],
		[1, 'kassactl: no account for this location and mode: location nowhere, mode test\n']);
});

test('charge_show_prints_the_charge_and_its_transfers', async () => {
	const { accountId } = await accountCreate();
	await chargePaid(accountId, 'shown', 1500, 'KWD');
	const charge = JSON.parse((await stack.kassactl('charge', 'show', 'ch_shown', '--json')).stdout);
	assert.deepEqual([charge.accountId, charge.status, charge.amount, charge.captured, charge.currency, charge.resolveAt],
		[accountId, 'succeeded', '1.500', '1.500', 'KWD', null]);
	assert.deepEqual(charge.transfers.map(({ phase, amount }) => [phase, amount]), [['pending', '1.500'], ['post', '1.500']]);
	const text = await stack.kassactl('charge', 'show', 'ch_shown');
	assert.match(text.stdout, /^captured +1\.500$/m);
	assert.match(text.stdout, /^ +\d+ {2}post +processor_clearing +merchant_payable +1\.500 {2}KWD/m);
});

test('charge_show_of_an_unknown_charge_fails', async () => {
	assert.deepEqual(await stack.kassactl('charge', 'show', 'ch_nothing'),
		{ status: 1, stdout: '', stderr: 'kassactl: no such charge: ch_nothing\n' });
});

test('ledger_check_says_by_its_status_whether_the_books_balance', async () => {
	const { accountId } = await accountCreate();
	await chargePaid(accountId, 'counted', 1234, 'USD');
	const good = await stack.kassactl('ledger', 'check');
	assert.equal(good.status, 0, good.stdout);
	assert.match(good.stdout, new RegExp(`^${accountId} +merchant_payable +USD +0\\.00 +12\\.34 +0\\.00 +0\\.00$`, 'm'));
	assert.match(good.stdout, /^the books balance$/m);
	const post = 'charge_id = \'ch_counted\' and phase = \'post\'';
	await stack.psql(`set session_replication_role = replica; update kassa.transfer set amount_minor = 1 where ${post}`);
	const bad = await stack.kassactl('ledger', 'check');
	await stack.psql(`set session_replication_role = replica; update kassa.transfer set amount_minor = 1234 where ${post}`);
	assert.equal(bad.status, 1);
	assert.match(bad.stdout, new RegExp(`^${accountId} +charge ch_counted +captured 1234 but posted 1$`, 'm'));
	assert.match(bad.stderr, /^kassactl: the books do not balance: 2 problems\n$/);
	assert.equal((await stack.kassactl('ledger', 'check')).status, 0);
});

test('kassactl_with_the_servers_connection_alone_says_what_to_set', async () => {
	const { KASSA_OWNER_DATABASE: _, ...others } = stack.environment;
	const program = path.resolve(top, process.env.KASSA_BUILD ?? 'build', 'kassactl');
	for (const words of [['ledger', 'check'], ['account', 'create', '--location', 'a', '--mode', 'test']]) {
		await assert.rejects(run(program, words, { env: others }), (error) => {
			assert.equal(error.code, 1);
			assert.match(error.stderr, /permission denied.*connect as the role that owns the database \(KASSA_OWNER_DATABASE\)/);
			return true;
		});
	}
	await assert.rejects(run(program, ['ledger', 'check'], { env: {} }),
		(error) => error.code === 1 && /KASSA_OWNER_DATABASE is required/.test(error.stderr));
});
