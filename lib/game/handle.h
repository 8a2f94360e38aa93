#ifndef GAME_HANDLE_H
#define GAME_HANDLE_H

#include <stddef.h>

/*
 * The pseudonym that others see: "quiet-cedar-4821". Two calm words and a number, drawn at random,
 * so that it says nothing about anybody and nobody can write anything into it (rule P5).
 */
enum { HANDLE_TEXT_B = 32 };

/* Draws a pseudonym; that it is not taken is for the caller to find out. Returns text. */
char *handle_draw(char text[HANDLE_TEXT_B]) __attribute__((nonnull));

/* The words, for the test that reads them all. */
extern const char *const handle_first[];
extern const char *const handle_second[];
extern const size_t handle_first_count;
extern const size_t handle_second_count;

#endif
