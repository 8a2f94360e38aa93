#include "page/badge.h"

#include "page/markup.h"

/*
 * How wide characters from ' ' to '~' are at 11 pixels, in tenths of a pixel, in DejaVu Sans, whose
 * widths are those of Verdana but for a hair. Where another font is at hand textLength makes up for it.
 */
static const unsigned char widths[] = {35, 44, 51, 92, 70, 105, 86, 30, 43, 43, 55, 92, 35, 40, 35,
    37, 70, 70, 70, 70, 70, 70, 70, 70, 70, 70, 37, 37, 92, 92, 92, 58, 110, 75, 76, 77, 85, 70, 63,
    85, 83, 32, 32, 72, 61, 95, 82, 87, 66, 87, 76, 70, 67, 81, 75, 109, 75, 67, 75, 43, 37, 43, 92,
    55, 55, 67, 70, 61, 70, 68, 39, 70, 70, 31, 31, 64, 31, 107, 70, 67, 70, 70, 45, 57, 43, 70, 65,
    90, 65, 65, 58, 70, 37, 70, 92};

enum {
	WIDEST = 110,
	TEXT_MAX = 200, /* characters that are measured; a figure has ten */
	MARGIN = 60,
	MARK = 200, /* the mark before the label, its margin included */
};

/* In tenths of a pixel. A character of several bytes is taken to be a wide one. */
static int text_width(const char *text)
{
	int width = 0;

	for (int i = 0; i < TEXT_MAX && text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= ' ' && c <= '~')
			width += widths[c - ' '];
		else if ((c & 0xc0) != 0x80)
			width += WIDEST;
	}
	return width;
}

/* To whole pixels, so that edges are sharp. */
static int whole(int tenths)
{
	return (tenths + 9) / 10;
}

/* A text twice, the first time as its own shadow. Coordinates are in tenths, which some renderers round less. */
static const char *draw_text(struct arena *arena, const char *text, int middle, int width)
{
	return arena_printf(arena,
	    "<text aria-hidden=\"true\" x=\"%d\" y=\"150\" fill=\"#010101\" fill-opacity=\".3\""
	    " textLength=\"%d\">%s</text><text x=\"%d\" y=\"140\" textLength=\"%d\">%s</text>",
	    middle, width, text, middle, width, text);
}

const char *badge_draw(struct arena *arena, const struct badge *badge)
{
	const char *label = markup_escape(arena, badge->label);
	const char *message = markup_escape(arena, badge->message);
	int label_width = text_width(badge->label), message_width = text_width(badge->message);
	int left = whole(MARK + label_width + MARGIN);
	int right = whole(MARGIN + message_width + MARGIN);

	return arena_printf(arena,
	    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"20\" role=\"img\""
	    " aria-label=\"%s: %s\"><title>%s: %s</title>"
	    "<linearGradient id=\"s\" x2=\"0\" y2=\"100%%\"><stop offset=\"0\" stop-color=\"#bbb\""
	    " stop-opacity=\".1\"/><stop offset=\"1\" stop-opacity=\".1\"/></linearGradient>"
	    "<clipPath id=\"r\"><rect width=\"%d\" height=\"20\" rx=\"3\"/></clipPath>"
	    "<g clip-path=\"url(#r)\"><rect width=\"%d\" height=\"20\" fill=\"#555\"/>"
	    "<rect x=\"%d\" width=\"%d\" height=\"20\" fill=\"%s\"/>"
	    "<rect width=\"%d\" height=\"20\" fill=\"url(#s)\"/></g>"
	    "<g fill=\"#fff\"><circle cx=\"12\" cy=\"10\" r=\"6\" opacity=\".3\"/>"
	    "<circle cx=\"12\" cy=\"10\" r=\"4\" opacity=\".55\"/>"
	    "<circle cx=\"12\" cy=\"10\" r=\"2\"/></g>"
	    "<g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,Geneva,DejaVu Sans,sans-serif\""
	    " font-size=\"110\" text-rendering=\"geometricPrecision\" transform=\"scale(.1)\">%s%s</g>"
	    "</svg>\n",
	    left + right, label, message, label, message, left + right, left, left, right,
	    badge->color, left + right,
	    draw_text(arena, label, MARK + label_width / 2, label_width),
	    draw_text(arena, message, 10 * left + MARGIN + message_width / 2, message_width));
}
