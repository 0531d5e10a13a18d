/*
 * Words of the platform: a message, a list of messages, an error as a text or as an object.
 */
#include "platform/platform_words.h"

#include <string.h>

#define WORDS_MAX	256	/* bytes that are looked at */
#define WORD_MAX	24	/* characters; the platform's ids are of 20, its tokens of hundreds */

static bool	text_is_among(char, const char *);

void
platform_words_find(const struct json_value *root, struct platform_words *words)
{
	const struct json_value	*message = json_member(root, "message");
	const struct json_value	*error = json_member(root, "error");

	*words = (struct platform_words){ { "", 0 }, { "", 0 } };
	if (json_kind(message) == JSON_ARRAY)
		message = json_item(message, 0);
	/* v3 puts both into an object, OAuth servers have names of their own. */
	if (!json_text(message, &words->message) &&
	    !json_text(json_member(error, "message"), &words->message))
		(void)json_text(json_member(root, "error_description"), &words->message);
	if (!json_text(error, &words->error))
		(void)json_text(json_member(error, "code"), &words->error);
	if (words->message.len > WORDS_MAX)
		words->message.len = WORDS_MAX;
	if (words->error.len > WORDS_MAX)
		words->error.len = WORDS_MAX;
}

void
platform_words_print(const struct platform_words *words, char message[PLATFORM_MESSAGE_SIZE])
{
	struct slice	text = words->message.len > 0 ? words->message : words->error;
	size_t		len = 0, word = 0;

	for (size_t i = 0; i < text.len && len < PLATFORM_MESSAGE_SIZE - 1; i++) {
		char	c = text.at[i];

		word = text_is_among(c, "-_.+/=~%") ? word + 1 : 0;
		/* So long a word may be a secret: what of it stands there already goes as well. */
		if (word > WORD_MAX) {
			memset(message + len - WORD_MAX, '*', WORD_MAX);
			word = WORD_MAX;
			continue;
		}
		message[len++] = c >= ' ' && c <= '~' ? c : ' ';
	}
	message[len] = '\0';
}

void
platform_words_trace(const struct json_value *root, char trace[PLATFORM_TRACE_SIZE])
{
	(void)json_member_copy(root, "traceId", trace, PLATFORM_TRACE_SIZE);
	for (char *at = trace; *at != '\0'; at++) {
		if (!text_is_among(*at, "-"))
			*at = '_';
	}
}

/* Whether ${c} is a letter, a digit or one of ${others}. */
static bool
text_is_among(char c, const char *others)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c != '\0' && strchr(others, c) != NULL);
}
