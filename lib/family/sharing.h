#ifndef FAMILY_SHARING_H
#define FAMILY_SHARING_H

#include "family/family.h"
#include "page/card.h"

/*
 * Shares over HTTP, each a handler as a route's row names it: making, listing and withdrawing one's own, and
 * what everybody sees under the identifier of one: a page, a badge, a card.
 *
 * What an attacker would try, and where it ends:
 * - to try identifiers: 128 random bits, and what is unknown, withdrawn or no identifier at all is answered alike;
 * - to bring markup into a page by its path: the path gives 16 bytes, or nothing, and what is written is made of
 *   these; every text is escaped where it is written besides;
 * - to have cards drawn until nothing else is: see page/card.h;
 * - to match a share with a board: see game/veil.h.
 */

/* {"what": "streak"}: a body. */
struct sharing_body {
	int what; /* enum share_what */
};
extern const struct shape sharing_body;

enum problem sharing_add(const struct request *request, struct reply *reply);
enum problem sharing_list(const struct request *request, struct reply *reply);
enum problem sharing_remove(const struct request *request, struct reply *reply);

/* ?theme=dark: a query. */
struct sharing_query {
	int theme; /* enum card_theme; -1: light */
};
extern const struct shape sharing_query;

/* HTML, also where there is no such share: then with status 404. */
enum problem sharing_page(const struct request *request, struct reply *reply);

/* An SVG, always with status 200: what is embedded in a README shows what it has to say, or nothing at all. */
enum problem sharing_badge(const struct request *request, struct reply *reply);

/* A PNG. */
enum problem sharing_card(const struct request *request, struct reply *reply);

#endif
