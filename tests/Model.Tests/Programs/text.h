// What the programs share: names as words, deterministic bytes and their checksums.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A word without blanks: %XX for what would end it, % alone for nothing.
static inline size_t decode_word(const char *word, char *to)
{
	char *out = to;
	for (; *word; word++) {
		if (*word == '%' && word[1] && word[2]) {
			char digits[3] = { word[1], word[2], 0 };
			*out++ = (char)strtoul(digits, NULL, 16);
			word += 2;
		} else if (*word != '%') {
			*out++ = *word;
		}
	}
	*out = 0;
	return (size_t)(out - to);
}

static inline void print_word(FILE *to, const char *bytes, size_t length)
{
	if (!length)
		fputc('%', to);
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)bytes[i];
		if (c <= ' ' || c >= 0x7f || c == '%')
			fprintf(to, "%%%02X", c);
		else
			fputc(c, to);
	}
}

static inline uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return x ^ (x >> 31);
}

// The byte at each place depends on the seed and the place: a block that lands elsewhere is noticed. Never 0, so that holes show.
static inline void fill(uint8_t *to, uint64_t seed, uint64_t place, size_t length)
{
	for (size_t i = 0; i < length; i++)
		to[i] = (uint8_t)(mix(seed ^ ((place + i) >> 3)) >> (8 * ((place + i) & 7))) | 1;
}

#define HASH_START 0xcbf29ce484222325u
static inline uint64_t hash(uint64_t state, const void *bytes, size_t length)
{
	const uint8_t *at = bytes;
	uint64_t word;
	for (; length >= 8; at += 8, length -= 8) {
		memcpy(&word, at, 8);
		state = (state ^ word) * 0x100000001b3u;
		state ^= state >> 29;
	}
	for (; length; at++, length--)
		state = (state ^ *at) * 0x100000001b3u;
	return state;
}
