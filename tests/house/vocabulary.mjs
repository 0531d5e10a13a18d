/*
 * Words that C and SQL both say: enum labels in the same order, fault codes with the same text.
 */

/* Each C list, where it is, and the SQL type with the same labels. */
export const LISTS = [
	{ file: 'src/core/charge.h', list: 'CHARGE_STATUSES', type: 'kassa.charge_status' },
	{ file: 'src/core/charge.h', list: 'DECLINES', type: 'kassa.decline' },
	{ file: 'src/core/charge.h', list: 'outcome', type: 'kassa.outcome' },
	{ file: 'src/core/mode.h', list: 'mode', type: 'kassa.mode' },
	{ file: 'src/core/installation.h', list: 'INSTALLATION_STATES', type: 'kassa.installation_state' },
	{ file: 'src/core/billing.h', list: 'BILLING_STATES', type: 'kassa.billing_state' },
	{ file: 'src/core/dialect.h', list: 'dialect', type: 'kassa.dialect' },
	{ file: 'src/core/card.h', list: 'CARD_BEHAVIOURS', type: 'sandbox.behaviour' },
	{ file: 'src/store/store_job.h', list: 'JOB_KINDS', type: 'kassa.job_kind' },
	{ file: 'src/store/store_setup.h', list: 'SETUP_STATUSES', type: 'kassa.setup_status' },
];

/** Labels of an X-macro list (its second column), or of a plain enum (its names in lower case). */
export function labelsOfC(text, list) {
	if (list === list.toUpperCase()) {
		const macro = new RegExp(`#define ${list}\\([A-Z]\\)((?:.*\\\\\\n)*.*)`).exec(text)?.[1] ?? '';
		return Array.from(macro.matchAll(/\b[A-Z]\(\w+,\s*"(\w*)"/g), ([, label]) => label);
	}
	const names = new RegExp(`enum ${list} {([^}]*)}`).exec(text)?.[1] ?? '';
	return Array.from(names.matchAll(new RegExp(`\\b${list.toUpperCase()}_(\\w+)`, 'g')),
		([, name]) => name.toLowerCase());
}

/** Labels of an enum type, from its creation and from what later migrations add at its end. */
export function labelsOfSql(texts, type) {
	const name = type.replace('.', '\\.');
	const labels = [];
	for (const text of texts) {
		const code = text.replace(/--.*$/gm, '');
		const made = new RegExp(`create type ${name} as enum\\s*\\(([^)]*)\\)`).exec(code)?.[1] ?? '';
		const added = code.matchAll(new RegExp(`alter type ${name} add value ('\\w+')`, 'g'));
		for (const part of [made, ...Array.from(added, ([, label]) => label)]) {
			labels.push(...Array.from(part.matchAll(/'(\w+)'/g), ([, label]) => label));
		}
	}
	return labels;
}

/** @param {Map<string, string>} files */
export function labelsWrong(files) {
	const migrations = Array.from(files.keys()).filter((name) => /^sql\/\d+_.*\.sql$/.test(name)).sort();
	const texts = migrations.map((name) => files.get(name));
	const complaints = [];
	for (const { file, list, type } of LISTS) {
		const inC = labelsOfC(files.get(file) ?? '', list);
		const inSql = labelsOfSql(texts, type);
		if (inC.length === 0 || inC.join() !== inSql.join()) {
			complaints.push(`${file}: ${list} is ${inC.join()}, but ${type} is ${inSql.join()}`);
		}
	}
	return complaints;
}

/** "json_invalid KA001 body is…" of each fault with a code of our own, in C. */
export function faultsOfC(text) {
	return Array.from(text.matchAll(/\bF\((\w+),\s*\d+,\s*"(KA\w+)",[\s\\]*"([^"]*)"\)/g),
		([, name, state, message]) => `${name.toLowerCase()} ${state} ${message}`);
}

/** The same of sql/function/fault.sql. */
export function faultsOfSql(text) {
	return Array.from(text.matchAll(/\('(\w+)',\s*'(KA\w+)',\s*'((?:[^']|'')*)'\)/g),
		([, name, state, message]) => `${name} ${state} ${message.replaceAll("''", "'")}`);
}

/** @param {Map<string, string>} files */
export function faultsWrong(files) {
	const inC = faultsOfC(files.get('src/base/fault.h') ?? '');
	const inSql = faultsOfSql(files.get('sql/function/fault.sql') ?? '');
	const states = inC.map((fault) => fault.split(' ')[1]);
	return [
		...inC.length === 0 ? ['src/base/fault.h: no faults found'] : [],
		...inC.filter((fault) => !inSql.includes(fault)).map((fault) => `only in fault.h: ${fault}`),
		...inSql.filter((fault) => !inC.includes(fault)).map((fault) => `only in fault.sql: ${fault}`),
		...states.filter((state, index) => states.indexOf(state) !== index).map((state) => `twice: ${state}`),
	];
}

/** Names that SQL raises and nobody knows. */
export function faultsRaisedUnknown(files) {
	const known = faultsOfC(files.get('src/base/fault.h') ?? '').map((fault) => fault.split(' ')[0]);
	const complaints = [];
	for (const [name, text] of files) {
		if (!/^sql\/.*\.sql$/.test(name)) {
			continue;
		}
		for (const [, fault] of text.matchAll(/\bperform (?:\w+\.)?fault\(\s*'(\w+)'/g)) {
			if (!known.includes(fault)) {
				complaints.push(`${name}: no such fault: ${fault}`);
			}
		}
	}
	return complaints;
}
