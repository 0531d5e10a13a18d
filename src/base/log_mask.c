/*
 * Finding card numbers and keys in a text.  Used by base/log.c for every text of every line.
 */
#include "base/log_mask.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/luhn.h"

#define CARD_DIGITS_MIN	13
#define CARD_DIGITS_MAX	19

/* Digits with single blanks or dashes between them. */
struct digit_run {
	size_t	start, end;	/* in the text */
};

static void	keys_mask(char *, size_t);
static void	cards_mask(char *, size_t);
static size_t	run_end(const char *, struct digit_run);
static void	run_mask(char *, struct digit_run);
static bool	card_mask_from(char *, struct digit_run);
static void	digits_paint(char *, struct digit_run);
static bool	is_digit(char);
static bool	is_separator(char);

void
log_mask(char *text, size_t len)
{
	keys_mask(text, len);
	cards_mask(text, len);
}

static void
keys_mask(char *text, size_t len)
{
	static const char *const	prefixes[] = { "kassa_sk_", "kassa_pk_", "tok_" };

	/* What all of them have in common: most texts are seen to have none of them at once. */
	if (memmem(text, len, "k_", 2) == NULL)
		return;
	for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++) {
		size_t	prefix_len = strlen(prefixes[p]);
		char	*at = text;

		for (;;) {
			at = memmem(at, len - (size_t)(at - text), prefixes[p], prefix_len);
			if (at == NULL)
				break;
			at += prefix_len;
			for (; at < text + len && (isalnum((unsigned char)*at) || *at == '_'); at++)
				*at = '*';
		}
	}
}

static void
cards_mask(char *text, size_t len)
{
	for (size_t i = 0; i < len;) {
		struct digit_run	run = { i, len };

		if (!is_digit(text[i])) {
			i++;
			continue;
		}
		run.end = run_end(text, run);
		i = run.end;
		run_mask(text, run);
	}
}

/* Where the run that begins at its start ends: behind its last digit. */
static size_t
run_end(const char *text, struct digit_run limits)
{
	size_t	i = limits.start;

	while (i < limits.end) {
		if (is_digit(text[i]))
			i++;
		else if (is_separator(text[i]) && i + 1 < limits.end && is_digit(text[i + 1]))
			i += 2;
		else
			break;
	}
	return i;
}

/*
 * A number may stand among others ("status 402 4242 4242 4242 4242"), so it is looked for from the
 * start of each group.
 */
static void
run_mask(char *text, struct digit_run run)
{
	if (run.end - run.start < CARD_DIGITS_MIN)
		return;
	for (size_t i = run.start; i < run.end; i++) {
		bool	starts_group = i == run.start || is_separator(text[i - 1]);

		if (starts_group)
			(void)card_mask_from(text, (struct digit_run){ i, run.end });
	}
}

/* Paint over the longest card number that begins where ${run} does and ends with a group. */
static bool
card_mask_from(char *text, struct digit_run run)
{
	char	digits[CARD_DIGITS_MAX];
	size_t	count = 0, card_end = 0;

	for (size_t i = run.start; i < run.end; i++) {
		bool	ends_group = i + 1 == run.end || is_separator(text[i + 1]);

		if (!is_digit(text[i]))
			continue;
		if (count == CARD_DIGITS_MAX)
			break;
		digits[count++] = text[i];
		if (ends_group && count >= CARD_DIGITS_MIN &&
		    luhn_holds((struct slice){ digits, count }))
			card_end = i + 1;
	}
	if (card_end > 0)
		digits_paint(text, (struct digit_run){ run.start, card_end });
	return card_end > 0;
}

static void
digits_paint(char *text, struct digit_run run)
{
	for (size_t i = run.start; i < run.end; i++) {
		if (is_digit(text[i]))
			text[i] = '*';
	}
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_separator(char c)
{
	return c == ' ' || c == '-';
}
