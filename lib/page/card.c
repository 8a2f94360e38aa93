#include "page/card.h"

#include <cairo.h>
#include <pango/pangocairo.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "core/gate.h"
#include "core/log.h"

const char *const card_themes[] = {[CARD_LIGHT] = "light", [CARD_DARK] = "dark", NULL};

/* ----- one at a time ----- */

/*
 * Where cards are drawn. There is one, whichever thread draws: Pango would otherwise keep fonts for
 * each. Static, because it is the process's, and made when the first card is.
 */
static struct {
	pthread_once_t made;
	struct gate gate;
	PangoFontMap *fonts; /* of who is inside */
} easel = {.made = PTHREAD_ONCE_INIT};

static void make_easel(void)
{
	gate_init(&easel.gate);
	easel.fonts = pango_cairo_font_map_new();
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(easel.fonts), 72);
}

/* ----- drawing ----- */

/* The colours of htdocs/css/tokens.css, red, green and blue. */
struct palette {
	double ground[3];
	double ink[3];
	double faint[3];
	double accent[3];
};

/* A colour as style sheets write it. */
#define RGB(hex)                                                                                \
	{                                                                                       \
		((hex) >> 16 & 0xff) / 255.0, ((hex) >> 8 & 0xff) / 255.0, ((hex)&0xff) / 255.0 \
	}

static const struct palette palettes[] = {
    [CARD_LIGHT] = {RGB(0xf8f6f1), RGB(0x22302c), RGB(0x58675f), RGB(0x17685b)},
    [CARD_DARK] = {RGB(0x121716), RGB(0xe0e7e4), RGB(0x9dada7), RGB(0x7fcab8)},
};

enum { MARGIN = 84, TEXT_WIDTH = 690, RINGS_X = 1025, RINGS_Y = CARD_HEIGHT / 2 };

static void set_color(cairo_t *cairo, const double color[3], double alpha)
{
	cairo_set_source_rgba(cairo, color[0], color[1], color[2], alpha);
}

static void fill_circle(
    cairo_t *cairo, double x, double y, double radius, const double color[3], double alpha)
{
	cairo_new_path(cairo);
	cairo_arc(cairo, x, y, radius, 0, 6.283185307179586);
	set_color(cairo, color, alpha);
	cairo_fill(cairo);
}

/* The rings of the page, and what they stand for: breath that widens. */
static void draw_rings(cairo_t *cairo, double x, double y, double radius, const double color[3])
{
	fill_circle(cairo, x, y, radius, color, 0.12);
	fill_circle(cairo, x, y, radius * 0.68, color, 0.22);
	fill_circle(cairo, x, y, radius * 0.36, color, 0.9);
}

struct line {
	const char *text;
	double baseline;
	double size; /* in pixels, before it is made to fit */
	PangoWeight weight;
	const double *color;
	double left;
	double width; /* that it must fit into */
};

static void draw_line(cairo_t *cairo, const struct line *line)
{
	PangoContext *context = pango_font_map_create_context(easel.fonts);
	PangoLayout *layout = pango_layout_new(context);
	PangoFontDescription *font = pango_font_description_from_string("Inter, sans-serif");
	PangoRectangle ink, extent;

	pango_font_description_set_weight(font, line->weight);
	pango_font_description_set_absolute_size(font, line->size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_single_paragraph_mode(layout, TRUE);
	pango_layout_set_text(layout, line->text, -1);
	pango_layout_get_extents(layout, NULL, &extent);
	if (extent.width > line->width * PANGO_SCALE) {
		pango_font_description_set_absolute_size(
		    font, line->size * PANGO_SCALE * line->width * PANGO_SCALE / extent.width);
		pango_layout_set_font_description(layout, font);
	}
	pango_layout_get_extents(layout, &ink, NULL);
	set_color(cairo, line->color, 1);
	/* Where letters of any size begin, not the room before them. */
	cairo_move_to(cairo, line->left - (double)ink.x / PANGO_SCALE,
	    line->baseline - (double)pango_layout_get_baseline(layout) / PANGO_SCALE);
	pango_cairo_show_layout(cairo, layout);
	pango_font_description_free(font);
	g_object_unref(layout);
	g_object_unref(context);
}

static void draw(cairo_t *cairo, const struct card *card)
{
	const struct palette *palette = &palettes[card->theme];
	const struct line lines[] = {
	    {card->name, 113, 38, PANGO_WEIGHT_SEMIBOLD, palette->ink, MARGIN + 66, TEXT_WIDTH},
	    {card->large, 400, 210, PANGO_WEIGHT_BOLD, palette->ink, MARGIN, TEXT_WIDTH},
	    {card->small, 496, 52, PANGO_WEIGHT_MEDIUM, palette->faint, MARGIN, TEXT_WIDTH},
	};

	set_color(cairo, palette->ground, 1);
	cairo_paint(cairo);
	draw_rings(cairo, RINGS_X, RINGS_Y, 362, palette->accent);
	draw_rings(cairo, MARGIN + 24, 100, 24, palette->accent);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		draw_line(cairo, &lines[i]);
}

/* ----- the picture ----- */

struct png {
	struct arena *arena;
	unsigned char *bytes;
	size_t length;
	size_t room;
};

static cairo_status_t write_png(void *closure, const unsigned char *data, unsigned int length)
{
	struct png *png = closure;

	if (length > png->room - png->length) {
		size_t room = 2 * png->room + length;
		unsigned char *larger = arena_alloc(png->arena, room);

		if (png->length > 0)
			memcpy(larger, png->bytes, png->length);
		png->bytes = larger;
		png->room = room;
	}
	memcpy(png->bytes + png->length, data, length);
	png->length += length;
	return CAIRO_STATUS_SUCCESS;
}

/* On pixels that the caller gives, and gives back. */
static cairo_status_t paint(const struct card *card, void *pixels, int stride, struct png *png)
{
	cairo_surface_t *surface = cairo_image_surface_create_for_data(
	    pixels, CAIRO_FORMAT_RGB24, CARD_WIDTH, CARD_HEIGHT, stride);
	cairo_t *cairo = cairo_create(surface);
	cairo_status_t status;

	draw(cairo, card);
	status = cairo_status(cairo);
	cairo_destroy(cairo);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_write_to_png_stream(surface, write_png, png);
	cairo_surface_destroy(surface);
	return status;
}

enum problem card_draw(
    struct arena *arena, const struct card *card, const void **bytes, size_t *length)
{
	int stride = cairo_format_stride_for_width(CAIRO_FORMAT_RGB24, CARD_WIDTH);
	size_t size = (size_t)stride * CARD_HEIGHT;
	struct png png = {.arena = arena};
	cairo_status_t status;
	void *pixels;

	pthread_once(&easel.made, make_easel);
	if (!gate_enter(&easel.gate))
		return PROBLEM_UNAVAILABLE;
	/* From the kernel and back to it: malloc would keep three megabytes for the next one. */
	pixels = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pixels == MAP_FAILED)
		log_out_of_memory();
	status = paint(card, pixels, stride, &png);
	munmap(pixels, size);
	gate_leave(&easel.gate);
	if (status != CAIRO_STATUS_SUCCESS) {
		log_line("cannot draw a card: %s", cairo_status_to_string(status));
		return status == CAIRO_STATUS_NO_MEMORY ? PROBLEM_UNAVAILABLE : PROBLEM_INTERNAL;
	}
	*bytes = png.bytes;
	*length = png.length;
	return PROBLEM_NONE;
}
