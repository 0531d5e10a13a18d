/*
 * Which scripts a page loads, against the inventory in docs/pci.md.  A script that nobody wrote down there does not
 * get in, and a row whose script has gone does not stay.
 */

/** The pages, by their address: the three that Kassa answers in live mode, and the sandbox's card fields. */
export const PAGES = {
	'/checkout': 'checkout.html',
	'/settings': 'settings.html',
	'/billing': 'billing.html',
	'/sandbox/frame': 'frame.html',
};

const WORDS = /\$\{\w+\}/g;	/* `./words-${language}.mjs`: any of its kind */

/** What a module imports, by name; types in comments are none. @param {Map<string, string>} files */
function importsOf(files, name) {
	const code = (files.get(`assets/${name}`) ?? '').replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
	const wanted = [
		...Array.from(code.matchAll(/^\s*import\s*(?:[^'"`;]*?\bfrom\s*)?['"]([^'"]+)['"]/gm), ([, target]) => target),
		...Array.from(code.matchAll(/^\s*export\s*(?:\*|{[^}]*})[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm), ([, target]) => target),
		...Array.from(code.matchAll(/\bimport\(\s*(['"`])([^'"`]+)\1/g), ([, , target]) => target),
	];
	return wanted.flatMap((target) => filesOfKind(files, target));
}

/* A name of ours, or all that a name with a place in it may stand for; what is not ours stays as it was written. */
function filesOfKind(files, target) {
	if (!target.startsWith('./')) {
		return [target];
	}
	const pattern = new RegExp(`^assets/${target.slice(2).split(WORDS).map(RegExp.escape ?? escaped).join('[a-z]+')}$`);
	const found = Array.from(files.keys()).filter((file) => pattern.test(file)).map((file) => file.slice('assets/'.length));
	return found.length > 0 ? found : [target];
}

function escaped(text) {
	return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/**
 * All scripts that a page may come to load, and what is in it that no inventory can hold.
 * @param {Map<string, string>} files @param {string} page the name of its document
 */
export function loadedBy(files, page) {
	const html = (files.get(`assets/${page}`) ?? '').replace(/<!--[\s\S]*?-->/g, '');
	const scripts = new Set();
	const inline = [];
	for (const [tag, attributes] of html.matchAll(/<script\b([^>]*)>/gi)) {
		const source = /\bsrc="([^"]*)"/.exec(attributes)?.[1];
		source === undefined ? inline.push(tag) : scripts.add(source.replace(/^\/assets\//, ''));
	}
	for (const [tag, , source] of html.matchAll(/<link\b[^>]*\brel="(modulepreload|preload)"[^>]*\bhref="([^"]*)"[^>]*>/gi)) {
		if (tag.includes('modulepreload') || tag.includes('as="script"')) {
			scripts.add(source.replace(/^\/assets\//, ''));
		}
	}
	inline.push(...Array.from(html.matchAll(/\son[a-z]+="|(?:href|src)="javascript:/gi), ([found]) => found.trim()));
	for (const name of scripts) {	/* it grows while it is walked */
		importsOf(files, name).forEach((target) => scripts.add(target));
	}
	return { scripts: Array.from(scripts).sort(), inline };
}

/** Rows of the table under "### Scripts of `/checkout`": name, and whether each of its cells says something. */
function rowsOf(text, address) {
	const part = text.split(`### Scripts of \`${address}\`\n`)[1]?.split(/\n#+ /)[0] ?? '';
	return Array.from(part.matchAll(/^\| `([^`]+)` \|(.*)\|$/gm), ([, name, rest]) => ({
		name, isWhole: rest.split('|').length === 3 && rest.split('|').every((cell) => cell.trim() !== ''),
	}));
}

/** @param {Map<string, string>} files @returns {string[]} complaints */
export function inventoryWrong(files, pages = PAGES) {
	const text = files.get('docs/pci.md') ?? '';
	const complaints = [];
	for (const [address, page] of Object.entries(pages)) {
		const { scripts, inline } = loadedBy(files, page);
		const rows = rowsOf(text, address);
		const names = rows.map(({ name }) => name);
		complaints.push(
			...scripts.length === 0 ? [`${address}: no script found in ${page}`] : [],
			...inline.map((found) => `${address}: ${page} has a script in it: ${found}`),
			...scripts.filter((name) => !files.has(`assets/${name}`)).map((name) => `${address}: ${name} is none of ours`),
			...scripts.filter((name) => !names.includes(name)).map((name) => `docs/pci.md: ${address} lacks ${name}`),
			...names.filter((name) => !scripts.includes(name)).map((name) => `docs/pci.md: ${address} does not load ${name}`),
			...names.filter((name, index) => names.indexOf(name) !== index).map((name) => `docs/pci.md: ${address} twice ${name}`),
			...rows.filter(({ isWhole }) => !isWhole).map(({ name }) => `docs/pci.md: ${address} an empty cell for ${name}`),
		);
	}
	return complaints;
}
