/**
 * Checks values against the schemas of openapi.json: the part of JSON Schema (2020-12) that it uses, and no more. A keyword that
 * is not known here is an error and never ignored, so no rule of the document can go unchecked.
 */

const ANNOTATIONS = ['description', 'examples', 'default'];

const TYPES = {
	array: Array.isArray,
	boolean: (value) => typeof value === 'boolean',
	integer: Number.isSafeInteger,
	null: (value) => value === null,
	number: Number.isFinite,
	object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
	string: (value) => typeof value === 'string',
};

const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const has = (object, name) => Object.hasOwn(object, name);

/** Does a civil day exist? */
function isDate(text) {
	const time = Date.parse(`${text}T00:00Z`);
	return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === text;
}

/** The value at a reference like `#/components/schemas/Day`. */
export function lookUp(document, reference) {
	let value = document;
	for (const step of reference.replace(/^#\//, '').split('/')) {
		if (!has(value, step)) {
			throw new Error(`${reference} leads nowhere`);
		}
		value = value[step];
	}
	return value;
}

/**
 * Each keyword as a function that yields faults of a value. A keyword that is about one type lets values of others pass, as the
 * standard says.
 */
const KEYWORDS = {
	*$ref({ document, value, at }, reference) {
		yield* faults(document, lookUp(document, reference), value, at);
	},
	*type({ value, at }, types) {
		if (![types].flat().some((type) => TYPES[type](value))) {
			yield `${at} is not of type ${types}`;
		}
	},
	*const({ value, at }, constant) {
		if (!equal(value, constant)) {
			yield `${at} is not ${JSON.stringify(constant)}`;
		}
	},
	*enum({ value, at }, values) {
		if (!values.some((each) => equal(each, value))) {
			yield `${at} is none of ${values.join(', ')}`;
		}
	},
	*pattern({ value, at }, pattern) {
		if (TYPES.string(value) && !new RegExp(pattern, 'u').test(value)) {
			yield `${at} does not match ${pattern}`;
		}
	},
	*format({ value, at }, format) {
		if (format !== 'date') {
			throw new Error(`${at}: the format ${format} is not known here`);
		}
		if (TYPES.string(value) && !isDate(value)) {
			yield `${at} is no day that exists`;
		}
	},
	*minLength({ value, at }, least) {
		if (TYPES.string(value) && [...value].length < least) {
			yield `${at} is shorter than ${least}`;
		}
	},
	*maxLength({ value, at }, most) {
		if (TYPES.string(value) && [...value].length > most) {
			yield `${at} is longer than ${most}`;
		}
	},
	*minimum({ value, at }, least) {
		if (typeof value === 'number' && value < least) {
			yield `${at} is below ${least}`;
		}
	},
	*maximum({ value, at }, most) {
		if (typeof value === 'number' && value > most) {
			yield `${at} is above ${most}`;
		}
	},
	*items({ document, value, at }, schema) {
		for (const [index, item] of TYPES.array(value) ? value.entries() : []) {
			yield* faults(document, schema, item, `${at}/${index}`);
		}
	},
	*minItems({ value, at }, least) {
		if (TYPES.array(value) && value.length < least) {
			yield `${at} has fewer than ${least} items`;
		}
	},
	*maxItems({ value, at }, most) {
		if (TYPES.array(value) && value.length > most) {
			yield `${at} has more than ${most} items`;
		}
	},
	*required({ value, at }, names) {
		for (const name of TYPES.object(value) ? names : []) {
			if (!has(value, name)) {
				yield `${at} lacks ${name}`;
			}
		}
	},
	*properties({ document, value, at }, properties) {
		for (const [name, schema] of TYPES.object(value) ? Object.entries(properties) : []) {
			if (has(value, name)) {
				yield* faults(document, schema, value[name], `${at}/${name}`);
			}
		}
	},
	*additionalProperties({ schema, value, at }, allowed) {
		yield* closed(value, at, allowed, Object.keys(schema.properties ?? {}));
	},
	*unevaluatedProperties({ document, schema, value, at }, allowed) {
		yield* closed(value, at, allowed, declared(document, schema));
	},
	*oneOf({ document, value, at }, schemas) {
		const found = schemas.map((schema) => [...faults(document, schema, value, at)]);
		const fitting = found.filter((list) => list.length === 0).length;
		if (fitting !== 1) {
			yield `${at} fits ${fitting} of ${schemas.length} schemas: ${found.flat().join('; ')}`;
		}
	},
};

/** The properties that a schema and those that it refers to declare. */
function declared(document, schema) {
	const referred = schema.$ref ? declared(document, lookUp(document, schema.$ref)) : [];
	return [...referred, ...Object.keys(schema.properties ?? {})];
}

function* closed(value, at, allowed, names) {
	if (allowed !== false) {
		throw new Error(`${at}: only a closed object is known here`);
	}
	for (const name of TYPES.object(value) ? Object.keys(value) : []) {
		if (!names.includes(name)) {
			yield `${at} has the unknown member ${name}`;
		}
	}
}

/**
 * What is wrong with a value, a sentence each.
 * @returns {Generator<string>}
 */
export function* faults(document, schema, value, at = 'it') {
	for (const [keyword, rule] of Object.entries(schema)) {
		if (ANNOTATIONS.includes(keyword)) {
			continue;
		}
		if (!has(KEYWORDS, keyword)) {
			throw new Error(`${at}: the keyword ${keyword} is not known here`);
		}
		yield* KEYWORDS[keyword]({ document, schema, value, at }, rule);
	}
}
