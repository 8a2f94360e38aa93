/**
 * The addresses of the companion's pages. All have one document, which the web server and the service worker give for each of them.
 */

export const PATHS = Object.freeze(/** @type {const} */ (['/', '/dashboard', '/breathe', '/boards', '/share', '/service', '/devices', '/settings']));
