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

/** Run statements as the server's role: what it writes, it writes so. */
function served(...statements) {
	return stack.psql(statements.join(';\n'), { user: 'kassa_server' });
}

/** Statements that reserve a charge in a session; its id is ch_ and the name. */
function chargeReserved(accountId, name, { amountMinor = 1000, currency = 'USD', contact = null } = {}) {
	const contactId = contact === null ? 'null' : `'${contact}'`;
	return [
		`select kassa.session_open('${accountId}', 'cs_${name}', 'tx_${name}', 'live', ${amountMinor}, '${currency}',
			'platform', ${contactId}, null)`,
		`select kassa.charge_reserve('cs_${name}', 'ch_${name}', 'sandbox', false, '', null, 15000)`,
	];
}

function chargeSettled(accountId, name, outcome, decline = 'none') {
	return `select kassa.charge_settle('${accountId}', 'ch_${name}', '${outcome}', '${decline}', 'sbx_1', '', 60000)`;
}

/** A charge that succeeded. */
function chargePaid(accountId, name, amountMinor, currency) {
	return served(...chargeReserved(accountId, name, { amountMinor, currency }), chargeSettled(accountId, name, 'succeeded'));
}

function refundReserved(accountId, name, charge, amountMinor, countedMinor = 'null') {
	return `select kassa.refund_reserve('${accountId}', 'ch_${charge}', 're_${name}', ${amountMinor}, ${countedMinor},
		120000, 15000)`;
}

/** A card kept for a contact by a setup. */
function methodKept(accountId, name, contact) {
	return served(
		`select kassa.setup_open('${accountId}', 'ss_${name}', '${contact}', 'live')`,
		`select kassa.setup_reserve('ss_${name}', 'sandbox', '', null, 15000)`,
		`select kassa.setup_settle('ss_${name}', 1, 'succeeded', 'none',
			('sbxtoken_${name}', 'print_${name}', 'visa', '4242', 12, 2031), 'pm_${name}', 60000)`,
	);
}

function where({ locationId }) {
	return ['--location', locationId, '--mode', 'test'];
}

/** What a command that goes well prints as JSON. */
async function read(...words) {
	const end = await stack.kassactl(...words, '--json');
	assert.deepEqual([end.status, end.stderr], [0, '']);
	return JSON.parse(end.stdout);
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
	[['account', 'keys'], /no such command/],
	[['account', 'keys', 'rotated'], /no such command/],
	[['account', 'keys', 'rotate', '--mode', 'test'], /--location is missing; usage: kassactl account keys rotate/],
	[['account', 'keys', 'revoke', '--location', 'a', '--mode', 'test', '--json'], /takes no --json/],
	[['account', 'keys', 'revoke', '--location', "a'; drop table x", '--mode', 'test'], /--location should be an id/],
	[['charge', 'show'], /an argument is missing/],
	[['charge', 'show', ''], /ID should be an id/],
	[['charge', 'show', "ch_' or ''='"], /ID should be an id/],
	[['charge', 'show', 'c'.repeat(80)], /ID should be an id: at most 79/],
	[['charge', 'show', 'ch_1', 'ch_2'], /"ch_2" is one argument too many/],
	[['charge', 'list', 'ch_1'], /"ch_1" is one argument too many/],
	[['charge', 'list', '--location', 'a'], /--mode is missing/],
	[['charge', 'list', '--mode', 'test'], /--location is missing/],
	[['charge', 'list', '--status', 'paid'], /--status should be one of sending pending unknown succeeded failed$/],
	[['charge', 'list', '--status', ''], /--status should be one of/],
	[['charge', 'list', '--status', "failed' or true"], /--status should be one of/],
	...['0', '-1', '1e9', '1000000000', '1001', '9'.repeat(40), 'abc', '', ' 5', '5;', '0x5'].map((limit) =>
		[['charge', 'list', '--limit', limit], /--limit should be a whole number from 1 to 1000$/]),
	[['refund', 'list', '--limit', '0'], /--limit should be/],
	[['refund', 'list', '--status', 'all'], /--status should be/],
	[['refund', 'list', '--charge', "'"], /--charge should be an id/],
	[['refund', 'list', '--charge', ''], /--charge should be an id/],
	[['refund', 'list', '--mode', 'live'], /--location is missing/],
	[['refund', 'list', '--contact', 'a'], /takes no --contact/],
	[['payment-method', 'list', '--location', 'a', '--mode', 'test'], /--contact is missing/],
	[['payment-method', 'list', '--location', 'a', '--mode', 'test', '--contact', 'a"b'], /--contact should be an id/],
	[['payment-method', 'remove', '--location', 'a', '--mode', 'test'], /an argument is missing/],
	[['payment-method', 'remove', 'pm_1'], /--location is missing/],
	[['payment-method', 'remove', "pm_'--", '--location', 'a', '--mode', 'test'], /ID should be an id/],
	[['jobs', 'retry'], /an argument is missing/],
	...['0', 'abc', '1 or 1=1', "1'", '9'.repeat(19), '1e3', ''].map((id) =>
		[['jobs', 'retry', id], /ID should be the number of a job$/]),
	[['jobs', 'retry', '-1'], /this command takes no -1/],
	[['jobs', 'retry', '1', '--mode', 'test'], /--location is missing/],
	[['jobs', 'list', '--limit', '5'], /takes no --limit/],
	[['ledger', 'check', '--json'], /takes no --json/],
	[['secrets'], /no such command/],
	[['secrets', 'rotate', 'k2'], /"k2" is one argument too many/],
	[['help', 'nothing'], /no such command/],
]) {
	test(`kassactl_${words.join('_').slice(0, 60)}_is_a_usage_error`, async () => {
		const end = await stack.kassactl(...words);
		assert.equal(end.status, 2);
		assert.equal(end.stdout, '');
		assert.match(end.stderr, /^kassactl: [^\n]*\n$/);
		assert.match(end.stderr.trimEnd(), complaint);
	});
}

