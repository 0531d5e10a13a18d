/*
 * The bill of materials that "make sbom" writes (conf/sbom.pl): CycloneDX as its schema wants it, and saying what ldd,
 * dpkg and readelf say when they are asked otherwise.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import Ajv from 'ajv';

import { top } from '../house/tree.mjs';
import { run } from './gate.mjs';

const PROGRAMS = ['build/kassa', 'build/kassactl'];
const VERSION = 'build/kore_version';
const PATCH = 'patches/kore-hardening.patch';
const FORMATS = { 'date-time': /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'iri-reference': /^[^\s"\\]+$/, 'idn-email': true, uri: true };

let folder, text, sbom, valid;

const schema = (name) => JSON.parse(readFileSync(
	path.join(top, 'tests/node_modules/@cyclonedx/cyclonedx-library/res/schema', `${name}.SNAPSHOT.schema.json`), 'utf8'));

/** Standard output of a program that has to succeed. */
async function out(program, ...words) {
	const answer = await run(program, words);
	assert.equal(answer.status, 0, answer.said);
	return answer.out;
}

/** conf/sbom.pl itself. */
const script = (patch, more = {}) => run('perl', ['conf/sbom.pl', VERSION, patch, ...PROGRAMS], { more });

const libraries = (of = sbom) => of.components.filter(({ type }) => type === 'library');
const placesOf = ({ evidence }) => evidence.occurrences.map(({ location }) => location);
const copyOf = () => JSON.parse(text);

