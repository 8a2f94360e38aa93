/**
 * What a person may do with what is theirs: take it away, protect it, stop, erase.
 */

import { isJoined } from './app.js';
import { askToConfirm, download, element, focusOn, onAct } from './dom.js';
import { showRecoveryCode } from './recovery.js';

/**
 * @param {import('./app.js').App} app
 * @returns {import('./app.js').View}
 */
export function createDataView(app) {
	onAct(element('download'), 'data-message', async () => {
		download(`breath-master-${app.today()}.json`, JSON.stringify(await app.account.export(), null, '\t'));
		return 'The file is yours.';
	});

	onAct(element('renew-code'), 'data-message', async () => {
		const { recovery_code: code } = await app.account.renewRecoveryCode();
		await showRecoveryCode(code);
		return 'The new recovery code works from now on, the old one no more.';
	});

	onAct(element('leave'), 'data-message', async () => {
		const sure = await askToConfirm('Stop syncing in this browser?',
			'This browser leaves the account. If it is the only device, you need your recovery code to come back.', 'Stop syncing');
		if (sure) {
			await app.account.leave();
			await app.refresh();
			focusOn('sentence');
		}
	});

	onAct(element('erase'), 'data-message', async () => {
		const sure = await askToConfirm('Erase everything?',
			'The account, its devices and imports on the server, and everything in this browser. Nobody can bring it back.', 'Erase everything');
		if (sure) {
			await app.account.erase();
			await app.refresh();
			focusOn('sentence');
		}
	});

	return {
		show(state) {
			element('data').hidden = !isJoined(state);
		},
	};
}
