/**
 * Values that a schema of the document allows, drawn at random, and such as it may not allow: changed in a place or two. What is allowed
 * is not for this to know: schema.mjs tells.
 */

import { resolve } from './document.mjs';

/** More often none than some, and seldom many. */
const SIZES = [0, 0, 0, 0, 1, 1, 2];

/**
 * Draws text that a pattern matches. Knows the part of regular expressions that the document uses, and no more: what else stands in one
 * is an error.
 */
export function drawText(chance, pattern) {
	let at = 0;

	function character() {
		if (pattern[at] !== '\\') {
			const [whole] = pattern.slice(at);
			at += whole.length;
			return whole.codePointAt(0);
		}
		const [escape, digits] = /^\\u([0-9a-f]{4})|^\\[-\\.]/.exec(pattern.slice(at)) ?? [];
		if (!escape) {
			throw new Error(`${pattern}: the escape at ${at} is not known here`);
		}
		at += escape.length;
		return digits ? Number.parseInt(digits, 16) : escape.codePointAt(1);
	}

	function readClass() {
		const ranges = [];
		if (pattern[at] === '^') {
			throw new Error(`${pattern}: a class of what is not in it is not known here`);
		}
		while (pattern[at] !== ']') {
			const from = character();
			const isRange = pattern[at] === '-' && pattern[at + 1] !== ']';
			at += isRange ? 1 : 0;
			ranges.push([from, isRange ? character() : from]);
		}
		at++;
		return () => String.fromCodePoint(chance.int(...chance.pick(ranges)));
	}

	function readAtom() {
		if (pattern[at] === '(') {
			at++;
			const inner = readAlternatives();
			at++;
			return inner;
		}
		if (pattern[at] === '[') {
			at++;
			return readClass();
		}
		const literal = String.fromCodePoint(character());
		return () => (literal === '^' || literal === '$' ? '' : literal);
	}

	function readQuantified() {
		const atom = readAtom();
		const [quantifier, least, comma, most] = /^(?:[?*+]|\{([0-9]+)(,?)([0-9]*)\})/.exec(pattern.slice(at)) ?? [''];
		at += quantifier.length;
		const count = {
			'': () => 1, '?': () => chance.int(0, 1), '*': () => chance.pick(SIZES), '+': () => 1 + chance.pick(SIZES),
		}[quantifier] ?? (() => chance.int(Number(least), comma ? Number(most) : Number(least)));
		return () => Array.from({ length: count() }, atom).join('');
	}

	function readAlternatives() {
		const alternatives = [[]];
		while (at < pattern.length && pattern[at] !== ')') {
			if (pattern[at] === '|') {
				at++;
				alternatives.push([]);
			} else {
				alternatives.at(-1).push(readQuantified());
			}
		}
		return () => chance.pick(alternatives).map((part) => part()).join('');
	}

	return readAlternatives()();
}

/** A whole number of a range, its ends more often than others. */
const drawInteger = (chance, { minimum, maximum }) => (
	chance.pick([minimum, maximum, Math.min(minimum + 1, maximum), chance.int(minimum, maximum), chance.int(minimum, maximum)])
);

/**
 * A value that a schema allows, as far as it says.
 * @param {Record<string, (drawn: () => any) => any>} named what members of a name have instead, given how to draw one
 */
export function drawValue(chance, reference, named = {}) {
	const schema = { ...resolve(reference), ...reference };
	const draw = (inner) => drawValue(chance, inner, named);
	const type = chance.pick([schema.type].flat());
	if (schema.enum) {
		return chance.pick(schema.enum);
	}
	switch (type) {
	case 'null':
		return null;
	case 'boolean':
		return chance.happens(0.5);
	case 'integer':
		return drawInteger(chance, schema);
	case 'string':
		return drawText(chance, schema.pattern);
	case 'array': {
		const length = chance.happens(0.02) ? schema.maxItems + chance.int(-1, 1) : chance.pick([0, 1, 1, 2, 3, 10]);
		return Array.from({ length }, () => draw(schema.items));
	}
	case 'object': {
		const members = Object.entries(schema.properties).filter(([name]) => schema.required.includes(name) || chance.happens(0.5));
		return Object.fromEntries(members.map(([name, each]) => [name, named[name] ? named[name](() => draw(each)) : draw(each)]));
	}
	default:
		throw new Error(`a schema of type ${type} is not known here`);
	}
}

