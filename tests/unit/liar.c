/*
 * A database server that says what it is told to.
 */
#include "liar.h"

#include "cmocka_all.h"

#include <sys/socket.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "io/loop.h"
#include "listener.h"

#define PEERS_MAX	64
#define INPUT_MAX	65536
#define OUTPUT_MAX	4096

struct peer {
	struct loop_watch	 watch;		/* first: the loop gives it back */
	int			 fd;
	bool			 is_in;		/* has logged in */
	bool			 is_known;	/* the statement, here */
	bool			 prepares;	/* in front of the next sync */
	unsigned		 asks;		/* as well */
	size_t			 got;
	unsigned char		 input[INPUT_MAX];
};

struct output {
	unsigned char	bytes[OUTPUT_MAX];
	size_t		len;
};

struct liar	liar;

static struct loop_watch	door;
static struct peer		peers[PEERS_MAX];
static const char		*login;

static void	door_ready(struct loop_watch *, unsigned);
static void	peer_ready(struct loop_watch *, unsigned);
static void	peer_close(struct peer *);
static size_t	peer_heard(struct peer *);
static void	peer_answer(struct peer *);
static void	peer_say(struct peer *, const char *);
static void	output_message(struct output *, const char *);
static void	output_put(struct output *, char, int32_t, const void *, size_t);

void
liar_start(void)
{
	int	fd;

	memset(&liar, 0, sizeof(liar));
	login = NULL;
	fd = listener_bind(64, &liar.port);
	door.ready = door_ready;
	door.fd = -1;
	loop_watch(&door, fd, LOOP_READ);
}

void
liar_stop(void)
{
	int	fd;

	fd = door.fd;
	loop_unwatch(&door);
	close(fd);
	for (size_t i = 0; i < liar.logins; i++)
		if (peers[i].fd >= 0)
			peer_close(&peers[i]);
}

void
liar_says(const char *script)
{
	assert_true(liar.script_count < LIAR_SCRIPTS_MAX);
	liar.scripts[liar.script_count++] = script;
}

void
liar_login(const char *script)
{
	login = script;
}

static void
door_ready(struct loop_watch *watch, unsigned events)
{
	const int	 at_once = 1;
	struct peer	*peer;

	(void)events;
	assert_true(liar.logins < PEERS_MAX);
	peer = &peers[liar.logins++];
	memset(peer, 0, sizeof(*peer));
	peer->fd = accept(watch->fd, NULL, NULL);
	assert_true(peer->fd >= 0);
	assert_int_equal(setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once)), 0);
	peer->watch.ready = peer_ready;
	peer->watch.fd = -1;
	loop_watch(&peer->watch, peer->fd, LOOP_READ);
}

static void
peer_ready(struct loop_watch *watch, unsigned events)
{
	struct peer	*peer = (struct peer *)watch;
	ssize_t		 got;
	size_t		 len;

	(void)events;
	got = recv(peer->fd, peer->input + peer->got, INPUT_MAX - peer->got, 0);
	if (got <= 0) {
		peer_close(peer);
		return;
	}
	peer->got += (size_t)got;
	while (peer->fd >= 0 && (len = peer_heard(peer)) > 0) {
		peer->got -= len;
		memmove(peer->input, peer->input + len, peer->got);
	}
}

static void
peer_close(struct peer *peer)
{
	loop_unwatch(&peer->watch);
	close(peer->fd);
	peer->fd = -1;
}

/* One message, of which the first has no type.  Returns its length, 0 while it is not complete. */
static size_t
peer_heard(struct peer *peer)
{
	const unsigned char	*at;
	size_t			 head, len;

	head = peer->is_in ? 1 : 0;
	if (peer->got < head + 4)
		return 0;
	at = peer->input + head;
	len = head + ((size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3]);
	assert_true(len <= INPUT_MAX);
	if (peer->got < len)
		return 0;
	if (!peer->is_in) {
		peer->is_in = true;
		peer_say(peer, "R S Z");
		if (login != NULL) {
			peer_say(peer, login);
			login = NULL;
		}
		return len;
	}
	peer->prepares = peer->prepares || peer->input[0] == 'P';
	peer->asks += peer->input[0] == 'E';
	if (peer->input[0] == 'S')
		peer_answer(peer);
	return len;
}

static void
peer_answer(struct peer *peer)
{
	if (liar.script_used < liar.script_count) {
		peer_say(peer, liar.scripts[liar.script_used++]);
	} else {
		if (peer->prepares)
			peer_say(peer, "1");
		for (unsigned i = 0; i < peer->asks; i++)
			peer_say(peer, "2 T D C");
		peer_say(peer, "Z");
	}
	peer->prepares = false;
	peer->asks = 0;
}

