#include "core/secret.h"

#include <sodium.h>
#include <string.h>

static const char token_mark[] = "bm_";

enum { TOKEN_MARK_B = sizeof(token_mark) - 1 };

bool secret_init(void)
{
	return sodium_init() >= 0;
}

void secret_random(void *into, size_t length)
{
	randombytes_buf(into, length);
}

uint32_t secret_random_below(uint32_t bound)
{
	return randombytes_uniform(bound);
}

struct secret_hash secret_hash(enum secret_kind kind, const void *bytes, size_t length)
{
	static const char *const labels[] = {
	    [SECRET_TOKEN] = "breath token",
	    [SECRET_RECOVERY] = "breath recovery",
	    [SECRET_PAIRING] = "breath pairing",
	    [SECRET_REQUEST] = "breath request",
	};
	/* BLAKE2b wants a key of 16 to 64 bytes; the label, padded, is the domain. */
	unsigned char key[crypto_generichash_KEYBYTES] = {0};
	struct secret_hash hash;

	memcpy(key, labels[kind], strlen(labels[kind]));
	crypto_generichash(hash.bytes, sizeof(hash.bytes), bytes, length, key, sizeof(key));
	return hash;
}

void token_make(char text[TOKEN_TEXT_B])
{
	uint8_t bytes[TOKEN_B];

	secret_random(bytes, sizeof(bytes));
	memcpy(text, token_mark, TOKEN_MARK_B);
	sodium_bin2base64(text + TOKEN_MARK_B, TOKEN_TEXT_B - TOKEN_MARK_B, bytes, sizeof(bytes),
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

bool token_read(const char *text, size_t length, struct secret_hash *hash)
{
	uint8_t bytes[TOKEN_B];
	size_t decoded;

	if (length != TOKEN_TEXT_B - 1 || memcmp(text, token_mark, TOKEN_MARK_B) != 0)
		return false;
	if (sodium_base642bin(bytes, sizeof(bytes), text + TOKEN_MARK_B, length - TOKEN_MARK_B,
		NULL, &decoded, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    decoded != sizeof(bytes))
		return false;
	*hash = secret_hash(SECRET_TOKEN, bytes, sizeof(bytes));
	sodium_memzero(bytes, sizeof(bytes));
	return true;
}

void uuid_make(uint8_t uuid[UUID_B])
{
	secret_random(uuid, UUID_B);
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
}

/* The groups of a UUID's text: how many bytes stand before each hyphen. */
static const size_t uuid_groups[] = {4, 2, 2, 2, 6};

char *uuid_format(const uint8_t uuid[UUID_B], char text[UUID_TEXT_B])
{
	char *end = text;

	for (size_t i = 0; i < sizeof(uuid_groups) / sizeof(uuid_groups[0]); i++) {
		if (i > 0)
			*end++ = '-';
		hex_format(uuid, uuid_groups[i], end);
		end += 2 * uuid_groups[i];
		uuid += uuid_groups[i];
	}
	return text;
}

bool uuid_parse(const char *text, size_t length, uint8_t uuid[UUID_B])
{
	uint8_t bytes[UUID_B], *next = bytes;

	if (length != UUID_TEXT_B - 1)
		return false;
	for (size_t i = 0; i < sizeof(uuid_groups) / sizeof(uuid_groups[0]); i++) {
		if (i > 0 && *text++ != '-')
			return false;
		if (!hex_parse(text, 2 * uuid_groups[i], next, uuid_groups[i]))
			return false;
		text += 2 * uuid_groups[i];
		next += uuid_groups[i];
	}
	memcpy(uuid, bytes, UUID_B);
	return true;
}

char *hex_format(const uint8_t *bytes, size_t length, char *text)
{
	return sodium_bin2hex(text, 2 * length + 1, bytes, length);
}

bool hex_parse(const char *text, size_t text_length, uint8_t *bytes, size_t length)
{
	if (text_length != 2 * length)
		return false;
	/* libsodium reads upper case as well; one value has one text here. */
	for (size_t i = 0; i < text_length; i++)
		if ((text[i] < '0' || text[i] > '9') && (text[i] < 'a' || text[i] > 'f'))
			return false;
	return sodium_hex2bin(bytes, length, text, text_length, NULL, NULL, NULL) == 0;
}
