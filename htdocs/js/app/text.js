/**
 * The texts of the chosen language, and numbers, days and plurals as that language writes them.
 */

import en from '../text/en.js';

/** @typedef {import('../text/en.js').Texts} Texts */
/** @typedef {keyof Texts} Key */
/** @typedef {{[place: string]: string | number}} Values */

/** The languages there are, by the name that each has for itself. English comes with the page, others when they are wanted. */
export const LANGUAGES = Object.freeze({ en: 'English', de: 'Deutsch' });

/** @typedef {keyof typeof LANGUAGES} Language */

/** @type {{[language in Language]: () => Promise<Texts>}} */
const SOURCES = {
	en: async () => en,
	de: async () => (await import('../text/de.js')).default,
};

/** Languages that are written from right to left, for whoever adds one. */
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];

/** @type {Texts} */
let texts = en;
let numbers = new Intl.NumberFormat('en');
let plurals = new Intl.PluralRules('en');
let locale = 'en';

/**
 * The locale to write in: of the reader's own list the first that is of a language we have, with its region's habits.
 *
 * @param {string | null} chosen null: as the browser has it
 * @param {readonly string[]} wanted the browser's list
 * @returns {{language: Language, locale: string}}
 */
export function pickLanguage(chosen, wanted) {
	const languageOf = (/** @type {string} */ tag) => /** @type {Language} */ (tag.toLowerCase().split('-')[0]);
	const known = wanted.find((tag) => languageOf(tag) in LANGUAGES);
	if (chosen !== null && chosen in LANGUAGES) {
		const own = wanted.find((tag) => languageOf(tag) === chosen);
		return { language: /** @type {Language} */ (chosen), locale: own ?? chosen };
	}
	return known ? { language: languageOf(known), locale: known } : { language: 'en', locale: 'en' };
}

/** @param {string | null} chosen as in the settings */
export async function useLanguage(chosen) {
	const picked = pickLanguage(chosen, navigator.languages);
	texts = await SOURCES[picked.language]();
	({ locale } = picked);
	numbers = new Intl.NumberFormat(locale);
	plurals = new Intl.PluralRules(locale);
	document.documentElement.lang = picked.language;
	document.documentElement.dir = RIGHT_TO_LEFT.includes(picked.language) ? 'rtl' : 'ltr';
}

/** @param {number} value */
export const number = (value) => numbers.format(value);

/** @param {Key} key @param {Values} values */
function sentence(key, values) {
	const text = texts[key];
	if (typeof text === 'string') {
		return text;
	}
	return text[plurals.select(Number(values.n))] ?? text.other;
}

/**
 * A text with its places filled.
 *
 * @param {Key} key
 * @param {Values} [values] where there is a count, it is `n`
 * @returns {string}
 */
export function t(key, values = {}) {
	return sentence(key, values).replace(/\{(\w+)\}/g, (_, place) => {
		const value = values[place];
		return typeof value === 'number' ? number(value) : value;
	});
}

/**
 * The same where a place is filled with an element.
 *
 * @param {Key} key
 * @param {{[place: string]: Node | string}} parts
 * @returns {(Node | string)[]}
 */
export function rich(key, parts) {
	return sentence(key, {}).split(/(\{\w+\})/).map((part) => (/^\{\w+\}$/.test(part) ? parts[part.slice(1, -1)] : part));
}

/** @param {string} key that may be of a text or not, such as one made of a problem's code @returns {key is Key} */
export const isText = (key) => key in texts;

/**
 * @param {string} day
 * @param {Intl.DateTimeFormatOptions} [how]
 * @returns {string}
 */
export function date(day, how = { day: 'numeric', month: 'short', year: 'numeric' }) {
	return new Intl.DateTimeFormat(locale, { ...how, timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`));
}

/**
 * @param {string} first
 * @param {string} last
 * @returns {string} from one day to another, as the language writes it
 */
export function dateRange(first, last) {
	const [from, to] = [first, last].map((day) => new Date(`${day}T00:00:00Z`));
	return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).formatRange(from, to);
}
