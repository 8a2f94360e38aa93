#ifndef GAME_BUCKET_H
#define GAME_BUCKET_H

#include <stdint.h>

/*
 * Buckets of a histogram of values: exact below 1,024, then 64 an octave, so that a bucket is never
 * wider than a sixty-fourth of what lies in it. All that people can reach in a lifetime lies in
 * fewer than 2,100 of them, which is what the sum over the higher ones costs at most.
 */
enum { BUCKET_EXACT = 1024, BUCKET_PER_OCTAVE = 64 };

/* The bucket of a value from 0 on; it never falls as the value grows. */
int32_t bucket_of(int64_t value) __attribute__((warn_unused_result));

/* The least value of a bucket; that of the next one is the first that is not in it. */
int64_t bucket_first(int32_t bucket) __attribute__((warn_unused_result));

#endif
