/** What the build puts into the service worker. */
declare const VERSION: string;
/** Each file of the companion with the beginning of its digest: SHA-256, in base 64. */
declare const FILES: {[path: string]: string};
