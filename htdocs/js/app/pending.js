/**
 * A pairing code that came with the address (`#pair=ABCD-EFGH`): taken out of it, so that it is not left there for others to see, and
 * kept until the page that asks for codes shows it. A link redeems nothing: the person does.
 */

let code = '';

export const pendingCode = {
	/** @returns {boolean} whether the address had one */
	take() {
		const found = new URLSearchParams(location.hash.slice(1)).get('pair');
		if (found) {
			code = found;
			history.replaceState(null, '', location.pathname);
		}
		return Boolean(found);
	},

	/** @returns {string} the code, once; empty where there is none */
	use() {
		const used = code;
		code = '';
		return used;
	},
};
