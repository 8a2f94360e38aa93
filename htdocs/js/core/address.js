/**
 * Every address of the site is made here: pages, files, calls of the API, links with a code in them, shares. All of them lie below one
 * path of their origin, so that a site can share its origin with others.
 */

/** The path that the site lies below; empty where it has its origin for itself. */
const BASE = '';

/**
 * Returns the address of something on the site.
 *
 * @param {string} path from the site's own root, such as `/devices`; empty for the site itself
 * @param {string} [server] the origin, where a whole address is wanted and not just a path
 */
export const addressOf = (path, server = '') => server + BASE + path;

/**
 * Returns the path from the site's own root, null where the address is not the site's.
 *
 * @param {string} pathname as an address has it
 */
export const pathOf = (pathname) => (pathname.startsWith(`${BASE}/`) ? pathname.slice(BASE.length) : null);

/** Who publishes the extension, and what it is called. */
const EXTENSION = 'gsejas.breath-master';

/**
 * Returns the address that opens the extension in VS Code, with what it needs to join: `vscode:` is the scheme that the editor is
 * registered for, and it hands the extension whatever stands behind its name.
 *
 *	vscode://gsejas.breath-master/connect#server=https%3A%2F%2Fbreath.example&code=ABCD-EFGH
 *
 * Both stand in the fragment. Where such an address is wrapped in a web page's (a redirection, an editor in a browser), a query would
 * travel to that page's server and into its log; a fragment goes nowhere. Redeeming takes a person's yes there as it does here: the
 * extension shows the server and asks.
 *
 * @param {object} what
 * @param {string} what.server its origin
 * @param {string} what.code a pairing code
 */
export const connectAddress = ({ server, code }) => (
	`vscode://${EXTENSION}/connect#server=${encodeURIComponent(addressOf('', server))}&code=${encodeURIComponent(code)}`
);
