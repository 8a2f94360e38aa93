/** A storage in memory whose state a test looks into and puts back, as text. */

import { MemoryStorage } from '../../htdocs/js/core/storage.js';

export class OpenStorage extends MemoryStorage {
	get text() {
		return this.memory.texts.get('state') ?? 'null';
	}

	set text(text) {
		this.memory.texts.set('state', text);
	}
}
