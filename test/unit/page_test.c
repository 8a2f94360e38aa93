/* What is made for eyes, as text: what may stand in markup, badges, pages. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "core/arena.h"
#include "page/badge.h"
#include "page/markup.h"
#include "page/sheet.h"

static struct arena *arena;

static void what_means_something_is_escaped(void)
{
	CHECK_STR_EQ(markup_escape(arena, "<a href=\"x\" b='y'>&amp;"),
	    "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
	CHECK_STR_EQ(markup_escape(arena, "a\nb\tc\x01\x7f"), "a?b?c??");
	CHECK_STR_EQ(markup_escape(arena, ""), "");
}

static void what_means_nothing_stays(void)
{
	static const char text[] = "37 day streak, 1,000+ XP \xc3\xa9 \xf0\x9f\x8c\xac";

	CHECK(markup_escape(arena, text) == text);
}

/* The width that a badge says it has. */
static int width(const char *message)
{
	const char *svg = badge_draw(arena, &(struct badge){"breath master", message, "#17685b"});
	const char *found = strstr(svg, " width=\"");

	return found == NULL ? 0 : atoi(found + strlen(" width=\""));
}

static void a_badge_is_as_wide_as_its_text(void)
{
	char text[4096];

	CHECK(width("1 XP") > 100);
	CHECK(width("11 XP") > width("1 XP"));
	CHECK(width("WWWW") > width("iiii"));
	/* One character, whatever its bytes. */
	CHECK_INT_EQ(width("\xc3\xa9"), width("\xf0\x9f\x8c\xac"));
	/* A picture has an end. */
	memset(text, 'W', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	CHECK(width(text) < 3000);
}

static void a_badge_says_what_it_shows_to_those_who_cannot_see_it(void)
{
	const char *svg = badge_draw(arena, &(struct badge){"a<b", "\"c\"", "#17685b"});

	CHECK(strstr(svg, "role=\"img\" aria-label=\"a&lt;b: &quot;c&quot;\"") != NULL);
	CHECK(strstr(svg, "<title>a&lt;b: &quot;c&quot;</title>") != NULL);
	CHECK(strstr(svg, "<b") == NULL);
}

static void a_page_of_nothing_names_nothing(void)
{
	const char *html = sheet_write(arena, &(struct sheet){.title = "Nothing", .text = "No."});

	CHECK(strstr(html, "<title>Nothing - Breath Master</title>") != NULL);
	CHECK(strstr(html, "og:image") == NULL);
	CHECK(strstr(html, "<img") == NULL);
	CHECK(strstr(html, "noindex") != NULL);
}

static void a_page_escapes_all_that_it_is_given(void)
{
	const char *html = sheet_write(arena,
	    &(struct sheet){
		.site = "https://\"><script>",
		.address = "/s/\"><script>",
		.title = "<script>",
		.text = "\"><script>",
		.picture = "'><script>",
		.picture_light = "\"><script>",
		.picture_dark = "\"><script>",
		.width = 1200,
		.height = 630,
	    });

	CHECK(strstr(html, "<script") == NULL);
	CHECK(
	    strstr(html,
		"content=\"https://&quot;&gt;&lt;script&gt;/s/&quot;&gt;&lt;script&gt;\"") != NULL);
	CHECK(strstr(html, "<meta property=\"og:image:width\" content=\"1200\">") != NULL);
}

int main(void)
{
	arena = arena_new();
	CASE(what_means_something_is_escaped);
	CASE(what_means_nothing_stays);
	CASE(a_badge_is_as_wide_as_its_text);
	CASE(a_badge_says_what_it_shows_to_those_who_cannot_see_it);
	CASE(a_page_of_nothing_names_nothing);
	CASE(a_page_escapes_all_that_it_is_given);
	arena_free(arena);
	return check_end();
}
