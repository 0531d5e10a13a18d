/*
 * A private PostgreSQL cluster for one test program.  The server is our child, so that the kernel
 * stops it when this program dies, and so that we can wait for its end.
 */
#include "cluster.h"

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "base/clock.h"

#define BINARIES	"/usr/lib/postgresql/15/bin/"
#define START_US	10000000

static char	folder[64], data[96], conninfo[160], answer[256];
static pid_t	server;

static pid_t	program_start(const char *const *);
static bool	program_run(const char *const *);
static void	program_become_owner(void);
static int	entry_remove(const char *, const struct stat *, int, struct FTW *);

bool
cluster_create(void)
{
	const char	*initdb[] = { BINARIES "initdb", "--pgdata", data, "--username",
	    CLUSTER_OWNER,
	    "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync", NULL };
	const struct passwd	*owner;
	char			 place[] = "/tmp/cluster.XXXXXX";

	if (mkdtemp(place) == NULL || chmod(place, 0755) != 0)
		return false;
	owner = getuid() == 0 ? getpwnam(CLUSTER_OWNER) : NULL;
	if (owner != NULL && chown(place, owner->pw_uid, owner->pw_gid) != 0)
		return false;
	if (snprintf(folder, sizeof(folder), "%s", place) >= (int)sizeof(folder) ||
	    snprintf(data, sizeof(data), "%s/data", place) >= (int)sizeof(data) ||
	    snprintf(conninfo, sizeof(conninfo), "host=%s user=%s dbname=postgres", place,
	    CLUSTER_OWNER) >= (int)sizeof(conninfo))
		return false;
	if (!program_run(initdb)) {
		fprintf(stderr, "initdb failed, is postgresql-15 installed?\n");
		return false;
	}
	return cluster_start();
}

void
cluster_drop(void)
{
	cluster_stop();
	if (folder[0] != '\0')
		(void)nftw(folder, entry_remove, 16, FTW_DEPTH | FTW_PHYS);
	folder[0] = '\0';
}

bool
cluster_start(void)
{
	const char	*postgres[] = { BINARIES "postgres", "-D", data, "-k", folder, "-h", "",
	    "-c", "fsync=off", "-c", "max_connections=40", "-c", "shared_buffers=16MB", NULL };
	int64_t		 end_us;

	server = program_start(postgres);
	end_us = clock_elapsed_us() + START_US;
	while (server > 0 && PQping(conninfo) != PQPING_OK) {
		if (clock_elapsed_us() > end_us || waitpid(server, NULL, WNOHANG) == server) {
			fprintf(stderr, "postgres did not start in %s\n", data);
			return false;
		}
		(void)poll(NULL, 0, 10);
	}
	return server > 0;
}

void
cluster_stop(void)
{
	if (server <= 0)
		return;
	(void)kill(server, SIGINT);
	(void)waitpid(server, NULL, 0);
	server = 0;
}

const char *
cluster_folder(void)
{
	return folder;
}

const char *
cluster_execute(const char *sql)
{
	PGconn		*pg;
	PGresult	*result;
	const char	*value;

	pg = PQconnectdb(conninfo);
	result = PQexec(pg, sql);
	value = PQntuples(result) > 0 ? PQgetvalue(result, 0, 0) : "";
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		fprintf(stderr, "%s: %s", sql, PQerrorMessage(pg));
	if (snprintf(answer, sizeof(answer), "%s", value) >= (int)sizeof(answer))
		answer[0] = '\0';
	PQclear(result);
	PQfinish(pg);
	return answer;
}

static pid_t
program_start(const char *const *argv)
{
	pid_t	pid, parent;
	int	null;

	parent = getpid();
	pid = fork();
	if (pid != 0)
		return pid;
	program_become_owner();
	/* SIGQUIT is PostgreSQL's immediate shutdown; a change of user would clear it. */
	if (prctl(PR_SET_PDEATHSIG, SIGQUIT) != 0 || getppid() != parent || chdir("/") != 0)
		_exit(126);
	null = open("/dev/null", O_RDWR);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0)
		_exit(126);
	execv(argv[0], (char *const *)(uintptr_t)argv);
	_exit(127);
}

static bool
program_run(const char *const *argv)
{
	pid_t	pid;
	int	status;

	pid = program_start(argv);
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	    WEXITSTATUS(status) == 0;
}

/* PostgreSQL refuses to run as root. */
static void
program_become_owner(void)
{
	const struct passwd	*owner;

	if (getuid() != 0)
		return;
	owner = getpwnam(CLUSTER_OWNER);
	if (owner == NULL || initgroups(owner->pw_name, owner->pw_gid) != 0 ||
	    setgid(owner->pw_gid) != 0 || setuid(owner->pw_uid) != 0)
		_exit(126);
}

static int
entry_remove(const char *path, const struct stat *stat, int kind, struct FTW *place)
{
	(void)stat;
	(void)kind;
	(void)place;
	return remove(path);
}
