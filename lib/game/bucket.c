#include "game/bucket.h"

enum { EXACT_BITS = 10, OCTAVE_BITS = 6 };

_Static_assert(BUCKET_EXACT == 1 << EXACT_BITS, "the first octave begins where exactness ends");
_Static_assert(
    BUCKET_PER_OCTAVE == 1 << OCTAVE_BITS, "the bits below the highest say which bucket");

int32_t bucket_of(int64_t value)
{
	int octave, highest;

	if (value < BUCKET_EXACT)
		return (int32_t)value;
	highest = 63 - __builtin_clzll((unsigned long long)value);
	octave = highest - EXACT_BITS;
	return BUCKET_EXACT + octave * BUCKET_PER_OCTAVE +
	    (int32_t)(value >> (highest - OCTAVE_BITS) & (BUCKET_PER_OCTAVE - 1));
}

int64_t bucket_first(int32_t bucket)
{
	int octave;
	int64_t within;

	if (bucket < BUCKET_EXACT)
		return bucket;
	octave = (bucket - BUCKET_EXACT) / BUCKET_PER_OCTAVE;
	within = (bucket - BUCKET_EXACT) % BUCKET_PER_OCTAVE;
	return (BUCKET_PER_OCTAVE + within) << (octave + EXACT_BITS - OCTAVE_BITS);
}
