/** Exports to test with: small ones of our own, and, where somebody has put some beside the checkout, real ones. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function readFolder(folder) {
	if (!existsSync(folder)) {
		return [];
	}
	return readdirSync(folder).filter((name) => name.endsWith('.json')).sort().map((name) => {
		const file = join(folder, name);
		return { name: basename(name, '.json'), file, text: readFileSync(file, 'utf8') };
	});
}

export const smallExports = () => readFolder(fileURLToPath(new URL('../data/exports', import.meta.url)));

/** From BREATH_EXPORTS, else from `../shared/data/exports` beside the checkout; none where neither is there. */
export const realExports = () => (
	readFolder(process.env.BREATH_EXPORTS ?? fileURLToPath(new URL('../../../../shared/data/exports', import.meta.url)))
);

/** The export that the same installation would have given after so many sessions, with what it had earned otherwise by then. */
export function cutShort(document, sessions) {
	const cut = structuredClone(document);
	const { meditation } = cut.breathMaster;
	const log = meditation.sessions ?? [];
	if (sessions < log.length) {
		const kept = log.slice(0, sessions);
		const later = log.slice(sessions);
		meditation.sessions = kept;
		meditation.totalXP = Math.max(0, ...kept.map(({ finalXP }) => finalXP));
		meditation.totalMeditationTime -= later.reduce((ms, { activeMs }) => ms + activeMs, 0);
		meditation.lastMeditationDate = kept.length > 0 ? new Date(kept[kept.length - 1].startedAt).toDateString() : '';
	}
	return cut;
}
