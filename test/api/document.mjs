/** openapi.json, as the tests read it. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { faults, lookUp } from './schema.mjs';
import { tables } from './tables.mjs';

const METHODS = ['get', 'post', 'put', 'delete'];

export const document = JSON.parse(readFileSync(new URL('../../htdocs/api/openapi.json', import.meta.url), 'utf8'));

/** What stands in a place, itself or by reference. */
export const resolve = (value) => (value.$ref ? lookUp(document, value.$ref) : value);

export const faultsOf = (schema, value) => [...faults(document, schema, value)];

/** All operations, in the order of the document. */
export const operations = Object.entries(document.paths).flatMap(([path, item]) => (
	Object.keys(item).filter((key) => METHODS.includes(key)).map((method) => ({ method, path, item, ...item[method] }))
));

/** Where a service answers to an operation: the metrics have a server of their own. */
export const baseOf = (operation, at) => (operation.item.servers ? at.metricsUrl : at.url);

/** The path of an operation with its parameters in place. */
export const pathOf = (operation, args) => operation.path.replace(/\{([a-z_]+)\}/g, (_, name) => args[name]);

/** The schema of an operation's body; null where it takes none. */
export const bodySchema = (operation) => operation.requestBody?.content['application/json'].schema ?? null;

/**
 * The codes of a problem's schema: those that stand beside its reference, else those of what it refers to.
 * @returns {string[]}
 */
function codesOf(schema) {
	if (schema.oneOf) {
		return schema.oneOf.flatMap(codesOf);
	}
	const code = schema.properties?.code;
	if (code) {
		return code.enum ?? [code.const];
	}
	return schema.$ref ? codesOf(lookUp(document, schema.$ref)) : [];
}

/**
 * Every reply that is described of an operation: a status, and the code of a problem or null.
 * @returns {{status: number, code: string | null}[]}
 */
export function repliesOf(operation) {
	return Object.entries(operation.responses).flatMap(([status, response]) => {
		const problem = resolve(response).content?.['application/problem+json'];
		const codes = problem ? codesOf(problem.schema) : [null];
		return codes.map((code) => ({ status: Number(status), code }));
	});
}

/** Headers that are the same on every reply of the executables, and those of the transport. */
const CONSTANT = {
	'access-control-allow-origin': '*',
	'access-control-expose-headers': 'ETag, Retry-After, X-Request-Id',
	'cache-control': 'private, no-store',
};
const TRANSPORT = ['connection', 'content-length', 'content-type', 'date', 'keep-alive', 'server'];

/** What nginx says for itself has a few of its own. */
const CONSTANT_OF_NGINX = {
	'access-control-allow-origin': '*',
	'access-control-expose-headers': 'Retry-After, X-Request-Id',
	'cache-control': 'no-store',
	'x-content-type-options': 'nosniff',
};

/** What nginx adds to the pages beside the API, refusals included. */
const CONSTANT_OF_PAGES = {
	'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	'cross-origin-opener-policy': 'same-origin',
	'cross-origin-resource-policy': 'cross-origin',
	'referrer-policy': 'no-referrer',
	'x-content-type-options': 'nosniff',
	'x-robots-tag': 'noindex',
};

/** Is a path one of a page beside the API? */
export const isPage = (path) => !path.startsWith('/api/');

function* headerFaults(described, { headers, path }) {
	const ofPages = isPage(path) ? CONSTANT_OF_PAGES : {};
	const constant = headers['cache-control'] === 'no-store' ? CONSTANT_OF_NGINX : { ...CONSTANT, ...ofPages };
	const known = Object.keys(described).map((name) => name.toLowerCase());
	for (const [name, value] of Object.entries(constant)) {
		if (!known.includes(name) && headers[name] !== value) {
			yield `${name} is ${headers[name]}, not ${value}`;
		}
	}
	for (const name of Object.keys(headers)) {
		if (!known.includes(name) && !(name in constant) && !TRANSPORT.includes(name)) {
			yield `the header ${name} is not described`;
		}
	}
	for (const [name, reference] of Object.entries(described)) {
		const header = resolve(reference);
		const text = headers[name.toLowerCase()];
		if (text === undefined && header.required) {
			yield `the header ${name} is missing`;
		} else if (text !== undefined) {
			const value = header.schema.type === 'integer' ? Number(text) : text;
			yield* faults(document, header.schema, value, name);
		}
	}
}

/** Is the body of a reply JSON? */
export const isJson = (reply) => /json$/.test(reply.headers['content-type'] ?? '');

function* contentFaults(described, reply) {
	const type = reply.headers['content-type'];
	if (!described) {
		if (reply.text !== '') {
			yield 'there is a body, and none is described';
		}
		if (type !== undefined) {
			yield `there is a Content-Type (${type}), and no body is described`;
		}
	} else if (!(type in described)) {
		yield `the Content-Type is ${type}, not ${Object.keys(described)}`;
	} else if (reply.method !== 'head') {
		yield* faults(document, described[type].schema ?? {}, isJson(reply) ? JSON.parse(reply.text) : reply.text);
	}
}

/**
 * What is wrong with a reply, held against how it is described.
 * @param {object} response as in the document, or a reference to it
 * @param {{method: string, path: string, headers: Record<string, string>, text: string}} reply
 */
export function replyFaults(response, reply) {
	const { headers = {}, content } = resolve(response);
	return [...headerFaults(headers, reply), ...contentFaults(content, reply)];
}

/** A problem is as the table of the executables has it, also where nginx speaks. */
export function assertProblem(reply) {
	const problem = JSON.parse(reply.text);
	const row = tables.problems.find((each) => each.code === problem.code);
	assert.deepEqual([problem.type, problem.title, problem.status], [`/problems#${row.code}`, row.title, reply.status]);
	assert.ok(reply.status === row.status || problem.code === 'unavailable', `${problem.code} has the status ${row.status}`);
}

export const familyOf = (method, path) => tables.routes.find((route) => route.method === method && route.at === path).family;
export const operationOf = (id) => operations.find((operation) => operation.operationId === id);
