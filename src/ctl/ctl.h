/*
 * What the commands of kassactl share: how they end, and their list.  main.c has the table of names.
 */
#ifndef CTL_H
#define CTL_H

#include "ctl/ctl_arguments.h"

/* The exit status of the program. */
enum ctl_status {
	CTL_DONE,
	CTL_FAILED,	/* it could not be done, or a check found something */
	CTL_MISUSED	/* the command line cannot be understood */
};

/*
 * The commands: each reads its arguments, which main.c has checked against the command's grammar,
 * writes its result to standard output and what went wrong to standard error.
 */
enum ctl_status	ctl_migrate(const struct ctl_arguments *);
enum ctl_status	ctl_account_create(const struct ctl_arguments *);
enum ctl_status	ctl_account_list(const struct ctl_arguments *);
enum ctl_status	ctl_account_token(const struct ctl_arguments *);
enum ctl_status	ctl_account_keys_rotate(const struct ctl_arguments *);
enum ctl_status	ctl_account_keys_revoke(const struct ctl_arguments *);
enum ctl_status	ctl_charge_list(const struct ctl_arguments *);
enum ctl_status	ctl_charge_show(const struct ctl_arguments *);
enum ctl_status	ctl_refund_list(const struct ctl_arguments *);
enum ctl_status	ctl_method_list(const struct ctl_arguments *);
enum ctl_status	ctl_method_remove(const struct ctl_arguments *);
enum ctl_status	ctl_contact_forget(const struct ctl_arguments *);
enum ctl_status	ctl_settings_session_end(const struct ctl_arguments *);
enum ctl_status	ctl_installation_list(const struct ctl_arguments *);
enum ctl_status	ctl_jobs_list(const struct ctl_arguments *);
enum ctl_status	ctl_jobs_dead(const struct ctl_arguments *);
enum ctl_status	ctl_jobs_retry(const struct ctl_arguments *);
enum ctl_status	ctl_secrets_rotate(const struct ctl_arguments *);
enum ctl_status	ctl_reconcile(const struct ctl_arguments *);
enum ctl_status	ctl_ledger_check(const struct ctl_arguments *);
enum ctl_status	ctl_prune(const struct ctl_arguments *);
enum ctl_status	ctl_health(const struct ctl_arguments *);

#endif /* !CTL_H */
