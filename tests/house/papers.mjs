/*
 * What people read: the README's settings and test cards against the programs, the rooms it pictures, and
 * texts that may name neither this machine nor, where a payer or merchant looks, the platform's brand.
 */
import { filesOf } from './tree.mjs';

/** Rows of a Markdown table whose first cell is a setting's name. */
export function settingsOf(text) {
	return Array.from(text.matchAll(/^\| `(?:KASSA|SIMULATOR)_\w+` \|.*\|$/gm), ([row]) => row);
}

/** @param {string} readme @param {string} help what --help of both programs prints */
export function settingsWrong(readme, help) {
	const said = settingsOf(readme);
	const real = settingsOf(help);
	return [
		...real.length === 0 ? ['--help has no table'] : [],
		...real.filter((row) => !said.includes(row)).map((row) => `README lacks ${row}`),
		...said.filter((row) => !real.includes(row)).map((row) => `README has ${row}`),
	];
}

/** Test cards of src/core/card.c, each of which the README has as a row. */
export function cardsWrong(readme, source) {
	const numbers = Array.from(source.matchAll(/"(\d{14,19})"/g), ([, number]) => number);
	const said = Array.from(readme.matchAll(/^\| `([\d ]{14,24})` \|/gm), ([, number]) => number.replaceAll(' ', ''));
	return [
		...numbers.length === 0 ? ['no cards found in the source'] : [],
		...numbers.filter((number) => !said.includes(number)).map((number) => `README lacks ${number}`),
		...said.filter((number) => !numbers.includes(number)).map((number) => `README has ${number}`),
	];
}

/** Folders under src/ that the README's picture does not name, and rooms in it that are not there. */
export function roomsWrong(readme, files) {
	const rooms = new Set(Array.from(files.keys(), (name) => /^src\/(\w+)\//.exec(name)?.[1]).filter(Boolean));
	return Array.from(rooms).filter((room) => !readme.includes(`${room}/`)).map((room) => `README lacks ${room}/`);
}

const LAYOUT = /^(conf|src|assets|sql|tests|docs|patches|\.ci)\/|^(Dockerfile|docker-compose\.yml|README\.md|Makefile|LICENSE|\.[\w-]+)$/;

/** Files outside the layout that the README describes. */
export function placesWrong(files) {
	return Array.from(files.keys()).filter((name) => !LAYOUT.test(name)).map((name) => `${name}: has no place`);
}

/* Written in parts, so that this file does not find itself. */
const MACHINE = new RegExp(['/(work|root|home)', '/[a-z]|\\b(registry|deb)', '\\.(npmjs|debian)', '\\.org'].join(''), 'i');
/* The name of a signature's header is protocol, which nobody reads on a page. */
const BRAND = new RegExp(['high', 'level|lead', 'connector|msg', 'sndr|(?<!"x-)\\bg', 'hl\\b'].join(''), 'i');

/** Paths of somebody's machine, hosts of package registries. */
export function machinesNamed(files) {
	return linesFitting(files, /./, MACHINE).filter((complaint) => !complaint.startsWith('tests/house/'));
}

/** The platform's brand where a payer or merchant can see it: pages, and what programs say. */
export function brandsNamed(files) {
	return linesFitting(files, /^(assets|src)\//, BRAND);
}

function linesFitting(files, where, pattern) {
	const complaints = [];
	for (const [name, text] of filesOf(files, where)) {
		text.split('\n').forEach((line, index) => {
			if (pattern.test(line)) {
				complaints.push(`${name}:${index + 1}: ${line.trim().slice(0, 80)}`);
			}
		});
	}
	return complaints;
}
