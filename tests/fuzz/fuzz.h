/*
 * What a fuzz target needs: the function that libFuzzer calls, and a check that stays on.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A check that fails is a finding: libFuzzer keeps the input that led to it. */
#define FUZZ_CHECK(holds) do {							\
	if (!(holds)) {								\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds); \
		abort();							\
	}									\
} while (0)

/** LLVMFuzzerTestOneInput(data, size): Try one input; always 0. */
int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#endif /* !FUZZ_H */