test('kassactl_ids_that_are_no_text_are_refused', async () => {
	/* Through a shell: Node's own arguments are always UTF-8. */
	const program = path.resolve(top, process.env.KASSA_BUILD ?? 'build', 'kassactl');
	await assert.rejects(run('sh', ['-c', `'${program}' charge show "$(printf 'ch_\\377\\033')"`],
		{ env: { PATH: process.env.PATH, ...stack.environment } }),
	(error) => error.code === 2 && error.stderr === 'kassactl: ID should be an id: at most 79 letters, digits and "_-.:"\n');
});

test('kassactl_help_and_version_answer', async () => {
	assert.match((await stack.kassactl('version')).stdout, /^kassactl \d+\.\d+\.\d+\n$/);
	const help = await stack.kassactl('help');
	for (const command of ['migrate', 'account create', 'account list', 'account token', 'account keys rotate',
		'account keys revoke', 'charge list', 'charge show', 'refund list', 'payment-method list', 'payment-method remove',
		'installation list', 'jobs list', 'jobs dead', 'jobs retry', 'secrets rotate', 'ledger check']) {
		assert.match(help.stdout, new RegExp(`^kassactl ${command}\\b`, 'm'));
	}
	const one = await stack.kassactl('charge', 'show', '--help');
	assert.equal(one.status, 0);
	assert.match(one.stdout, /^kassactl charge show ID/);
});

test('kassactl_help_of_some_words_prints_the_commands_that_begin_so', async () => {
	const names = async (...words) => Array.from(
		(await stack.kassactl('help', ...words)).stdout.matchAll(/^kassactl ([a-z]+(?:[ -][a-z]+)*)/gm), ([, name]) => name);
	assert.deepEqual(await names('account', 'keys'), ['account keys rotate', 'account keys revoke']);
	assert.deepEqual(await names('account', 'keys', 'revoke'), ['account keys revoke']);
	assert.deepEqual(await names('jobs'), ['jobs list', 'jobs dead', 'jobs retry']);
	assert.deepEqual(await names('ledger', 'check'), ['ledger check']);
	const much = await stack.kassactl('help', 'account', 'keys', 'revoke', 'more');
	assert.deepEqual([much.status, /"more" is one argument too many/.test(much.stderr)], [2, true]);
});

