#include "page/sheet.h"

#include <stddef.h>

#include "page/markup.h"

static const char *property(struct arena *arena, const char *name, const char *value)
{
	return arena_printf(arena, "\t<meta property=\"og:%s\" content=\"%s\">\n", name,
	    markup_escape(arena, value));
}

/* What other sites read: https://ogp.me, and the one name that some still want besides. */
static const char *open_graph(struct arena *arena, const struct sheet *sheet)
{
	if (sheet->address == NULL)
		return "";
	return arena_printf(arena,
	    "%s%s%s%s%s%s%s%s%s\t<meta name=\"twitter:card\""
	    " content=\"summary_large_image\">\n",
	    property(arena, "type", "website"), property(arena, "site_name", "Breath Master"),
	    property(arena, "title", sheet->title), property(arena, "description", sheet->text),
	    property(arena, "url", arena_printf(arena, "%s%s", sheet->site, sheet->address)),
	    property(arena, "image", arena_printf(arena, "%s%s", sheet->site, sheet->picture)),
	    property(arena, "image:width", arena_printf(arena, "%d", sheet->width)),
	    property(arena, "image:height", arena_printf(arena, "%d", sheet->height)),
	    property(arena, "image:alt", sheet->title));
}

static const char *picture(struct arena *arena, const struct sheet *sheet)
{
	if (sheet->address == NULL)
		return "";
	return arena_printf(arena,
	    "\t\t<picture>\n"
	    "\t\t\t<source media=\"(prefers-color-scheme: dark)\" srcset=\"%s\">\n"
	    "\t\t\t<img src=\"%s\" alt=\"\" width=\"%d\" height=\"%d\">\n"
	    "\t\t</picture>\n",
	    markup_escape(arena, sheet->picture_dark), markup_escape(arena, sheet->picture_light),
	    sheet->width, sheet->height);
}

const char *sheet_write(struct arena *arena, const struct sheet *sheet)
{
	const char *title = markup_escape(arena, sheet->title);
	const char *text = markup_escape(arena, sheet->text);

	return arena_printf(arena,
	    "<!doctype html>\n"
	    "<html lang=\"en\" prefix=\"og: https://ogp.me/ns#\">\n"
	    "<head>\n"
	    "\t<meta charset=\"utf-8\">\n"
	    "\t<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	    "\t<title>%s - Breath Master</title>\n"
	    "\t<meta name=\"description\" content=\"%s\">\n"
	    "\t<meta name=\"robots\" content=\"noindex\">\n"
	    "\t<meta name=\"color-scheme\" content=\"light dark\">\n"
	    "%s"
	    "\t<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n"
	    "\t<link rel=\"stylesheet\" href=\"/css/tokens.css\">\n"
	    "\t<link rel=\"stylesheet\" href=\"/css/sheet.css\">\n"
	    "</head>\n"
	    "<body>\n"
	    "\t<main>\n"
	    "%s"
	    "\t\t<h1>%s</h1>\n"
	    "\t\t<p>%s</p>\n"
	    "\t\t<p><a href=\"/\">What Breath Master is</a></p>\n"
	    "\t</main>\n"
	    "</body>\n"
	    "</html>\n",
	    title, text, open_graph(arena, sheet), picture(arena, sheet), title, text);
}
