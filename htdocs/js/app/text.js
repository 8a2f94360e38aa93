/**
 * The texts of the chosen language, and numbers, days and plurals as that language writes them.
 */

/** @typedef {import('../text/en.js').Texts} CommonTexts */
/** @typedef {import('../text/en-devices.js').Texts} DeviceTexts */
/** @typedef {import('../text/en-others.js').Texts} OtherTexts */
/** @typedef {CommonTexts & DeviceTexts & OtherTexts} Texts */
/** @typedef {'devices' | 'others'} Area of texts that only some pages have */
/** @typedef {keyof Texts} Key */
/** @typedef {{[place: string]: string | number}} Values */

/** The languages there are, by the name that each has for itself. */
export const LANGUAGES = Object.freeze({ en: 'English', de: 'Deutsch' });

/** @typedef {keyof typeof LANGUAGES} Language */

/**
 * Texts are the largest part of a visit, so it fetches one language, and of that what the page has to say.
 *
 * @type {{[language in Language]: {
 *   common: () => Promise<CommonTexts>, devices: () => Promise<DeviceTexts>, others: () => Promise<OtherTexts>,
 * }}}
 */
const SOURCES = {
	en: {
		common: async () => (await import('../text/en.js')).default,
		devices: async () => (await import('../text/en-devices.js')).default,
		others: async () => (await import('../text/en-others.js')).default,
	},
	de: {
		common: async () => (await import('../text/de.js')).default,
		devices: async () => (await import('../text/de-devices.js')).default,
		others: async () => (await import('../text/de-others.js')).default,
	},
};

/** Languages that are written from right to left, for whoever adds one. */
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur'];

let texts = /** @type {Texts} */ ({});
let language = /** @type {Language} */ ('en');
let locale = 'en';

/** The areas that pages have asked for so far. @type {Set<Area>} */
const areas = new Set();

/** What writes for the locale, by what it is for. To make one takes longer than all that it does, and few pages want all of them. */
const writers = new Map();

/**
 * @template T
 * @param {string} purpose
 * @param {() => T} make
 * @returns {T}
 */
function writer(purpose, make) {
	if (!writers.has(purpose)) {
		writers.set(purpose, make());
	}
	return writers.get(purpose);
}

/**
 * A language tag that `Intl` takes. A system without a real locale gives the browser one with something behind it (`en-US@posix`), which
 * would be an error wherever a number is written.
 *
 * @param {string} wanted
 * @returns {string} empty where it is no language
 */
function tagOf(wanted) {
	try {
		return Intl.getCanonicalLocales(wanted.replace(/[@.].*/, '').replaceAll('_', '-'))[0];
	} catch {
		return '';
	}
}

/**
 * The locale to write in: of the reader's own list the first that is of a language we have, with its region's habits.
 *
 * @param {string | null} chosen null: as the browser has it
 * @param {readonly string[]} wanted the browser's list
 * @returns {{language: Language, locale: string}}
 */
export function pickLanguage(chosen, wanted) {
	const languageOf = (/** @type {string} */ tag) => /** @type {Language} */ (tag.toLowerCase().split('-')[0]);
	const tags = wanted.map(tagOf);
	const known = tags.find((tag) => languageOf(tag) in LANGUAGES);
	if (chosen !== null && chosen in LANGUAGES) {
		const own = tags.find((tag) => languageOf(tag) === chosen);
		return { language: /** @type {Language} */ (chosen), locale: own ?? chosen };
	}
	return known ? { language: languageOf(known), locale: known } : { language: 'en', locale: 'en' };
}

/**
 * Begin to fetch what most readers want, and all on a first visit: the language of their browser.
 *
 * @param {Area | undefined} area that the page has texts of
 */
export function fetchLanguage(area) {
	const source = SOURCES[pickLanguage(null, navigator.languages).language];
	// What goes wrong is said by whoever uses it.
	source.common().catch(() => {});
	if (area) {
		source[area]().catch(() => {});
	}
}

/** @param {string | null} chosen as in the settings */
export async function useLanguage(chosen) {
	const picked = pickLanguage(chosen, navigator.languages);
	const source = SOURCES[picked.language];
	const loaded = await Promise.all([source.common(), ...Array.from(areas, (area) => source[area]())]);
	texts = Object.assign({}, ...loaded);
	({ language, locale } = picked);
	writers.clear();
	document.documentElement.lang = language;
	document.documentElement.dir = RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
}

/**
 * Fetch an area's texts. From when this resolves they are there, in whichever language is then used.
 *
 * @param {Area} area
 */
export async function useTexts(area) {
	areas.add(area);
	let loaded;
	do {
		loaded = language;
		const more = await SOURCES[loaded][area]();
		Object.assign(texts, more);
		// Another language may have been chosen meanwhile, before this area was asked for.
	} while (loaded !== language);
}

/** @param {number} value */
export const number = (value) => writer('number', () => new Intl.NumberFormat(locale)).format(value);

/** @param {Key} key @param {Values} values */
function sentence(key, values) {
	const text = texts[key];
	if (typeof text === 'string') {
		return text;
	}
	return text[writer('plural', () => new Intl.PluralRules(locale)).select(Number(values.n))] ?? text.other;
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

/** @param {number} level @returns {string} its title */
export const levelTitle = (level) => t(/** @type {Key} */ (`level.${level}`));

/** @type {Intl.DateTimeFormatOptions} */
const USUAL_DATE = { day: 'numeric', month: 'short', year: 'numeric' };

const dates = (how = USUAL_DATE) => writer(JSON.stringify(how), () => new Intl.DateTimeFormat(locale, { ...how, timeZone: 'UTC' }));

/** @param {string} day */
const beginOf = (day) => new Date(`${day}T00:00:00Z`);

/**
 * @param {string} day
 * @param {Intl.DateTimeFormatOptions} [how]
 * @returns {string}
 */
export const date = (day, how) => dates(how).format(beginOf(day));

/**
 * @param {string} first
 * @param {string} last
 * @returns {string} from one day to another, as the language writes it
 */
export const dateRange = (first, last) => dates().formatRange(beginOf(first), beginOf(last));