test('account_list_shows_every_account_without_its_secret', async () => {
	const made = await accountCreate();
	const list = await stack.kassactl('account', 'list', '--json');
	const row = JSON.parse(list.stdout).find(({ accountId }) => accountId === made.accountId);
	assert.deepEqual([row.locationId, row.mode, row.publishableKey, row.keyPairs, row.readsBack],
		[made.locationId, 'test', made.publishableKey, 1, false]);
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

test('account_keys_rotate_adds_a_pair_beside_the_old_one', async () => {
	const made = await accountCreate();
	const pair = await read('account', 'keys', 'rotate', ...where(made));
	assert.match(pair.apiKey, /^kassa_sk_test_[0-9a-f]{40}$/);
	assert.match(pair.publishableKey, /^kassa_pk_test_[0-9a-f]{40}$/);
	assert.notEqual(pair.apiKey, made.apiKey);
	assert.deepEqual([pair.accountId, pair.locationId, pair.mode, pair.validPairs],
		[made.accountId, made.locationId, 'test', 2]);
	assert.deepEqual(await keysValid(made, pair), [true, true, true, true]);
	const rows = (await read('account', 'list')).filter(({ accountId }) => accountId === made.accountId);
	assert.deepEqual(rows.map(({ publishableKey, keyPairs }) => [publishableKey, keyPairs]), [[pair.publishableKey, 2]]);
	const text = await stack.kassactl('account', 'keys', 'rotate', ...where(made));
	assert.match(text.stdout, /^API key +kassa_sk_test_[0-9a-f]{40}$/m);
	assert.match(text.stdout, /^valid pairs +3$/m);
	assert.match(text.stdout, /shown this once.*\n.*stay valid until kassactl account keys revoke/);
});

test('account_keys_revoke_ends_all_but_the_newest_pair', async () => {
	const made = await accountCreate();
	const revoke = () => stack.kassactl('account', 'keys', 'revoke', ...where(made));
	const nothing = { status: 0, stdout: `nothing to revoke: ${made.accountId} has one pair of keys\n`, stderr: '' };
	assert.deepEqual(await revoke(), nothing);
	const second = await read('account', 'keys', 'rotate', ...where(made));
	assert.equal((await revoke()).stdout, `revoked 1 older pair of keys of ${made.accountId}; the newest pair stays\n`);
	assert.deepEqual(await keysValid(made, second), [false, false, true, true]);
	await read('account', 'keys', 'rotate', ...where(made));
	const fourth = await read('account', 'keys', 'rotate', ...where(made));
	assert.equal((await revoke()).stdout, `revoked 2 older pairs of keys of ${made.accountId}; the newest pair stays\n`);
	assert.deepEqual(await keysValid(second, fourth), [false, false, true, true]);
	assert.deepEqual(await revoke(), nothing);
	const [row] = (await read('account', 'list')).filter(({ accountId }) => accountId === made.accountId);
	assert.deepEqual([row.publishableKey, row.keyPairs], [fourth.publishableKey, 1]);
});

/** Which keys of some pairs are valid: secret and publishable in turn. */
async function keysValid(...pairs) {
	const digests = pairs.flatMap(({ apiKey, publishableKey }) => [apiKey, publishableKey])
		.map((key) => createHash('sha256').update(key).digest('hex'));
	const rows = await stack.psql('select key_hash from kassa.api_key where revoked_at is null');
	return digests.map((digest) => rows.some(([known]) => known === digest));
}

test('commands_about_an_unknown_account_are_refused', async () => {
	const { locationId } = await accountCreate();
	for (const words of [
		['account', 'keys', 'rotate'], ['account', 'keys', 'revoke'], ['charge', 'list'], ['refund', 'list'],
		['payment-method', 'list', '--contact', 'a'], ['payment-method', 'remove', 'pm_1'], ['jobs', 'retry', '1'],
	]) {
		/* The account of the other mode is another one. */
		assert.deepEqual(await stack.kassactl(...words, '--location', locationId, '--mode', 'live'), {
			status: 1, stdout: '', stderr: `kassactl: no account for this location and mode: location ${locationId}, mode live\n`,
		}, words.join(' '));
	}
});

test('installations_are_listed_with_their_jobs_once_they_are_announced', async () => {
	const { locationId } = await accountCreate();
	await stack.psql(`select kassa.installation_announce('in_list', 'companyList', '${locationId}', 'Corner Shop', now())`);
	const listed = (await read('installation', 'list')).find((one) => one.locationId === locationId);
	assert.equal(listed.state, 'wanted');
	assert.equal(listed.companyId, 'companyList');
	const job = (await read('jobs', 'list')).find((one) => one.locationId === locationId && one.kind === 'location_connect');
	assert.equal(job.accountId, listed.installationId);
	assert.equal(job.mode, null);
});

test('charge_list_shows_the_newest_first', async () => {
	const made = await accountCreate();
	const { accountId } = made;
	assert.deepEqual(await read('charge', 'list', ...where(made)), []);
	assert.equal((await stack.kassactl('charge', 'list', ...where(made))).stdout, 'no such charges\n');
	await served(...chargeReserved(accountId, 'l1', { amountMinor: 5000, contact: 'contact_1' }), chargeSettled(accountId, 'l1', 'succeeded'));
	await served(refundReserved(accountId, 'l1', 'l1', 1250));
	await served(...chargeReserved(accountId, 'l2', { currency: 'JPY' }), chargeSettled(accountId, 'l2', 'failed', 'insufficient_funds'));
	await served(...chargeReserved(accountId, 'l3'));
	const list = await read('charge', 'list', ...where(made));
	assert.deepEqual(list.map((row) => [row.chargeId, row.amount, row.currency, row.captured, row.refunded, row.status,
		row.decline, row.contactId, row.transactionId, row.mode, row.accountId]), [
		['ch_l3', '10.00', 'USD', '0.00', '0.00', 'sending', 'none', null, 'tx_l3', 'test', accountId],
		['ch_l2', '1000', 'JPY', '0', '0', 'failed', 'insufficient_funds', null, 'tx_l2', 'test', accountId],
		['ch_l1', '50.00', 'USD', '50.00', '12.50', 'succeeded', 'none', 'contact_1', 'tx_l1', 'test', accountId],
	]);
	assert.match(list[0].createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
	const ids = async (...words) => (await read('charge', 'list', ...words)).map(({ chargeId }) => chargeId);
	assert.deepEqual(await ids(...where(made), '--status', 'failed'), ['ch_l2']);
	assert.deepEqual(await ids(...where(made), '--status=pending'), []);
	assert.deepEqual(await ids(...where(made), '--limit', '2'), ['ch_l3', 'ch_l2']);
	assert.deepEqual(await ids(...where(made), '--limit', '1000'), ['ch_l3', 'ch_l2', 'ch_l1']);
	const text = await stack.kassactl('charge', 'list', ...where(made));
	assert.match(text.stdout, /^charge +created +amount +currency +captured +refunded +status +decline +contact/);
	assert.match(text.stdout, /^ch_l1 +\S+Z +50\.00 +USD +50\.00 +12\.50 +succeeded +none +contact_1 +tx_l1 /m);
});

test('charge_list_of_all_accounts_shows_the_newest_of_them_all', async () => {
	const accounts = [await accountCreate(), await accountCreate()];
	for (const [index, { accountId }] of [...accounts, ...accounts].entries()) {
		await served(...chargeReserved(accountId, `all${index}`));
	}
	assert.deepEqual((await read('charge', 'list', '--limit', '3')).map(({ chargeId }) => chargeId),
		['ch_all3', 'ch_all2', 'ch_all1']);
	/* Of one account nothing of another is shown. */
	const own = await read('charge', 'list', ...where(accounts[0]));
	assert.deepEqual(own.map(({ chargeId }) => chargeId), ['ch_all2', 'ch_all0']);
	await served(...Array.from({ length: 25 }, (_, index) => chargeReserved(accounts[0].accountId, `many${index}`)).flat());
	assert.equal((await read('charge', 'list')).length, 20);
	assert.equal((await read('charge', 'list', '--limit', '25', ...where(accounts[0]))).length, 25);
});

test('charge_show_prints_the_charge_and_its_transfers', async () => {
	const { accountId } = await accountCreate();
	await chargePaid(accountId, 'shown', 1500, 'KWD');
	const charge = await read('charge', 'show', 'ch_shown');
	assert.deepEqual([charge.accountId, charge.status, charge.amount, charge.captured, charge.currency, charge.attempt,
		charge.jobId, charge.jobState, charge.resolveAt], [accountId, 'succeeded', '1.500', '1.500', 'KWD', 1, null, null, null]);
	assert.deepEqual(charge.transfers.map(({ phase, amount, refundId }) => [phase, amount, refundId]),
		[['pending', '1.500', null], ['post', '1.500', null]]);
	assert.deepEqual(charge.refunds, []);
	const text = await stack.kassactl('charge', 'show', 'ch_shown');
	assert.match(text.stdout, /^captured +1\.500$/m);
	assert.match(text.stdout, /^ +\d+ {2}post +processor_clearing +merchant_payable +1\.500 {2}KWD/m);
	assert.match(text.stdout, /^no refunds$/m);
});

test('charge_show_prints_the_refunds_of_the_charge', async () => {
	const { accountId } = await accountCreate();
	await chargePaid(accountId, 'back', 5000, 'USD');
	await served(refundReserved(accountId, 'back1', 'back', 1000, 0),
		`select kassa.refund_settle('${accountId}', 're_back1', 'succeeded', 'none', 'sbx_r1', 60000)`);
	await served(refundReserved(accountId, 'back2', 'back', 250));
	const charge = await read('charge', 'show', 'ch_back');
	assert.equal(charge.refunded, '12.50');
	assert.deepEqual(charge.refunds.map((row) => [row.refundId, row.amount, row.currency, row.status, row.rule, row.settledAt === null]),
		[['re_back1', '10.00', 'USD', 'succeeded', 'platform_total', false], ['re_back2', '2.50', 'USD', 'sending', 'window', true]]);
	assert.deepEqual(charge.transfers.map(({ phase, amount, refundId }) => [phase, amount, refundId]), [
		['pending', '50.00', null], ['post', '50.00', null], ['pending', '10.00', 're_back1'], ['post', '10.00', 're_back1'],
		['pending', '2.50', 're_back2'],
	]);
	const text = (await stack.kassactl('charge', 'show', 'ch_back')).stdout;
	assert.match(text, /^refunded +12\.50$/m);
	assert.match(text, /^re_back2 +2\.50 {2}USD +sending +none +window +\S+Z +$/m);
});

test('charge_show_of_a_kept_card_prints_its_contact_card_and_job', async () => {
	const { accountId } = await accountCreate();
	await methodKept(accountId, 'shown', 'contact_kept');
	/* The longest description there may be; its control characters must not reach a terminal. */
	const description = `\x1b[2J\n\x9b${'\u00fc'.repeat(246)}end`;
	await served(`select kassa.charge_reserve_kept('${accountId}', 'ch_kept', 'pm_shown', 'contact_kept', 'tx_kept', 700, 'EUR',
		'${'a'.repeat(64)}', '${description}', 120000, 15000)`);
	const charge = await read('charge', 'show', 'ch_kept');
	assert.deepEqual([charge.sessionId, charge.contactId, charge.paymentMethodId, charge.description, charge.jobState],
		[null, 'contact_kept', 'pm_shown', description, 'waiting']);
	assert.match(charge.jobId, /^\d+$/);
	assert.match(charge.resolveAt, /Z$/);
	const text = (await stack.kassactl('charge', 'show', 'ch_kept')).stdout;
	assert.match(text, /^kept card +pm_shown$/m);
	assert.match(text, /^description +\?\[2J\?\?\?\u00fc{246}end$/m);
	assert.doesNotMatch(text, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
	await stack.psql('update kassa.job set state = \'dead\' where subject = \'ch_kept\'');
	const dead = await read('charge', 'show', 'ch_kept');
	assert.deepEqual([dead.jobState, dead.resolveAt], ['dead', null]);
});

test('charge_show_of_an_unknown_charge_fails', async () => {
	assert.deepEqual(await stack.kassactl('charge', 'show', 'ch_nothing'),
		{ status: 1, stdout: '', stderr: 'kassactl: no such charge: ch_nothing\n' });
});

test('refund_list_shows_the_newest_first', async () => {
	const made = await accountCreate();
	const { accountId } = made;
	await chargePaid(accountId, 'r1', 5000, 'USD');
	await chargePaid(accountId, 'r2', 5000, 'KWD');
	assert.deepEqual(await read('refund', 'list', ...where(made)), []);
	assert.equal((await stack.kassactl('refund', 'list', '--charge', 'ch_r1')).stdout, 'no such refunds\n');
	await served(refundReserved(accountId, 'r1a', 'r1', 1000, 0),
		`select kassa.refund_settle('${accountId}', 're_r1a', 'failed', 'processor_refused', '', 60000)`);
	await served(refundReserved(accountId, 'r2a', 'r2', 1234, 0),
		`select kassa.refund_settle('${accountId}', 're_r2a', 'succeeded', 'none', 'sbx_r', 60000)`);
	await served(refundReserved(accountId, 'r1b', 'r1', 1000));
	const list = await read('refund', 'list', ...where(made));
	assert.deepEqual(list.map((row) => [row.refundId, row.chargeId, row.amount, row.currency, row.status, row.decline, row.rule,
		row.settledAt === null, row.mode, row.accountId]), [
		['re_r1b', 'ch_r1', '10.00', 'USD', 'sending', 'none', 'window', true, 'test', accountId],
		['re_r2a', 'ch_r2', '1.234', 'KWD', 'succeeded', 'none', 'platform_total', false, 'test', accountId],
		['re_r1a', 'ch_r1', '10.00', 'USD', 'failed', 'processor_refused', 'platform_total', false, 'test', accountId],
	]);
	const ids = async (...words) => (await read('refund', 'list', ...words)).map(({ refundId }) => refundId);
	assert.deepEqual(await ids('--charge', 'ch_r1'), ['re_r1b', 're_r1a']);
	assert.deepEqual(await ids('--charge', 'ch_r1', '--status', 'failed'), ['re_r1a']);
	assert.deepEqual(await ids('--charge', 'ch_r1', ...where(made)), ['re_r1b', 're_r1a']);
	assert.deepEqual(await ids('--limit', '2'), ['re_r1b', 're_r2a']);
	assert.match((await stack.kassactl('refund', 'list')).stdout, /^re_r2a +ch_r2 +1\.234 {2}KWD +succeeded +none +platform_total /m);
	const other = where(await accountCreate());
	assert.deepEqual(await ids(...other), []);
	for (const words of [['--charge', 'ch_nothing'], ['--charge', 'ch_r1', ...other]]) {
		assert.deepEqual(await stack.kassactl('refund', 'list', ...words),
			{ status: 1, stdout: '', stderr: `kassactl: no such charge: ${words[1]}\n` });
	}
});

test('payment_methods_of_a_contact_are_listed_and_removed', async () => {
	const made = await accountCreate();
	const other = await accountCreate();
	await methodKept(made.accountId, 'm1', 'contact_m');
	await methodKept(made.accountId, 'm2', 'contact_m');
	await methodKept(made.accountId, 'm3', 'contact_n');
	const list = () => read('payment-method', 'list', ...where(made), '--contact', 'contact_m');
	assert.deepEqual((await list()).map((row) => [row.paymentMethodId, row.contactId, row.brand, row.last4, row.expiryMonth,
		row.expiryYear, row.removedAt]), [
		['pm_m2', 'contact_m', 'visa', '4242', 12, 2031, null], ['pm_m1', 'contact_m', 'visa', '4242', 12, 2031, null],
	]);
	assert.equal((await stack.kassactl('payment-method', 'list', ...where(other), '--contact', 'contact_m')).stdout,
		'no payment methods\n');
	const remove = (id, whose = made) => stack.kassactl('payment-method', 'remove', id, ...where(whose));
	for (const [id, whose] of [['pm_m2', other], ['pm_nothing', made]]) {
		const refused = await remove(id, whose);
		assert.deepEqual([refused.status, refused.stdout, refused.stderr], [1, '', 'kassactl: could not remove the payment method: '
			+ `no such payment method for this contact (account ${whose.accountId} keeps no payment method ${id})\n`]);
	}
	assert.deepEqual(await remove('pm_m2'), {
		status: 0, stdout: 'removed pm_m2: it is not listed and not charged any more; a job tells the processor\n', stderr: '',
	});
	assert.deepEqual((await list()).map(({ paymentMethodId, removedAt }) => [paymentMethodId, removedAt === null]),
		[['pm_m1', true], ['pm_m2', false]]);
	assert.deepEqual((await read('jobs', 'list')).filter(({ kind }) => kind === 'method_forget').map((row) => [row.subject, row.accountId]),
		[['pm_m2', made.accountId]]);
	assert.equal((await remove('pm_m2')).status, 1);
	const text = await stack.kassactl('payment-method', 'list', ...where(made), '--contact', 'contact_m', '--json');
	assert.doesNotMatch(text.stdout, /sbxtoken_|print_/);
});

test('jobs_list_shows_what_waits_and_what_is_due_first', async () => {
	const { accountId } = await accountCreate();
	const setup = `ss_${'0123456789abcdefghjkmnpqrs'}`;
	await served(...chargeReserved(accountId, 'job1'), `select kassa.setup_open('${accountId}', '${setup}', 'contact_j', 'live')`,
		`select kassa.setup_reserve('${setup}', 'sandbox', '', null, 1000)`);
	const mine = (rows) => rows.filter((row) => row.accountId === accountId);
	const [first, second, ...others] = mine(await read('jobs', 'list'));
	assert.deepEqual(others, []);
	assert.deepEqual([first.kind, first.subject, first.plan, first.step, first.tries, first.fault, first.mode],
		['setup_resolve', 'ss_01234567', null, 0, 0, '', 'test']);
	assert.deepEqual([second.kind, second.subject], ['charge_resolve', 'ch_job1']);
	assert.ok(first.dueAt < second.dueAt);
	const text = await stack.kassactl('jobs', 'list');
	assert.match(text.stdout, /^ +\d+ {2}setup_resolve +ss_01234567 /m);
	assert.doesNotMatch(text.stdout, /89abc/);
	assert.deepEqual(mine(await read('jobs', 'dead')), []);
});

test('jobs_dead_are_listed_and_retried', async () => {
	const made = await accountCreate();
	const other = await accountCreate();
	await served(...chargeReserved(made.accountId, 'job2'));
	const [{ jobId }] = (await read('jobs', 'list')).filter(({ subject }) => subject === 'ch_job2');
	const retry = (...words) => stack.kassactl('jobs', 'retry', ...words);
	const alive = await retry(jobId);
	assert.deepEqual([alive.status, alive.stderr], [1, 'kassactl: could not retry the job: no such job, or it is not dead '
		+ `(account ${made.accountId} has no dead job ${jobId})\n`]);
	await served(`select kassa.job_fail('${made.accountId}', ${jobId}, 'platform_unavailable', 60000, 0)`);
	const dead = (await read('jobs', 'dead')).filter((row) => row.jobId === jobId);
	assert.deepEqual(dead.map(({ subject, fault }) => [subject, fault]), [['ch_job2', 'platform_unavailable']]);
	assert.match((await stack.kassactl('jobs', 'dead')).stdout, /^ +\d+ {2}charge_resolve +ch_job2 .* platform_unavailable /m);
	assert.deepEqual((await read('jobs', 'list')).filter((row) => row.jobId === jobId), []);
	const unknown = { status: 1, stdout: '', stderr: `kassactl: no such job, or it is not dead: ${jobId}\n` };
	assert.deepEqual(await retry(jobId, ...where(other)), unknown);
	assert.deepEqual(await retry('999999999999999999'),
		{ ...unknown, stderr: 'kassactl: no such job, or it is not dead: 999999999999999999\n' });
	assert.deepEqual(await retry(jobId, ...where(made)),
		{ status: 0, stdout: `job ${jobId} waits again, and is due now\n`, stderr: '' });
	const [again] = (await read('jobs', 'list')).filter((row) => row.jobId === jobId);
	assert.deepEqual([again.fault, again.tries], ['', 0]);
	assert.ok(Date.parse(again.dueAt) <= Date.now() + 1000);
	await served(`select kassa.job_fail('${made.accountId}', ${jobId}, 'internal', 0, 0)`);
	assert.equal((await retry(jobId)).status, 0);
	assert.equal((await retry(jobId)).status, 1);
	await served(chargeSettled(made.accountId, 'job2', 'succeeded'));
	assert.deepEqual(await retry(jobId), unknown);	/* its charge has ended, and the job with it */
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

test('ledger_check_names_intents_that_nobody_will_ask_about', async () => {
	const { accountId } = await accountCreate();
	const setup = `ss_${'zyxwvtsrqpnmkjhgfedcba9876'}`;
	await chargePaid(accountId, 'whole', 5000, 'USD');
	await served(...chargeReserved(accountId, 'lost'), refundReserved(accountId, 'lost', 'whole', 100),
		`select kassa.setup_open('${accountId}', '${setup}', 'contact_l', 'live')`,
		`select kassa.setup_reserve('${setup}', 'sandbox', '', null, 15000)`);
	assert.equal((await stack.kassactl('ledger', 'check')).status, 0);
	const jobs = `account_id = '${accountId}'`;
	await stack.psql(`create table kept_job as select * from kassa.job where ${jobs}; delete from kassa.job where ${jobs}`);
	const bad = await stack.kassactl('ledger', 'check');
	await stack.psql('insert into kassa.job overriding system value select * from kept_job; drop table kept_job');
	assert.equal(bad.status, 1);
	assert.equal(bad.stderr, 'kassactl: the books do not balance: 3 problems\n');
	for (const subject of ['charge ch_lost', 'refund re_lost', 'setup ss_zyxwvtsr']) {
		assert.match(bad.stdout, new RegExp(`^${accountId} +${subject} +has no end and no job that will ask about it$`, 'm'));
	}
	assert.doesNotMatch(bad.stdout, /qpnmk/);
	assert.equal((await stack.kassactl('ledger', 'check')).status, 0);
});

test('prune_removes_what_is_old_and_counts_it_page_by_page', async () => {
	const { accountId } = await accountCreate();
	await chargePaid(accountId, 'pruned', 5000, 'USD');
	await stack.psql(`insert into kassa.checkout_session (account_id, session_id, transaction_id, dialect, amount_minor, currency,
			amount_source, created_at, refreshed_at)
		select '${accountId}', 'cs_old' || n, 'tx_old' || n, 'live', 100, 'USD', 'platform', now() - interval '91 days', now() - interval '91 days'
		from generate_series(1, 2500) n`);
	await stack.psql(`update kassa.checkout_session set refreshed_at = created_at - interval '1 year' where session_id = 'cs_pruned'`);
	const ran = await stack.kassactl('prune', '--older-than', '90', '--json');
	assert.equal(ran.stdout, '{"sessions":2500,"setups":0,"declines":0}\n');
	const again = await stack.kassactl('prune', '--older-than', '90');
	assert.deepEqual([again.status, again.stdout], [0, 'removed: 0 sessions, 0 setups, 0 declines\n']);
	assert.equal((await stack.kassactl('ledger', 'check')).status, 0);
	for (const days of ['29', '-90', 'x', '', '99999999999999999999']) {
		const refused = await stack.kassactl('prune', '--older-than', days);
		assert.deepEqual([refused.status, refused.stdout], [2, ''], days);
	}
});

test('contact_forget_removes_counts_and_says_when_it_has_to_be_repeated', async () => {
	const { accountId, locationId } = await accountCreate();
	const where = ['--location', locationId, '--contact', 'contact_f'];
	await served(...chargeReserved(accountId, 'forget', { contact: 'contact_f' }));
	const first = await stack.kassactl('contact', 'forget', ...where);
	assert.deepEqual([first.status, first.stdout, first.stderr],
		[1, 'removed: 0 payment methods, 0 sessions, 0 setups, 0 declines, 0 digests of addresses\n',
			"kassactl: 1 of this contact's payments are under way; run it again when they have ended\n"]);
	await served(chargeSettled(accountId, 'forget', 'failed', 'card_declined'),
		`select kassa.session_open('${accountId}', 'cs_unpaidf', 'tx_unpaidf', 'live', 100, 'USD', 'platform', 'contact_f', null)`);
	const second = await stack.kassactl('contact', 'forget', ...where, '--json');
	assert.deepEqual([second.status, second.stderr, JSON.parse(second.stdout)],
		[0, '', { paymentMethods: 0, sessions: 1, setups: 0, declines: 1, addresses: 0, underWay: 0 }]);
	assert.equal((await stack.kassactl('ledger', 'check')).status, 0);
	const unknown = await stack.kassactl('contact', 'forget', '--location', 'nowhere', '--contact', 'contact_f');
	assert.deepEqual([unknown.status, unknown.stdout], [1, '']);
	assert.match(unknown.stderr, /there is no location nowhere/);
	for (const words of [[], where.slice(0, 2), where.slice(2), [...where.slice(0, 3), ''], [...where.slice(0, 3), "a'b"]]) {
		const refused = await stack.kassactl('contact', 'forget', ...words);
		assert.deepEqual([refused.status, refused.stdout], [2, ''], words.join(' '));
	}
});

test('settings_session_end_says_whose_sessions_it_ended', async () => {
	for (const [words, said] of [[['--user', 'user_1'], 'user user_1'], [['--location', 'loc_1'], 'location loc_1'],
		[['--company', 'company_1'], 'company company_1'], [['--all'], 'all'], [['--all'], 'all']]) {
		const ended = await stack.kassactl('settings-session', 'end', ...words);
		assert.deepEqual([ended.status, ended.stdout, ended.stderr], [0, `ended: sessions of the settings page that have begun (${said})\n`, '']);
	}
	assert.deepEqual(await stack.psql('select count(*) from kassa.visit_ended'), [['4']]);
	for (const words of [[], ['--all', '--user', 'user_1'], ['--user', 'a', '--location', 'b'], ['--user', ''], ['--user', 'a b'], ['--all=x']]) {
		const refused = await stack.kassactl('settings-session', 'end', ...words);
		assert.deepEqual([refused.status, refused.stdout], [2, ''], words.join(' '));
	}
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

/* The last: from here on a server works on what is due. */
test('account_keys_rotated_are_all_taken_by_the_server_until_they_are_revoked', async () => {
	const made = await accountCreate();
	await stack.kassaStart();
	const pairs = [made, await read('account', 'keys', 'rotate', ...where(made))];
	const statuses = () => Promise.all(pairs.flatMap(({ apiKey, publishableKey }) => [
		posted('/query', { type: 'verify', chargeId: 'ch_none', apiKey }),
		posted('/checkout/setups', { publishableKey, contactId: 'contact_1', dialect: 'live' }),
	]));
	assert.deepEqual(await statuses(), [200, 200, 200, 200]);
	assert.equal((await stack.kassactl('account', 'keys', 'revoke', ...where(made))).status, 0);
	assert.deepEqual(await statuses(), [401, 401, 200, 200]);
});

async function posted(address, body) {
	const answer = await fetch(stack.kassaUrl + address, {
		method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
	});
	await answer.arrayBuffer();
	return answer.status;
}
