/**
 * Which page is on screen. Pages have addresses of their own; going from one to another loads its module only, and the browser's
 * back and forward work.
 */

import { pathOf } from '../core/address.js';
import { h } from './dom.js';
import { PATHS } from './paths.js';
import { DOCUMENT, latest, reply } from './scope.js';
import { fetchLanguage, t, useTexts } from './text.js';
import { explain } from './trouble.js';

/** @typedef {import('./app.js').App} App */
/** @typedef {import('./app.js').MakeView} MakeView */
/**
 * @typedef {object} Page
 * @property {import('./text.js').Key} title
 * @property {() => Promise<MakeView>} load
 * @property {import('./text.js').Area} [texts] that it has beside the common ones
 */

/** @type {Page} */
const DASHBOARD = { title: 'nav.dashboard', load: async () => (await import('../views/dashboard.js')).createDashboardView };

/** @type {{[path in typeof PATHS[number]]: Page}} */
const PAGES_BY_PATH = {
	'/': DASHBOARD,
	'/dashboard': DASHBOARD,
	'/breathe': { title: 'nav.breathe', load: async () => (await import('../views/breathe.js')).createBreatheView },
	'/boards': { title: 'boards.page', texts: 'others', load: async () => (await import('../views/boards.js')).createBoardsView },
	'/share': { title: 'share.page', texts: 'others', load: async () => (await import('../views/share.js')).createShareView },
	'/service': { title: 'service.page', texts: 'others', load: async () => (await import('../views/service.js')).createServiceView },
	'/devices': { title: 'devices.page', texts: 'devices', load: async () => (await import('../views/devices.js')).createDevicesView },
	'/settings': { title: 'nav.settings', texts: 'others', load: async () => (await import('../views/settings.js')).createSettingsView },
};

/** @type {{[path: string]: Page}} what a person types may be none of them */
const PAGES = PAGES_BY_PATH;

/** @param {string} pathname of an address @returns {Page | undefined} */
const pageAt = (pathname) => PAGES[pathOf(pathname) ?? ''];

const pageHere = () => pageAt(location.pathname) ?? DASHBOARD;

/** Begin to fetch the page that the address asks for, and its texts. */
export function fetchPage() {
	const { load, texts } = pageHere();
	fetchLanguage(texts);
	// What goes wrong is said where the page should be.
	load().catch(() => {});
}

/** @param {Page} page */
async function loadPage({ load, texts }) {
	const [make] = await Promise.all([load(), texts && useTexts(texts)]);
	return make;
}

/**
 * @param {App} app
 * @param {HTMLElement} main where the pages go
 */
export function startRouter(app, main) {
	/** The scope of the page that is on screen, or about to be. */
	let current = new AbortController();
	/** Its address. */
	let shown = '';

	const show = latest(DOCUMENT, async (run, /** @type {{focus: boolean}} */ { focus }) => {
		shown = location.pathname;
		const page = pageHere();
		for (const link of document.querySelectorAll('nav a')) {
			const { pathname } = /** @type {HTMLAnchorElement} */ (link);
			if (pageAt(pathname) === page) {
				link.setAttribute('aria-current', 'page');
			} else {
				link.removeAttribute('aria-current');
			}
		}
		/** @type {MakeView} */
		const make = await reply(run, loadPage(page).catch((error) => () => ({ element: h('p', { class: 'trouble', role: 'alert' }, explain(error)) })));
		const scope = new AbortController();
		const view = make(app, scope.signal);
		current.abort();
		current = scope;
		document.title = t('shell.title', { page: t(page.title) });
		await reply(run, app.open(view, scope.signal));
		main.replaceChildren(view.element);
		if (focus) {
			scrollTo(0, 0);
			// Whoever listens hears where they are.
			main.focus();
		}
		view.ready?.();
	});

	/** @param {string} path */
	function go(path) {
		if (path !== location.pathname) {
			history.pushState(null, '', path);
		}
		return show({ focus: true });
	}

	document.addEventListener('click', (event) => {
		const link = event.target instanceof Element && event.target.closest('a');
		if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) {
			return;
		}
		if (link.origin === location.origin && pageAt(link.pathname) && link.hash === '' && !link.target) {
			event.preventDefault();
			void go(link.pathname);
		}
	});
	addEventListener('popstate', () => {
		// A link to a place on the page is no other page.
		if (location.pathname !== shown) {
			void show({ focus: true });
		}
	});

	return {
		go,

		/** Show the same page anew, in another language for instance. */
		again: () => show({ focus: false }),
	};
}
