/*
 * What may stand in an identifier of the platform.  Used by whoever decodes a request.
 */
#include "core/reference.h"

#include <string.h>

#include "base/luhn.h"

#define CARD_DIGITS_MIN	13
#define CARD_DIGITS_MAX	19

static bool	text_is_card_number(struct slice);
static bool	text_is_secret(struct slice);

bool
reference_read(struct slice text, struct reference *reference)
{
	static const char	allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-.:";

	reference->text[0] = '\0';
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '\0' || strchr(allowed, text.at[i]) == NULL)
			return false;
	}
	/* "." and ".." would be path steps. */
	if (text.len > 0 && text.at[0] == '.')
		return false;
	if (text_is_card_number(text) || text_is_secret(text))
		return false;
	return slice_copy(text, reference->text, sizeof(reference->text));
}

bool
reference_is_empty(const struct reference *reference)
{
	return reference->text[0] == '\0';
}

/* Nothing but digits, perhaps apart: whoever sends a card number as an identifier is not helped to keep it. */
static bool
text_is_card_number(struct slice text)
{
	char	digits[CARD_DIGITS_MAX];
	size_t	count = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (strchr("-._:", text.at[i]) != NULL)
			continue;
		if (text.at[i] < '0' || text.at[i] > '9' || count == CARD_DIGITS_MAX)
			return false;
		digits[count++] = text.at[i];
	}
	return count >= CARD_DIGITS_MIN && luhn_holds((struct slice){ digits, count });
}

/* Our own keys and tokens, pasted into the wrong field. */
static bool
text_is_secret(struct slice text)
{
	return slice_starts(text, "kassa_sk_") || slice_starts(text, "kassa_pk_") ||
	    slice_starts(text, "tok_");
}
