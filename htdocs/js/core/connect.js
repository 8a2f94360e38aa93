/**
 * The address that opens the extension in VS Code, with what it needs to join: `vscode:` is the scheme that the editor is registered
 * for, and whatever stands behind the extension's name is handed to it.
 *
 *	vscode://gsejas.breath-master/connect#server=https%3A%2F%2Fbreath.example&code=ABCD-EFGH
 *
 * Both stand in the fragment. Where such an address is wrapped in a web page's (a redirection, an editor in a browser), a query would
 * travel to that page's server and into its log; a fragment goes nowhere. Redeeming takes a person's yes there as it does here: the
 * extension shows the server and asks.
 */

/** Who publishes the extension, and what it is called. */
const EXTENSION = 'gsejas.breath-master';

/**
 * @param {object} what
 * @param {string} what.server its origin
 * @param {string} what.code a pairing code
 */
export const connectAddress = ({ server, code }) => (
	`vscode://${EXTENSION}/connect#server=${encodeURIComponent(server)}&code=${encodeURIComponent(code)}`
);
