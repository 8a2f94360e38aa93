/**
 * Sharing: one figure under an address of its own, to be put wherever one likes, and to be withdrawn.
 */

import '../app/kit.js';
import { addressOf } from '../core/address.js';
import { ApiError } from '../core/api.js';
import { LEVELS } from '../core/progress.js';
import { createShares, SHARED } from '../core/shares.js';
import { isJoined } from '../app/app.js';
import { ask } from '../app/dialog.js';
import { act, card, copy, field, focusOn, h, message, select } from '../app/dom.js';
import { latest, reply } from '../app/scope.js';
import { date, levelTitle, number, t } from '../app/text.js';

/** @typedef {import('../core/shares.js').Share} Share */
/** @typedef {import('../core/shares.js').What} What */

/** @param {string} path */
const whole = (path) => addressOf(path, location.origin);

/** @param {Share} share what a README takes: the badge, which leads to the page */
const markdown = ({ badge, url }) => `[![${t('name')}](${whole(badge)})](${whole(url)})`;

/** @param {Share} share @returns {string} what it shows now */
function wordsOf({ what, value, in_bands: inBands }) {
	if (inBands && value === 0) {
		return t('share.nothing');
	}
	// Beyond the last level there is none.
	const n = inBands && !(what === 'level' && value === LEVELS.length) ? `${number(value)}+` : value;
	switch (what) {
		case 'streak':
			return t('share.days', { n });
		case 'level':
			return inBands ? t('share.level_band', { n }) : t('dashboard.level', { level: value, title: levelTitle(value) });
		case 'week':
			return t(inBands ? 'share.some_week' : 'share.this_week', { n });
		default:
			return t('count.xp', { n });
	}
}

/** @type {import('../app/app.js').MakeView} */
export function createShareView(app, scope) {
	const shares = createShares(app.calls('stats'));
	const { streaks } = app.settings.get();
	const said = message();
	const wanted = SHARED.filter((what) => what !== 'streak' || streaks);
	const what = select(wanted.map((name) => [name, t(`share.${name}`)]), wanted[0]);
	const form = h('form', {}, field(t('share.what'), what), h('button', {}, t('share.do')));
	const alone = h('p', {}, h('a', { class: 'button plain', href: addressOf('/devices') }, t('dashboard.join')));
	const { element: make, heading } = card(t('share.make'), {},
		h('p', {}, t('share.about')), h('p', { class: 'faint' }, t('share.bands')), form, alone, said);
	const list = h('div', { class: 'column' });

	/** @param {Share} share */
	function shareCard(share) {
		const told = message();
		const code = markdown(share);
		/** @param {string} verb @param {() => Promise<string | void>} work @param {string} [kind] */
		const button = (verb, work, kind = 'plain') => {
			const made = h('button', { type: 'button', class: kind }, verb);
			act(made, told, work);
			return made;
		};
		const shows = wordsOf(share);
		const sheet = { title: t('name'), text: shows, url: whole(share.url) };
		const { element } = card(t(`share.${share.what}`), {},
			h('p', {}, h('a', { href: addressOf(share.url), target: '_blank', rel: 'noopener' },
				h('img', { src: share.badge, alt: t('share.badge', { shows }), height: 20 }))),
			h('p', { class: 'faint' }, t('share.since', { day: date(share.created_day) })),
			h('p', { class: 'address', translate: 'no' }, sheet.url),
			h('p', { class: 'row' },
				typeof navigator.share === 'function' && button(t('share.sheet'), () => (
					// Whoever closes the sheet has changed their mind; that is nothing to tell them.
					navigator.share(sheet).catch((error) => {
						if (error.name !== 'AbortError') {
							throw error;
						}
					})), ''),
				button(t('share.link'), () => copy(sheet.url)),
				h('a', { class: 'button plain', href: share.card, target: '_blank', rel: 'noopener' }, t('share.card'))),
			h('p', { class: 'faint' }, t('share.markdown')),
			h('pre', { class: 'letters', tabindex: 0, 'aria-label': t('share.markdown'), translate: 'no' }, code),
			h('p', { class: 'row' },
				button(t('share.copy_markdown'), () => copy(code)),
				button(t('share.withdraw'), async () => {
					if (await ask({ title: t('share.withdraw_title'), content: [h('p', {}, t('share.withdraw_about'))], yes: t('share.withdraw_do'), danger: true })) {
						await app.account.withToken((token) => shares.remove(token, share.id)).catch((error) => {
							// It was withdrawn elsewhere.
							if (!(error instanceof ApiError) || error.code !== 'unknown_share') {
								throw error;
							}
						});
						await show(undefined);
						focusOn(heading);
					}
				}, 'danger')),
			told);
		element.classList.add('share');
		return element;
	}

	/** Asks for the list. `made`: the one that was made just now, since a list tells no more than days apart. */
	const show = latest(scope, async (run, /** @type {string | undefined} */ made) => {
		const { shares: all } = await reply(run, app.account.withToken((token) => shares.list(token)));
		const shown = all.filter((share) => share.what !== 'streak' || streaks).reverse();
		shown.sort((a, b) => Number(b.id === made) - Number(a.id === made));
		list.replaceChildren(...shown.map(shareCard));
	});

	act(form, said, async () => {
		const { id } = await app.account.withToken((token) => shares.add(token, /** @type {What} */ (what.value)));
		await show(id);
		const first = list.querySelector('h2');
		if (first) {
			focusOn(first);
		}
		return t('share.done');
	});

	return {
		element: h('div', { class: 'stack' }, h('h1', {}, t('share.page')), h('div', { class: 'columns' }, make, list)),

		show(state) {
			form.hidden = !isJoined(state);
			alone.hidden = isJoined(state);
			if (!isJoined(state)) {
				list.replaceChildren();
			}
		},

		load: () => show(undefined),
	};
}
