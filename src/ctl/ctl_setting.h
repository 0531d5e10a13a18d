/*
 * The few settings of kassactl, each read when a command needs it: a charge can be shown without the key.
 */
#ifndef CTL_SETTING_H
#define CTL_SETTING_H

#include "base/fault.h"
#include "base/setting.h"

/**
 * ctl_setting_read(name, help, value):
 * Read the secret ${name} from the environment or from the file that ${name}_FILE names; "" when it is
 * not set.  Return FAULT_SETTING_INVALID after complaining if it cannot be read.
 */
enum fault	ctl_setting_read(const char *, const char *, char[SETTING_TEXT_SIZE]);

#endif /* !CTL_SETTING_H */
