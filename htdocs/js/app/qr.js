/**
 * A QR code as a picture, for the camera of another device.
 */

import './kit.js';
import { generate } from 'lean-qr/nano';
import { svg } from './dom.js';

/** So many modules of white belong around it, or a camera does not find it. */
const QUIET = 4;

/**
 * @param {string} text
 * @param {string} label what it is, for those who do not see it
 * @returns {SVGSVGElement}
 */
export function qr(text, label) {
	const code = generate(text);
	const size = code.size + 2 * QUIET;
	let d = '';
	for (let y = 0; y < code.size; y++) {
		for (let x = 0; x < code.size; x++) {
			if (code.get(x, y)) {
				d += `M${x + QUIET} ${y + QUIET}h1v1h-1z`;
			}
		}
	}
	return svg('svg', { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' }, svg('path', { d }));
}