/** What the loader loads for the programs: a library's place by the name that others need it by. */
async function loaded() {
	const lines = (await Promise.all(PROGRAMS.map((program) => out('ldd', program)))).join('');
	return new Map(Array.from(lines.matchAll(/^\s+(?:(\S+) => )?(\/\S+) \(/gm), ([, name, place]) => [name ?? path.basename(place), place]));
}

before(async () => {
	folder = mkdtempSync(path.join(tmpdir(), 'kassa-sbom-'));
	await out('make', '-s', 'sbom');
	text = readFileSync(path.join(top, 'build/sbom.json'), 'utf8');
	sbom = copyOf();
	const ajv = new Ajv({ strict: false, allErrors: true, formats: FORMATS });
	/* It speaks of the others by the names of their files here. */
	for (const name of ['spdx', 'jsf-0.82']) {
		ajv.addSchema({ ...schema(name), $id: `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json` });
	}
	valid = ajv.compile(schema('bom-1.5'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('sbom_is_valid_by_the_schema_of_cyclonedx_1_5', () => {
	assert.ok(valid(sbom), JSON.stringify(valid.errors, null, 1));
	assert.deepEqual([sbom.bomFormat, sbom.specVersion], ['CycloneDX', '1.5']);
	const refs = [sbom.metadata.component, ...sbom.components].map((one) => one['bom-ref']);
	assert.equal(new Set(refs).size, refs.length, 'a bom-ref is one component\'s');
	const named = sbom.dependencies.flatMap(({ ref, dependsOn }) => [ref, ...dependsOn]);
	assert.deepEqual(named.filter((ref) => !refs.includes(ref)), []);
});

test('schema_refuses_what_is_wrong', () => {
	for (const spoil of [
		(of) => { of.components[1].type = 'thing'; },
		(of) => { delete of.components[1].name; },
		(of) => { of.components[1].pedigree.patches[0].type = 'ours'; },
		(of) => { of.metadata.timestamp = 'today'; },
		(of) => { of.dependencies.push(of.dependencies[0]); },
		(of) => { of.more = 1; },
	]) {
		const spoilt = copyOf();
		spoil(spoilt);
		assert.equal(valid(spoilt), false, spoil.toString());
	}
});

test('sbom_names_kassa_and_the_system_by_their_versions', async () => {
	const [name, version] = (await out(PROGRAMS[0], '--version')).trim().split(' ');
	const { component } = sbom.metadata;
	assert.deepEqual([component.name, component.version, component.type], [name, version, 'application']);
	assert.ok(readFileSync(path.join(top, 'src/base/version.h'), 'utf8').includes(`"${version}"`));
	const systems = sbom.components.filter(({ type }) => type === 'operating-system');
	const release = readFileSync('/etc/os-release', 'utf8');
	assert.equal(systems.length, 1);
	assert.match(release, new RegExp(`^ID="?${systems[0].name}"?$`, 'm'));
	assert.match(release, new RegExp(`^VERSION_ID="?${systems[0].version}"?$`, 'm'));
});

test('sbom_has_every_library_that_is_loaded_and_no_other', async () => {
	const places = Array.from((await loaded()).values()).sort();
	assert.ok(places.length > 20 && ['libpq.so', 'libssl.so', 'libcurl.so', 'libyajl.so', 'libc.so', 'ld-linux'].every((name) =>
		places.some((place) => place.includes(name))), places.join());
	assert.deepEqual(libraries().flatMap(placesOf).sort(), places);
	assert.deepEqual(sbom.components.filter(({ type }) => type !== 'library').map(({ name }) => name), ['debian', 'kore']);
});

test('sbom_says_of_each_library_what_dpkg_says', async () => {
	const system = Object.fromEntries(Array.from(readFileSync('/etc/os-release', 'utf8').matchAll(/^(\w+)="?(.*?)"?$/gm),
		([, name, value]) => [name, value]));
	for (const library of libraries()) {
		const said = (await out('dpkg-query', '-W', '-f', '${Version} ${Architecture} ${source:Package} ${source:Version}\n', library.name))
			.trim().split('\n').map((line) => line.split(' '));
		const [, machine] = /[?&]arch=(\w+)/.exec(library.purl);
		const [version, , source, sourceVersion] = said.find(([, one]) => one === machine);
		assert.equal(library.version, version);
		const url = new URL(library.purl);
		assert.equal(decodeURIComponent(url.pathname), `deb/${system.ID}/${library.name}@${version}`);
		assert.equal(url.searchParams.get('distro'), `${system.ID}-${system.VERSION_ID}`);
		const upstream = url.searchParams.get('upstream') ?? library.name;
		assert.ok([source, `${source}@${sourceVersion}`].includes(upstream), `${library.purl}: ${source}`);
		assert.ok(upstream.includes('@') || sourceVersion === version, `${library.purl}: ${sourceVersion}`);
		const { SrcName, SrcEpoch, SrcVersion, SrcRelease } = Object.fromEntries(library.properties
			.map(({ name, value }) => [name.replace('aquasecurity:trivy:', ''), value]));
		assert.equal(SrcName, source);
		assert.equal(`${SrcEpoch ? `${SrcEpoch}:` : ''}${SrcVersion}${SrcRelease ? `-${SrcRelease}` : ''}`, sourceVersion);
		const files = (await out('dpkg-query', '-L', `${library.name}:${machine}`)).split('\n')
			.map((file) => file.replace(/^\/usr(?=\/lib)/, ''));
		for (const place of placesOf(library)) {
			assert.ok(files.includes(realpathSync(place).replace(/^\/usr(?=\/lib)/, '')), `${library.name}: ${place}`);
		}
	}
});

test('sbom_says_a_licence_where_the_copyright_file_says_but_one', () => {
	const licencesOf = (found) => (found ?? []).map(({ license }) => license.name);
	for (const { name, licenses, evidence } of libraries()) {
		const copyright = readFileSync(`/usr/share/doc/${name}/copyright`, 'utf8');
		const isForMachines = /^Format: .*copyright-format/.test(copyright);
		const said = [...licencesOf(licenses), ...licencesOf(evidence.licenses)];
		assert.equal(said.length > 0, isForMachines, name);
		assert.ok((licenses ?? []).length <= 1 && evidence.licenses?.length !== 1, name);
		said.forEach((licence) => assert.ok(copyright.includes(`License: ${licence}\n`), `${name}: ${licence}`));
	}
	const of = (name) => licencesOf(libraries().find((library) => library.name.startsWith(name)).licenses);
	assert.deepEqual([of('libyajl2'), of('zlib1g'), of('libc6')], [['ISC'], ['Zlib'], []]);
});

test('sbom_has_the_dependencies_that_readelf_sees', async () => {
	const places = await loaded();
	const owner = new Map(libraries().flatMap((library) => placesOf(library).map((place) => [place, library['bom-ref']])));
	const needed = async (self, files) => Array.from(new Set(Array.from((await out('readelf', '-d', ...files))
		.matchAll(/\(NEEDED\).*\[(.*)\]/g), ([, name]) => owner.get(places.get(name))))).filter((ref) => ref !== self).sort();
	const kore = sbom.components.find(({ name }) => name === 'kore');
	const wanted = new Map([[sbom.metadata.component['bom-ref'], [kore['bom-ref'], ...await needed('', PROGRAMS)]]]);
	for (const library of libraries()) {
		wanted.set(library['bom-ref'], await needed(library['bom-ref'], placesOf(library)));
	}
	assert.deepEqual(new Map(sbom.dependencies.map(({ ref, dependsOn }) => [ref, dependsOn])), wanted);
});

test('sbom_says_which_kore_and_with_which_patch', async () => {
	const kore = sbom.components.find(({ name }) => name === 'kore');
	assert.equal(kore.version, (await out('dpkg-query', '-W', '-f', '${source:Version}', 'kore')));
	assert.equal(kore.purl, `pkg:deb/debian/kore@${kore.version}?arch=source&distro=debian-12`);
	assert.deepEqual(kore.pedigree.ancestors.map(({ purl }) => purl), [kore.purl]);
	assert.deepEqual(kore.pedigree.patches, [{ type: 'unofficial', diff: { url: PATCH } }]);
	const digest = createHash('sha256').update(readFileSync(path.join(top, PATCH))).digest('hex');
	assert.deepEqual(kore.properties, [{ name: 'kassa:patch:sha256', value: digest }]);
});

test('sbom_of_the_same_is_the_same_bytes', async () => {
	await out('make', '-s', 'sbom');
	assert.equal(readFileSync(path.join(top, 'build/sbom.json'), 'utf8'), text);
	assert.doesNotMatch(text, /serialNumber|timestamp/);
	const dated = JSON.parse((await script(PATCH, { SOURCE_DATE_EPOCH: '1700000000' })).out);
	assert.equal(dated.metadata.timestamp, '2023-11-14T22:13:20Z');
	assert.ok(valid(dated), JSON.stringify(valid.errors));
	delete dated.metadata.timestamp;
	assert.deepEqual(dated, sbom);
});

test('sbom_with_a_file_of_any_name_is_json_all_the_same', async () => {
	const odd = path.join(folder, 'a "b" \\c\t:é.patch');
	cpSync(path.join(top, PATCH), odd);
	const answer = await script(odd);
	assert.equal(answer.status, 0, answer.said);
	const found = JSON.parse(answer.out);
	assert.ok(valid(found), JSON.stringify(valid.errors));
	assert.equal(decodeURIComponent(found.components[1].pedigree.patches[0].diff.url), odd);
});

test('sbom_names_a_library_of_no_package_without_a_version_and_says_so', async () => {
	const own = path.join(folder, 'libyajl.so.2');
	cpSync((await loaded()).get('libyajl.so.2'), own, { dereference: true });
	const { status, out: found, said } = await script(PATCH, { LD_LIBRARY_PATH: folder });
	assert.equal(status, 0, said);
	assert.match(said, /libyajl\.so\.2 belongs to no package/);
	const strange = libraries(JSON.parse(found)).filter(({ purl }) => purl === undefined);
	assert.deepEqual(strange.map(({ name, version }) => [name, version]), [['libyajl.so.2', undefined]]);
	assert.ok(valid(JSON.parse(found)), JSON.stringify(valid.errors));
});

test('sbom_is_not_made_of_what_is_not_there', async () => {
	for (const words of [
		[VERSION, PATCH],
		[VERSION, 'patches/none.patch', ...PROGRAMS],
		[path.join(folder, 'none'), PATCH, ...PROGRAMS],
		[VERSION, PATCH, ...PROGRAMS, path.join(folder, 'none')],
	]) {
		const { status, out: found, said } = await run('perl', ['conf/sbom.pl', ...words]);
		assert.notEqual(status, 0, words.join());
		assert.equal(found, '', words.join());
		assert.match(said, /^(sbom\.pl|usage): /, words.join());
	}
});
