#include "core/secret.h"

#include "check.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* 32 bytes of zeroes, and of ones, as base64url. */
#define ZEROES "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define ONES "__________________________________________8"

static bool same(struct secret_hash a, struct secret_hash b)
{
	return memcmp(a.bytes, b.bytes, sizeof(a.bytes)) == 0;
}

static void a_token_is_read_as_the_hash_of_its_bytes(void)
{
	static const uint8_t zeroes[TOKEN_B];
	struct secret_hash hash;

	REQUIRE(token_read("bm_" ZEROES, TOKEN_TEXT_B - 1, &hash));
	CHECK(same(hash, secret_hash(SECRET_TOKEN, zeroes, sizeof(zeroes))));
	CHECK(token_read("bm_" ONES, TOKEN_TEXT_B - 1, &hash));
}

static void tokens_are_made_new_and_in_form(void)
{
	char before[TOKEN_TEXT_B] = "";
	struct secret_hash hash;

	for (int i = 0; i < 1000; i++) {
		char text[TOKEN_TEXT_B];

		token_make(text);
		REQUIRE(strlen(text) == 46 && strncmp(text, "bm_", 3) == 0);
		CHECK_INT_EQ(
		    strspn(text + 3,
			"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
		    43);
		CHECK(token_read(text, 46, &hash));
		CHECK(strcmp(before, text) != 0);
		memcpy(before, text, sizeof(text));
	}
}

static void what_is_no_token_is_refused(void)
{
	static const char *const texts[] = {
	    "",
	    "bm_",
	    "bm_" ZEROES "A",
	    "bm_AAAA",
	    "BM_" ZEROES,
	    "xx_" ZEROES,
	    " bm_" ZEROES,
	    "bm_" ZEROES " ",
	    "bm_AAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAAA",
	    "bm_AAAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAA",
	    "bm_AAAAAAAAAAAAAAAAAAAAA/AAAAAAAAAAAAAAAAAAAAA",
	    "bm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
	    /* The last character holds four bits only: one token has one text. */
	    "bm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
	};
	struct secret_hash hash;

	for (size_t i = 0; i < COUNT(texts); i++)
		if (!CHECK(!token_read(texts[i], strlen(texts[i]), &hash)))
			printf("# taken: \"%s\"\n", texts[i]);
	CHECK(!token_read("bm_AAAAAAAAAAAAAAAAAAAAA\0AAAAAAAAAAAAAAAAAAAAA", 46, &hash));
}

static void a_hash_tells_kinds_and_lengths_apart(void)
{
	struct secret_hash token = secret_hash(SECRET_TOKEN, "abcdefgh", 8);

	CHECK(same(token, secret_hash(SECRET_TOKEN, "abcdefgh", 8)));
	CHECK(!same(token, secret_hash(SECRET_RECOVERY, "abcdefgh", 8)));
	CHECK(!same(token, secret_hash(SECRET_PAIRING, "abcdefgh", 8)));
	CHECK(!same(token, secret_hash(SECRET_TOKEN, "abcdefgh", 7)));
	CHECK(!same(secret_hash(SECRET_RECOVERY, "abcdefgh", 8),
	    secret_hash(SECRET_PAIRING, "abcdefgh", 8)));
}

static void uuids_are_of_version_four(void)
{
	for (int i = 0; i < 1000; i++) {
		uint8_t uuid[UUID_B], again[UUID_B];
		char text[UUID_TEXT_B];

		uuid_make(uuid);
		uuid_format(uuid, text);
		REQUIRE(strlen(text) == 36);
		CHECK_INT_EQ(text[14], '4');
		CHECK(strchr("89ab", text[19]) != NULL);
		REQUIRE(uuid_parse(text, 36, again));
		CHECK_MEM_EQ(again, uuid, UUID_B);
	}
}

static void what_is_no_uuid_is_refused_and_changes_nothing(void)
{
	static const char *const texts[] = {
	    "",
	    "01234567-89ab-4cde-8f01-23456789abc",
	    "01234567-89ab-4cde-8f01-23456789abcde",
	    "01234567-89AB-4cde-8f01-23456789abcd",
	    "01234567-89ab-4cde-8f01_23456789abcd",
	    "0123456789ab-4cde-8f01-23456789abcd--",
	    "{1234567-89ab-4cde-8f01-23456789abc}",
	    "g1234567-89ab-4cde-8f01-23456789abcd",
	    "01234567-89ab-4cde-8f01-23456789abc ",
	    "------------------------------------",
	};

	for (size_t i = 0; i < COUNT(texts); i++) {
		uint8_t uuid[UUID_B] = "unchanged";

		if (!CHECK(!uuid_parse(texts[i], strlen(texts[i]), uuid)))
			printf("# taken: \"%s\"\n", texts[i]);
		CHECK_STR_EQ((const char *)uuid, "unchanged");
	}
}

static void hex_has_one_spelling(void)
{
	static const char *const refused[] = {
	    "", "0", "01a", "01ag", "01AB", "01a ", " 1ab", "0x1a", "01:ab", "01abc", "01abcd"};
	const uint8_t bytes[] = {0x01, 0xab};
	uint8_t read[2];
	char text[5];

	CHECK_STR_EQ(hex_format(bytes, 2, text), "01ab");
	CHECK(hex_parse("01ab", 4, read, 2));
	CHECK_MEM_EQ(read, bytes, 2);
	for (size_t i = 0; i < COUNT(refused); i++)
		if (!CHECK(!hex_parse(refused[i], strlen(refused[i]), read, 2)))
			printf("# taken: \"%s\"\n", refused[i]);
}

static void random_numbers_stay_below_their_bound(void)
{
	bool seen[3] = {false};

	for (int i = 0; i < 1000; i++) {
		uint32_t number = secret_random_below(3);

		REQUIRE(number < 3);
		seen[number] = true;
	}
	CHECK(seen[0] && seen[1] && seen[2]);
	CHECK_INT_EQ(secret_random_below(1), 0);
}

int main(void)
{
	if (!secret_init())
		return 1;
	CASE(a_token_is_read_as_the_hash_of_its_bytes);
	CASE(tokens_are_made_new_and_in_form);
	CASE(what_is_no_token_is_refused);
	CASE(a_hash_tells_kinds_and_lengths_apart);
	CASE(uuids_are_of_version_four);
	CASE(what_is_no_uuid_is_refused_and_changes_nothing);
	CASE(hex_has_one_spelling);
	CASE(random_numbers_stay_below_their_bound);
	return check_end();
}
