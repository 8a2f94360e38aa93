/**
 * The sign of this product: three rings that breathe.
 */

import { h } from './dom.js';

/** @returns {HTMLElement} for the eye only */
export const orb = () => h('div', { class: 'orb', 'aria-hidden': 'true' }, h('span'), h('span'), h('span'));
