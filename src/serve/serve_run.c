/*
 * From settings to a listening server: check the address, re-execute with Kore's configuration,
 * become the unprivileged user, hand over to Kore.  The two main() call serve_run() and no more.
 */
#include <errno.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/serve_internal.h"

#define PORT_TEXT_SIZE	24
#define PATH_TEXT_SIZE	64
#define FILES_AT_START	1024	/* Kore asks for each possible descriptor whether it is open */

static bool	run_address_is_free(const struct serve_options *, const struct serve_door *);
static int	run_listen_once(const struct addrinfo *);
static void	run_again(const struct serve_options *, char *);
static bool	run_become(const struct serve_options *);
static void	run_limit_files(void);
static void	complain(const struct serve_options *, const char *, const char *, const char *);

int
serve_run(const struct serve_options *options, int argc, char **argv)
{
	serve_setup(options);
	if (argc > 1 && strcmp(argv[1], "-f") == 0) {
		if (!run_become(options))
			return 1;
		(void)setvbuf(stdout, NULL, _IOLBF, 0);	/* lines stay whole; else they are only late */
		run_limit_files();
		if (!serve_metric_share()) {
			complain(options, "could not get", "memory to count in", strerror(errno));
			return 1;
		}
		(void)prctl(PR_SET_NAME, options->program);	/* else ps says "exe" */
		return serve_kore_run(argc, argv);
	}
	if (run_address_is_free(options, &options->door) &&
	    (options->inner.port == 0 || run_address_is_free(options, &options->inner)))
		run_again(options, argv[0]);
	return 1;
}

/* Kore would only say that a line of a file that nobody has seen is wrong. */
static bool
run_address_is_free(const struct serve_options *options, const struct serve_door *door)
{
	struct addrinfo	 hints = { .ai_socktype = SOCK_STREAM,
			    .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	struct addrinfo	*found = NULL;
	char		 port[PORT_TEXT_SIZE];
	const char	*why = NULL;
	int		 error, len;

	len = snprintf(port, sizeof(port), "%ld", door->port);
	if (len < 0 || (size_t)len >= sizeof(port))
		return false;
	if ((error = getaddrinfo(door->address, port, &hints, &found)) != 0)
		why = gai_strerror(error);
	else if ((error = run_listen_once(found)) != 0)
		why = strerror(error);
	if (found != NULL)
		freeaddrinfo(found);
	if (why != NULL)
		complain(options, "could not listen on the address and port", port, why);
	return why == NULL;
}

/* Returns 0 or an errno. */
static int
run_listen_once(const struct addrinfo *where)
{
	int	fd, on = 1, error = 0;

	if ((fd = socket(where->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) == -1)
		return errno;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == -1 ||
	    bind(fd, where->ai_addr, where->ai_addrlen) == -1 || listen(fd, 1) == -1)
		error = errno;
	(void)close(fd);	/* it was a question, Kore binds for good */
	return error;
}

/* Kore writes over argv and the environment for its process titles: they have to be real ones. */
static void
run_again(const struct serve_options *options, char *program)
{
	char	path[PATH_TEXT_SIZE];
	char	foreground[] = "-f", here[] = "-n", as_we_are[] = "-r", quiet[] = "-q", conf[] = "-c";
	char	*argv[] = { program, foreground, here, as_we_are, quiet, conf, path, NULL };
	int	fd, len;

	if ((fd = serve_conf_write(options)) == -1) {
		complain(options, "could not write", "the configuration", strerror(errno));
		return;
	}
	len = snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (len > 0 && (size_t)len < sizeof(path))
		(void)execv("/proc/self/exe", argv);
	complain(options, "could not execute", "/proc/self/exe", strerror(errno));
}

/*
 * Comes after the settings were read a second time, so secrets may be in files of root's.  As a side
 * effect the kernel lets no other process of that user trace us.
 */
static bool
run_become(const struct serve_options *options)
{
	const struct passwd	*user;

	if (getuid() != 0)
		return true;
	errno = 0;
	if ((user = getpwnam(options->user)) == NULL) {
		complain(options, "cannot become user", options->user,
		    errno == 0 ? "there is no such user" : strerror(errno));
		return false;
	}
	if (user->pw_uid == 0) {
		complain(options, "cannot become user", options->user, "it must not be root");
		return false;
	}
	if (initgroups(user->pw_name, user->pw_gid) == -1 || setgid(user->pw_gid) == -1 ||
	    setuid(user->pw_uid) == -1) {
		complain(options, "cannot become user", options->user, strerror(errno));
		return false;
	}
	return true;
}

static void
run_limit_files(void)
{
	struct rlimit	limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur <= FILES_AT_START)
		return;
	limit.rlim_cur = FILES_AT_START;
	(void)setrlimit(RLIMIT_NOFILE, &limit);	/* only to start faster; Kore sets the real one */
}

static void
complain(const struct serve_options *options, const char *what, const char *which, const char *why)
{
	(void)fprintf(stderr, "%s: %s %s: %s\n", options->program, what, which, why);
}