/** Text as nobody would send it who means well. No NUL and no half surrogate, which no JSON can have. */
export const drawWildText = (chance) => Array.from({ length: chance.int(0, 6) }, () => (
	chance.pick([...'aZ09-_ %+&=?#/\\"\'<>;:\n\u00e4\u00a0\u2013\uff21\ufeff', '\u{1f331}', '\u0001'])
)).join('');

/** Text with a character more, fewer or another. */
export function changeText(chance, text) {
	const characters = [...text];
	const at = chance.int(0, characters.length);
	characters.splice(at, chance.int(0, 1), ...chance.happens(0.7) ? [chance.pick([...'0aA-8 fgU\u2212\n', '\u{1f331}'])] : []);
	return characters.join('');
}

const drawAnything = (chance) => chance.pick([
	() => null, () => chance.happens(0.5), () => chance.int(-5, 5), () => 2.5, () => -0, () => 1e21, () => 1e-7, () => 2 ** 53, () => drawWildText(chance), () => [],
	() => ({}), () => [{}], () => '2026-02-30', () => '7', () => '',
])();

/** A value changed in one place, which may well be allowed still. */
export function changeValue(chance, value) {
	const isList = Array.isArray(value);
	const isParent = typeof value === 'object' && value !== null;
	const keys = isParent ? Object.keys(value) : [];
	if (keys.length > 0 && chance.happens(0.8)) {
		const key = chance.pick(keys);
		const copy = isList ? [...value] : { ...value };
		if (chance.happens(0.2)) {
			return isList ? [...value, value[key]] : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
		}
		copy[key] = changeValue(chance, value[key]);
		return copy;
	}
	if (isParent && !isList && chance.happens(0.5)) {
		return { ...value, [chance.pick(['nonsense', '', 'Days', 'xp', 'request'])]: drawAnything(chance) };
	}
	if (typeof value === 'number' && chance.happens(0.7)) {
		return value + chance.pick([-1, 1, 0.5, 1e-9, 1e9, -1e9]);
	}
	return typeof value === 'string' && chance.happens(0.7) ? changeText(chance, value) : drawAnything(chance);
}

/** A whole number in one of the ways in which JSON may have it. */
function spellInteger(chance, value) {
	const sign = value < 0 || Object.is(value, -0) ? '-' : '';
	const digits = BigInt(Math.abs(value)).toString();
	const tens = digits.length - digits.replace(/0+$/, '').length;
	return sign + chance.pick([
		digits, digits, digits, `${digits}.0`, `${digits}.${'0'.repeat(chance.int(1, 30))}`, `${digits}e0`, `${digits}E-0`, digits === '0' ? '0' : `${digits}00e-2`,
		tens > 0 && digits !== '0' ? `${digits.slice(0, -tens)}e+${tens}` : digits,
		digits.length > 1 ? `${digits[0]}.${digits.slice(1)}E${digits.length - 1}` : digits,
	]);
}

/** A string in one of the ways in which JSON may have it. */
const spellString = (chance, value) => (chance.happens(0.8) ? JSON.stringify(value) : `"${[...value].map((each) => (
	chance.happens(0.3) ? [...each.split('')].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`).join('') : JSON.stringify(each).slice(1, -1)
)).join('')}"`);

/** A value as JSON, in one of the ways in which JSON may have it. */
export function spell(chance, value) {
	const space = () => (chance.happens(0.05) ? chance.pick([' ', '\t', '\r\n', '  ']) : '');
	const wrap = (open, parts, close) => `${open}${space()}${parts.join(`${space()},${space()}`)}${space()}${close}`;
	if (Array.isArray(value)) {
		return wrap('[', value.map((each) => spell(chance, each)), ']');
	}
	if (typeof value === 'object' && value !== null) {
		const members = Object.entries(value).map(([name, each]) => `${spellString(chance, name)}${space()}:${space()}${spell(chance, each)}`);
		return wrap('{', chance.happens(0.3) ? members.reverse() : members, '}');
	}
	if (typeof value === 'string') {
		return spellString(chance, value);
	}
	return Number.isInteger(value) ? spellInteger(chance, value) : JSON.stringify(value);
}
