/** What the build puts into the service worker. */
declare const VERSION: string;
declare const FILES: string[];
