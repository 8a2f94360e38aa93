/**
 * Breathing.
 */

import { h } from '../app/dom.js';
import { t } from '../app/text.js';
import { createPracticeCard } from '../cards/practice.js';

/**
 * @param {import('../app/app.js').App} app
 * @returns {import('../app/app.js').View}
 */
export function createBreatheView(app) {
	return { element: h('div', { class: 'stack' }, h('h1', {}, t('nav.breathe')), createPracticeCard(app).element) };
}