static void
peer_say(struct peer *peer, const char *script)
{
	struct output	output = { .len = 0 };

	for (; *script != '\0'; script += strcspn(script, " "), script += strspn(script, " ")) {
		if (*script == '!')
			break;
		output_message(&output, script);
	}
	if (peer->fd < 0)
		return;
	assert_int_equal(send(peer->fd, output.bytes, output.len, MSG_NOSIGNAL), output.len);
	if (*script == '!')
		peer_close(peer);
}

/* The bodies; a string's own NUL is its end in the protocol as well. */
#define COLUMN		"v\0\0\0\0\0\0\0\0\0\0\x19\xff\xff\xff\xff\xff\xff\0\0"
#define VALUE		"\0\0\0\1v"

static const struct {
	const char	*script;
	char		 type;
	int32_t		 length;	/* that it claims, or 0 */
	const char	*body;
	size_t		 len;
} messages[] = {
#define SAYS(script, type, body) { script, type, 0, body, sizeof(body) - 1 }
	SAYS("R",	'R', "\0\0\0\0"),
	SAYS("R3",	'R', "\0\0\0\3"),
	SAYS("S",	'S', "client_encoding\0UTF8\0"),
	SAYS("Z",	'Z', "I"),
	SAYS("1",	'1', ""),
	SAYS("2",	'2', ""),
	SAYS("T",	'T', "\0\1" COLUMN),
	SAYS("T0",	'T', "\0\0"),
	SAYS("T2",	'T', "\0\2" COLUMN COLUMN),
	SAYS("Tn",	'T', "\x80\0" COLUMN),
	SAYS("D",	'D', "\0\1" VALUE),
	SAYS("D0",	'D', "\0\1\xff\xff\xff\xff"),
	SAYS("D2",	'D', "\0\2" VALUE VALUE),
	SAYS("Dn",	'D', "\x80\0" VALUE),
	SAYS("C",	'C', "SELECT 1\0"),
	SAYS("C0",	'C', "SELECT 0\0"),
	SAYS("Cn",	'C', "SELECT\0"),
	SAYS("Cx",	'C', "LISTEN\0"),
	SAYS("E",	'E', "SERROR\0VERROR\0C22012\0Mno\0\0"),
	SAYS("Ex",	'E', "SERROR\0VERROR\0Mno\0\0"),
	SAYS("E0",	'E', "\0"),
	SAYS("Ef",	'E', "SFATAL\0VFATAL\0C57P01\0Mends\0\0"),
	SAYS("N",	'N', "SNOTICE\0VNOTICE\0C00000\0Mnone\0\0"),
	SAYS("A",	'A', "\0\0\0\1here\0\0"),
	SAYS("G",	'G', "\0\0\0"),
	SAYS("H",	'H', "\0\0\0"),
	SAYS("W",	'W', "\0\0\0"),
	SAYS("d",	'd', "rows"),
	SAYS("c",	'c', ""),
	SAYS("I",	'I', ""),
	SAYS("n",	'n', ""),
	SAYS("s",	's', ""),
	SAYS("K",	'K', "\0\0\0\1\0\0\0\1"),
	SAYS("?",	'?', "?"),
#undef SAYS
	{ "L0", 'D', -4, "", 0 },
	{ "L3", 'D', -1, "", 0 },
	{ "L-", 'D', INT32_MIN, "", 0 },
	{ "L+", 'D', INT32_MAX - 4, "", 0 },
	{ "Lz", 'Z', INT32_MAX - 4, "", 0 },
};

static void
output_message(struct output *output, const char *script)
{
	size_t	len, at;

	len = strcspn(script, " ");
	for (at = 0; at < sizeof(messages) / sizeof(messages[0]); at++)
		if (strlen(messages[at].script) == len && memcmp(messages[at].script, script, len) == 0)
			break;
	assert_true(at < sizeof(messages) / sizeof(messages[0]));
	output_put(output, messages[at].type,
	    messages[at].length != 0 ? messages[at].length : (int32_t)messages[at].len,
	    messages[at].body, messages[at].len);
}

static void
output_put(struct output *output, char type, int32_t claimed, const void *body, size_t len)
{
	uint32_t	length = (uint32_t)claimed + 4;

	assert_true(output->len + 5 + len <= OUTPUT_MAX);
	output->bytes[output->len++] = (unsigned char)type;
	for (int shift = 24; shift >= 0; shift -= 8)
		output->bytes[output->len++] = (unsigned char)(length >> shift);
	memcpy(output->bytes + output->len, body, len);
	output->len += len;
}
