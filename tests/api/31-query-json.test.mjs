/*
 * JSON torture over HTTP: every case of the table and of JSONTestSuite as a body of POST /query, alone and inside
 * a question.  Whatever comes, the answer is JSON with a code of ours, never a 5xx, never paid, and no worker dies.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { request } from '../support/payer.mjs';
import { startStack } from '../support/stack.mjs';
import { suiteCases, tableCases } from '../support/torture.mjs';

const AT_ONCE = 8;
const BYTES_MAX = 65536;

/* Cases that are as large as may be: with a question around them they are larger. */
const AT_THE_LIMIT = /^limit_(depth_16|values_4096|string_65534)/;

const UNSUPPORTED = '{"success":false,"failed":true,"message":"Unsupported operation"}';

let stack, workers;

before(async () => {
	stack = await startStack();
	workers = stack.kassa.workers();
	assert.ok(workers.length > 0);
});
after(() => stack?.stop());

/** Ask with each body, several at once; what ${wrong} says of the answers, in the order of the bodies. */
async function complaints(bodies, wrong) {
	const found = [];
	let next = 0;
	const asker = async () => {
		while (next < bodies.length) {
			const index = next;
			next += 1;
			const { name, body, ...expected } = bodies[index];
			const answer = await request(`${stack.kassaUrl}/query`, { raw: body });
			const complaint = answerWrong(answer) ?? wrong(answer, expected, body);
			found[index] = complaint && `${name}: ${complaint}: ${answer.status} ${answer.text}`;
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, asker));
	return found.filter(Boolean).join('\n');
}

/* What holds for every answer to a body that somebody made up. */
function answerWrong({ status, headers, text, json }) {
	if (status >= 500) {
		return 'our fault';
	}
	if (json === null || !/^application\/json/.test(headers.get('content-type') ?? '')) {
		return 'no JSON';
	}
	if ((json.success !== false && status !== 413) || text.includes('"success":true')) {
		return 'reads as success';
	}
	const { code, requestId } = refusal(json);
	if (status !== 200 && (!/^[a-z_]+$/.test(code ?? '') || requestId !== headers.get('x-request-id'))) {
		return 'no code';
	}
	return null;
}

/* A body that is too large is refused before anybody has looked whom it is for. */
const refusal = (json) => json.error ?? json;

const refused = (answer, expected, body) => {
	const [status, code] = body.length > BYTES_MAX ? [413, 'body_too_large'] : [400, 'json_invalid'];
	return answer.status === status && refusal(answer.json).code === code ? null : `is not ${code}`;
};

const decided = (answer, { accepted }, body) => {
	if (!accepted) {
		return refused(answer, {}, body);
	}
	return answer.status === 200 && answer.text === UNSUPPORTED ? null : 'is not read';
};

const SOURCES = [['the table', tableCases(), 400], ['JSONTestSuite', suiteCases(), 280]];

for (const [source, cases, least] of SOURCES) {
	test(`bodies of ${source} are refused with a code, whatever they are`, async () => {
		assert.ok(cases.length >= least, `${cases.length} cases`);
		/* Those that are JSON are no question, or one without a type. */
		const wrong = (answer, { accepted }, body) => (accepted
			? (answer.status === 400 && ['json_invalid', 'field_invalid'].includes(answer.json.code) ? null : 'is taken')
			: refused(answer, {}, body));
		assert.equal(await complaints(cases.map(({ document, ...rest }) => ({ ...rest, body: document })), wrong), '');
	});

	test(`documents of ${source} inside a question are read or refused as decided`, async () => {
		const head = Buffer.from(`{"type":"dance","apiKey":${JSON.stringify(stack.apiKey)},"x":`);
		assert.equal(await complaints(cases.map(({ name, accepted, document }) => ({
			name,
			accepted: accepted && !AT_THE_LIMIT.test(name),
			body: Buffer.concat([head, document, Buffer.from('}')]),
		})), decided), '');
	});
}

/** A question that is answered, to be spoilt in one place. */
const question = () => Buffer.from(JSON.stringify({
	type: 'dance', apiKey: stack.apiKey, amount: 49.99, contactId: 'c\u00e9', x: [null, true, { a: '\n' }],
}));

test('a question that is not spoilt is answered', async () => {
	assert.equal(await complaints([{ name: 'whole', accepted: true, body: question() }], decided), '');
});

test('every prefix of a question is refused', async () => {
	const bodies = Array.from(question(), (_, length) => ({ name: `${length} bytes`, body: question().subarray(0, length) }));
	assert.ok(bodies.length > 100);
	assert.equal(await complaints(bodies, refused), '');
});

test('a question with any byte behind it is refused, unless it is a blank', async () => {
	const bodies = Array.from({ length: 256 }, (_, byte) => ({
		name: `byte ${byte}`,
		accepted: [0x20, 0x09, 0x0a, 0x0d].includes(byte),
		body: Buffer.concat([question(), Buffer.from([byte])]),
	}));
	assert.equal(await complaints(bodies, decided), '');
});

test('the workers are those of the beginning', () => {
	assert.deepEqual(stack.kassa.workers(), workers);
});
