/** Bodies that a schema of the document forbids. */

import { resolve } from './document.mjs';

/** A deep copy with the value at a path replaced; undefined removes it. */
function changed(value, [step, ...rest], to) {
	const copy = Array.isArray(value) ? [...value] : { ...value };
	copy[step] = rest.length > 0 ? changed(copy[step], rest, to) : to;
	if (copy[step] === undefined) {
		delete copy[step];
	}
	return copy;
}

/**
 * Bodies that a schema forbids, each wrong in one place, with the code and pointer that it must be refused with.
 * @returns {Generator<{body: any, code: string, pointer: string}>}
 */
export function* forbidden(reference, good, path = []) {
	const schema = { ...resolve(reference), ...reference };
	const place = path.reduce((value, step) => value[step], good);
	const wrong = (to, code, at = path) => ({ body: changed(good, at, to), code, pointer: `/${at.join('/')}` });
	const isText = [schema.type].flat().includes('string');
	if (path.length > 0) {
		yield wrong(isText ? 7 : 'seven', 'wrong_type');
		yield wrong([schema.type].flat().includes('null') ? true : null, 'wrong_type');
	}
	switch (schema.type) {
	case 'integer':
		yield wrong(schema.minimum - 1, 'out_of_range');
		yield wrong(schema.maximum + 1, 'out_of_range');
		yield wrong(schema.maximum + 0.5, 'wrong_type');
		break;
	case 'array':
		yield wrong(Array(schema.maxItems + 1).fill(place[0]), 'out_of_range');
		yield* forbidden(schema.items, good, [...path, 0]);
		break;
	case 'object':
		yield wrong(1, 'unknown_member', [...path, 'nonsense']);
		for (const name of schema.required) {
			yield wrong(undefined, 'missing_member', [...path, name]);
		}
		for (const [name, each] of Object.entries(schema.properties)) {
			yield* forbidden(each, good, [...path, name]);
		}
		break;
	default:
		if (isText) {
			yield wrong('', 'bad_value');
			yield wrong('nonsense!'.repeat(8), 'bad_value');
		}
	}
}
