/*
 * The platform's official API documents as a judge: of the requests that we send, and of the answers that the
 * simulator gives.  The parts that Kassa calls are in tests/api/openapi/ (CC0, with descriptions left out).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Ajv from 'ajv';

import { top } from './stack.mjs';

const document = JSON.parse(readFileSync(path.join(top, 'tests/api/openapi/platform.json'), 'utf8'));
const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ $id: 'platform', ...document });

/* The documents call everything below a path its own; "{transactionId}" takes one segment. */
const operations = Object.entries(document.paths).flatMap(([pattern, methods]) => Object.entries(methods).map(([method, operation]) => ({
	method: method.toUpperCase(), operation, pattern,
	fits: new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`),
})));

export function operationOf(method, pathname) {
	return operations.find((one) => one.method === method && one.fits.test(pathname));
}

/*
 * Where the documents contradict themselves: their own example is a text.  ("status" of a transaction is
 * said to be an object, as the tool that made the documents says of every enum that it does not understand.)
 */
const isMisdescribed = (name, schema) => name === 'status' && schema.type === 'object' && schema.properties === undefined;

/* A schema with its references made absolute; ${closed}: no member that it does not name. */
function prepared(schema, closed) {
	if (Array.isArray(schema)) {
		return schema.map((one) => prepared(one, closed));
	}
	if (schema === null || typeof schema !== 'object') {
		return schema;
	}
	if (typeof schema.$ref === 'string') {
		const name = schema.$ref.split('/').at(-1);
		return prepared(document.components.schemas[name], closed);
	}
	const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key,
		isMisdescribed(key, value) ? {} : prepared(value, closed)]));
	return closed && copy.properties ? { additionalProperties: false, ...copy } : copy;
}

function complaintsOf(schema, value, closed) {
	const validate = ajv.compile(prepared(schema, closed));
	return validate(value) ? [] : validate.errors.map(({ instancePath, message, params }) =>
		`${instancePath || 'body'} ${message} ${JSON.stringify(params)}`);
}

/** @param {{method: string, url: URL, headers: Record<string, string>, body: string}} request @returns {string[]} */
export function requestWrong({ method, url, headers, body }) {
	const found = operationOf(method, url.pathname);
	if (found === undefined) {
		return [`${method} ${url.pathname} is not in the documents`];
	}
	const { parameters = [], requestBody } = found.operation;
	const queries = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
	return [
		...Array.from(url.searchParams.keys()).filter((name) => !queries.includes(name)).map((name) => `query ${name} is not known`),
		...parameters.filter((one) => one.in === 'query' && one.required && !url.searchParams.has(one.name)).map(({ name }) => `query ${name} is missing`),
		...parameters.filter((one) => one.in === 'header' && one.required).flatMap(({ name, schema }) =>
			(schema.enum && !schema.enum.includes(headers[name.toLowerCase()]) ? [`header ${name}: ${headers[name.toLowerCase()]}`] : [])),
		...bodyWrong(requestBody, headers['content-type'], body),
	];
}

function bodyWrong(requestBody, type, body) {
	if (requestBody === undefined) {
		return body === '' ? [] : ['there is a body, and none is documented'];
	}
	const schema = requestBody.content[type]?.schema;
	if (schema === undefined) {
		return [`content type ${type} is not one of ${Object.keys(requestBody.content)}`];
	}
	const value = type === 'application/json' ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
	return complaintsOf(schema, value, true);
}

/** @param {{method: string, url: URL, status: number, text: string}} answer @returns {string[]} */
export function answerWrong({ method, url, status, text }) {
	const { responses } = operationOf(method, url.pathname).operation;
	const schema = (responses[status] ?? responses[status === 201 ? 200 : status])?.content?.['application/json']?.schema;
	/* 403 and 429 are documented in words alone. */
	return schema === undefined ? [] : complaintsOf(schema, JSON.parse(text), false);
}
