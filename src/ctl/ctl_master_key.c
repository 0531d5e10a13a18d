/*
 * Reading the master keys from the environment or their files.
 */
#include "ctl/ctl_master_key.h"

#include <string.h>

#include "ctl/ctl_print.h"
#include "ctl/ctl_setting.h"

#define SHAPE	"an id, a colon and 64 hexadecimal digits, the same as the server's"

static bool	key_read(const char *, struct seal_key *, bool *);

bool
ctl_master_key_read(struct seal_key *key)
{
	bool	is_there = false;

	if (!key_read("KASSA_MASTER_KEY", key, &is_there))
		return false;
	if (!is_there)
		ctl_complain("KASSA_MASTER_KEY is required: " SHAPE);
	return is_there;
}

bool
ctl_master_key_read_old(struct seal_key *key, bool *is_there)
{
	return key_read("KASSA_MASTER_KEY_OLD", key, is_there);
}

static bool
key_read(const char *name, struct seal_key *key, bool *is_there)
{
	char	text[SETTING_TEXT_SIZE];
	bool	good = true;

	explicit_bzero(key, sizeof(*key));
	if (ctl_setting_read(name, "seals secrets at rest", text))
		return false;
	*is_there = text[0] != '\0';
	if (*is_there)
		good = seal_key_parse(slice_of(text), key) == FAULT_NONE;
	if (!good)
		ctl_complain("%s should be " SHAPE, name);
	explicit_bzero(text, sizeof(text));
	return good;
}
