/*
 * The list of faults as a table.  Everyone who answers, logs or reads a database error uses it.
 */
#include "base/fault.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define FAULT_CODE_SIZE	32	/* the longest name, with the NUL */
#define SQLSTATE_LEN	5

static void	codes_fill(void);

#define FAULT_NAME(name, status, sqlstate, message) #name,
static const char *const	names[FAULT_COUNT] = { FAULTS(FAULT_NAME) };
#undef FAULT_NAME

static char	codes[FAULT_COUNT][FAULT_CODE_SIZE];

#define FAULT_ROW(name, status, sqlstate, message) \
	{ codes[FAULT_##name], status, sqlstate, message },
static const struct fault_info	infos[FAULT_COUNT] = { FAULTS(FAULT_ROW) };
#undef FAULT_ROW

const struct fault_info *
fault_info(enum fault fault)
{
	assert(fault < FAULT_COUNT);
	if (codes[0][0] == '\0')
		codes_fill();
	return &infos[fault];
}

/* FAULT_NONE's row is left out: "00000" in an error would be a mistake of the database. */
enum fault
fault_from_sqlstate(const char *sqlstate)
{
	static const char *const	unavailable[] = { "08", "25006", "40", "53", "57", "58030" };

	if (sqlstate == NULL || strlen(sqlstate) != SQLSTATE_LEN)
		return FAULT_STORE_FAILED;
	for (enum fault fault = FAULT_NONE + 1; fault < FAULT_COUNT; fault++) {
		if (strcmp(infos[fault].sqlstate, sqlstate) == 0)
			return fault;
	}
	for (size_t i = 0; i < sizeof(unavailable) / sizeof(unavailable[0]); i++) {
		if (strncmp(sqlstate, unavailable[i], strlen(unavailable[i])) == 0)
			return FAULT_STORE_UNAVAILABLE;
	}
	return FAULT_STORE_FAILED;
}

/* A code is its row's name in lower case; the preprocessor cannot say so. */
static void
codes_fill(void)
{
	for (size_t fault = 0; fault < FAULT_COUNT; fault++) {
		size_t	len = strlen(names[fault]);

		assert(len < FAULT_CODE_SIZE);
		for (size_t i = 0; i < len; i++) {
			char	c = names[fault][i];

			codes[fault][i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
		}
	}
}
