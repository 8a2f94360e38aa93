/**
 * What a person chooses for this browser: language, colours, and which figures they want to see of themselves.
 */

import '../app/kit.js';
import { card, field, h, select } from '../app/dom.js';
import { LANGUAGES, t } from '../app/text.js';
import { createCalmCard } from '../cards/calm.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createSettingsView(app) {
	const { settings } = app;
	const { language, theme, motion } = settings.get();

	const languages = select([['', t('settings.language_auto')], ...Object.entries(LANGUAGES)], language ?? '', {
		onchange: () => settings.change({ language: languages.value || null }),
	});
	const themes = select([['auto', t('settings.theme_auto')], ['light', t('settings.theme_light')], ['dark', t('settings.theme_dark')]], theme, {
		onchange: () => settings.change({ theme: /** @type {'auto' | 'light' | 'dark'} */ (themes.value) }),
	});
	const motions = select([['auto', t('settings.motion_auto')], ['less', t('settings.motion_less')], ['full', t('settings.motion_full')]], motion, {
		onchange: () => settings.change({ motion: /** @type {'auto' | 'less' | 'full'} */ (motions.value) }),
	});

	return {
		element: h('div', { class: 'stack' },
			h('h1', {}, t('nav.settings')),
			h('div', { class: 'columns' },
				card(t('settings.look'), {}, field(t('settings.language'), languages), field(t('settings.theme'), themes),
					field(t('settings.motion'), motions)).element,
				createCalmCard(app).element)),
	};
}
