/*
 * Finding what an answer of the platform says about itself, in each of the shapes that were seen (contract §10).
 * Private to this folder.
 */
#ifndef PLATFORM_WORDS_H
#define PLATFORM_WORDS_H

#include "base/json_read.h"
#include "platform/platform_verdict.h"

#define PLATFORM_TRACE_SIZE	64	/* the platform's own id of a call, with the NUL */
#define PLATFORM_MESSAGE_SIZE	121	/* of its words that we keep, with the NUL */

/** platform_words_find(root, words): Lend them from ${root}, which may be NULL. */
void	platform_words_find(const struct json_value *, struct platform_words *);

/**
 * platform_words_print(words, message):
 * The message for a log: cut, one line of printable ASCII, and without anything as long as a token.
 */
void	platform_words_print(const struct platform_words *, char[PLATFORM_MESSAGE_SIZE]);

/** platform_words_trace(root, trace): Its "traceId", of letters, digits and '-'; "" when there is none. */
void	platform_words_trace(const struct json_value *, char[PLATFORM_TRACE_SIZE]);

#endif /* !PLATFORM_WORDS_H */
