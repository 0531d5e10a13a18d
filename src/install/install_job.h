/*
 * What an installation still has to do once it is in the books: list a company's locations, register and
 * connect a location, leave one, renew a token.  Each is started by a job, and may be repeated at any point.
 */
#ifndef INSTALL_JOB_H
#define INSTALL_JOB_H

#include "base/fault.h"

typedef void	(*install_job_done)(void *, enum fault);

/**
 * install_list(id, done, arg):
 * Read which locations of the company ${id} have the app; those that are new are connected by jobs of
 * their own (contract §6.4).
 */
void	install_list(const char *, install_job_done, void *);

/**
 * install_connect(id, done, arg):
 * Register the provider of the location ${id} and connect the keys of both modes (contract §5); what the
 * platform has already is not sent again.
 */
void	install_connect(const char *, install_job_done, void *);

/**
 * install_leave(id, done, arg):
 * The app was uninstalled: take the provider back while the last token still works, then forget the tokens.
 */
void	install_leave(const char *, install_job_done, void *);

/** install_renew(id, done, arg): Renew the token of ${id} ahead of its end. */
void	install_renew(const char *, install_job_done, void *);

#endif /* !INSTALL_JOB_H */
