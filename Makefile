# Kassa: three programs out of Debian's Kore sources and ours.  "make help" says what there is to do.
#
#   make                build/kassa, build/simulator, build/kassactl
#   make SAN=1          the same under AddressSanitizer and UBSan, in build/san
#   make CRASH=1        the same with the places at which crash tests kill it, in build/crash
#   make COV=1          the same counting which lines run, in build/cov (make coverage)
#   make unit           the cmocka programs, in build/unit

# As many at once as there are cores, unless somebody says otherwise.
ifeq ($(filter -j%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif

KORE_SOURCE	?= /usr/share/kore
KORE_VERSION	:= 4.1.0-6
CC		?= gcc
SAN		?=
CRASH		?=
COV		?=
B		:= build$(if $(SAN),/san)$(if $(COV),/cov)$(if $(CRASH),/crash)

# --- flags -------------------------------------------------------------------------------------

HARDEN	:= -O2 -g -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	   -D_FORTIFY_SOURCE=2
SANITIZE:=
ifneq ($(SAN),)
SANITIZE:= -fsanitize=address,undefined
HARDEN	:= -O1 -g -fPIE -fno-omit-frame-pointer $(SANITIZE) \
	   -fno-sanitize-recover=undefined -DSECCOMP_KILL_POLICY=SECCOMP_RET_ALLOW
endif
# The same code, but our lines are counted; Kore's are not.  A worker that ends writes files, which its filter would
# forbid.  The places of crash tests are alive in it, so that the tests that use them find their build too.
COUNT	:=
ifneq ($(COV),)
COUNT	:= --coverage
HARDEN	+= -DSECCOMP_KILL_POLICY=SECCOMP_RET_ALLOW
endif
PGINC	:= $(shell pg_config --includedir 2>/dev/null || echo /usr/include/postgresql)
DEFINES	:= -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 $(if $(CRASH)$(COV),-DCRASH_POINTS)
WARN	:= -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	   -Wcast-qual -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -Wwrite-strings -Wvla -Werror
OURS	= -std=gnu11 $(HARDEN) $(COUNT) $(WARN) $(DEFINES) -Isrc -I$B -I$(PGINC) -MMD -MP
# Kore's headers carry a pragma that mutes OpenSSL's warnings: only files that need them see them.
SEEKORE	= -isystem $B/kore/include -isystem $B/kore/include/kore
THEIRS	= -std=gnu99 $(HARDEN) -Wall -Wextra -Wno-unused-parameter $(DEFINES) -DPREFIX='"/usr"' \
	  -I$B -I$B/kore/include -I$B/kore/include/kore -MMD -MP
LINK	:= -pie -rdynamic -Wl,-z,relro,-z,now $(SANITIZE) $(COUNT) \
	   -Wl,--wrap=kore_platform_event_wait -Wl,--wrap=kore_worker_shutdown
LINKTOOL:= -pie -Wl,-z,relro,-z,now $(SANITIZE) $(COUNT)
LIBS	:= -lpq -lcurl -lyajl -lssl -lcrypto -ldl

# --- what is made of what ----------------------------------------------------------------------

KORE	:= kore buf config connection domain filemap fileref json mem msg module net pool \
	   runtime timer utils worker keymgr auth accesslog http validator websocket linux seccomp
ROOM	= $(patsubst src/%.c,$B/o/%.o,$(sort $(wildcard $(foreach room,$1,src/$(room)/*.c))))

LOWER	:= $(call ROOM,base core)
IO	:= $(filter-out $B/o/io/loop_kore.o,$(call ROOM,io))
SERVER	:= $(LOWER) $(IO) $B/o/io/loop_kore.o $(call ROOM,serve)
KOREOBJ	:= $(KORE:%=$B/k/%.o) $B/k/version.o
KASSA	:= $(SERVER) $(call ROOM,platform processor store install pay jobs web) $B/o/main.o $B/o/assets_kassa.o $B/o/migration_newest.o
SIMULATOR := $(SERVER) $(call ROOM,simulator) $B/o/assets_simulator.o
CTL	:= $(LOWER) $(call ROOM,ctl) $B/o/ctl_file.o
UNITLIB	:= $(LOWER) $(IO) $(call ROOM,platform processor store install pay) $B/o/serve/serve_route.o
UNITS	:= $(patsubst tests/unit/%_test.c,$B/unit/%_test,$(sort $(wildcard tests/unit/*_test.c)))

.PHONY: all kassa unit fuzzers clean help run up down check check-image gates coverage flags sbom install bench fuzz torture soak
all: $B/kassa $B/simulator $B/kassactl
kassa: $B/kassa
ifneq ($(COV),)
all: $B/crash/kassa
$B/crash/kassa: $B/kassa
	@mkdir -p $(@D)
	@ln -sf ../kassa $@
endif

$B/kassa: $(KASSA) $(KOREOBJ)
	@echo "  link    $@"
	@$(CC) $(LINK) $^ $(LIBS) -o $@
$B/simulator: $(SIMULATOR) $(KOREOBJ)
	@echo "  link    $@"
	@$(CC) $(LINK) $^ $(LIBS) -o $@
$B/kassactl: $(CTL)
	@echo "  link    $@"
	@$(CC) $(LINKTOOL) $^ $(LIBS) -o $@

# --- Kore: a copy of Debian's sources, patched -------------------------------------------------

$B/kore/.patched: patches/kore-hardening.patch Makefile
	@echo "  patch   Kore from $(KORE_SOURCE)"
	@test -d $(KORE_SOURCE)/src || { echo "Kore's sources are missing: apt-get install kore" >&2; exit 1; }
	@v=$$(dpkg-query -W -f '$${Version}' kore 2>/dev/null); case "$$v" in $(KORE_VERSION)*) ;; *) \
	  echo "patches/ is for Debian's kore $(KORE_VERSION), this machine has '$$v'" >&2; exit 1;; esac
	@rm -rf $B/kore && mkdir -p $B/kore && cp -r $(KORE_SOURCE)/. $B/kore/
	@patch -s -d $B/kore -p1 < patches/kore-hardening.patch
	@sh $B/kore/misc/linux-platform.sh > $B/platform.h
	@printf 'const char *kore_version = "4.1.0";\nconst char *kore_build_date = "";\n' > $B/kore/src/version.c
	@dpkg-query -W -f '$${source:Version}\n' kore > $B/kore_version
	@touch $@

$(KOREOBJ): | $B/kore/.patched
$(KOREOBJ:.o=.c): ;
$(KOREOBJ): $B/k/%.o: $B/kore/.patched
	@mkdir -p $(@D)
	@echo "  kore    $*"
	@$(CC) $(THEIRS) $(if $(filter kore,$*),-Dmain=kore_main) -c $B/kore/src/$*.c -o $@

$B/o/io/loop_kore.o $B/o/serve/%.o: OURS += $(SEEKORE)
$B/o/io/loop_kore.o $(call ROOM,serve): | $B/kore/.patched

# --- ours --------------------------------------------------------------------------------------

$B/o/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo "  cc      $<"
	@$(CC) $(OURS) -c $< -o $@

# --- assets: embedded, one table a program (src/serve/asset.h) ---------------------------------

ASSET	= $(sort $(wildcard $(foreach kind,html css mjs js svg,$1/*.$(kind))))
EMBED	:= src/serve/asset_embed.sh

# The folder itself is named, so that a file which goes away is noticed too.
$B/assets_kassa.c: assets $(call ASSET,assets) $(EMBED)
	@mkdir -p $(@D)
	@echo "  embed   $@"
	@sh $(EMBED) $B/packed/kassa $(call ASSET,assets) > $@.new && mv $@.new $@
$B/assets_simulator.c: assets/simulator $(call ASSET,assets/simulator) $(EMBED)
	@mkdir -p $(@D)
	@echo "  embed   $@"
	@sh $(EMBED) $B/packed/simulator $(call ASSET,assets/simulator) > $@.new && mv $@.new $@
$B/o/assets_%.o: $B/assets_%.c Makefile
	@mkdir -p $(@D)
	@echo "  cc      $<"
	@$(CC) $(OURS) -c $< -o $@

# The SQL that kassactl carries in itself; a folder changes when a file comes or goes.
SQLDIRS	:= $(wildcard sql sql/function sql/simulator sql/simulator/function)
SQL	:= $(sort $(foreach dir,$(SQLDIRS),$(wildcard $(dir)/*.sql)))
$B/ctl_file.c: src/ctl/ctl_file.sh $(SQL) $(SQLDIRS) Makefile
	@mkdir -p $(@D)
	@sh src/ctl/ctl_file.sh $(SQL) > $@
$B/o/ctl_file.o: $B/ctl_file.c
	@mkdir -p $(@D)
	@echo "  sql     $(words $(SQL)) files"
	@$(CC) $(OURS) -c $< -o $@

# What a database has to be at least: web_health.c.
$B/migration_newest.c: $(wildcard sql/0*.sql)
	@mkdir -p $(@D)
	@printf '#include "base/version.h"\n\nconst char	migration_newest[] = "%s";\n' \
	    "$(notdir $(lastword $(sort $(wildcard sql/0*.sql))))" > $@
$B/o/migration_newest.o: $B/migration_newest.c
	@mkdir -p $(@D)
	@$(CC) $(OURS) -c $< -o $@

# For tools that read C as the compiler does: what it is told, without what only gcc knows.
flags:
	@echo $(filter -std=% -D% -I% -isystem $B/kore/%,$(OURS) $(SEEKORE))

unit: $(UNITS)
$B/unit/%_test: $B/unit/%_test.o $B/unit/loop_poll.o $(UNITLIB)
	@echo "  link    $@"
	@$(CC) $(LINKTOOL) $^ $(LIBS) -lcmocka -o $@
$B/unit/ctl_arguments_test: $B/o/ctl/ctl_arguments.o
$B/unit/%.o: tests/unit/%.c Makefile
	@mkdir -p $(@D)
	@echo "  cc      $<"
	@$(CC) $(OURS) -Wno-missing-prototypes -Itests/unit -c $< -o $@
POOLTESTS := $B/unit/pool_test $B/unit/pool_lost_test $B/unit/pool_share_test $B/unit/pool_listen_test \
	     $B/unit/pool_wire_test
$(POOLTESTS): $B/unit/asker.o $B/unit/cluster.o
$B/unit/store_text_test: $B/unit/cluster.o
$B/unit/pool_wire_test: $B/unit/liar.o $B/unit/listener.o
$B/unit/fetch_test: $B/unit/listener.o
$B/unit/platform_call_test $B/unit/platform_oauth_test $B/unit/platform_provider_test \
  $B/unit/platform_read_test: $B/unit/listener.o $B/unit/platform_world.o
$B/unit/json_torture_test: $B/unit/json_torture.o
.SECONDARY:

# --- fuzz targets: clang, since libFuzzer is its; everything under sanitizers -------------------

FUZZCC	:= clang-14
FUZZ	:= build/fuzz
FUZZERS	:= $(patsubst tests/fuzz/%_fuzz.c,$(FUZZ)/%_fuzz,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
FUZZLIB	:= $(patsubst src/%.c,$(FUZZ)/o/%.o,$(sort $(wildcard src/base/*.c src/core/*.c)) \
	   src/platform/query.c)
FUZZING	= -std=gnu11 -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined \
	  -fno-sanitize-recover=undefined $(WARN) -Wno-string-conversion $(DEFINES) -Isrc -MMD -MP

fuzzers: $(FUZZERS)
$(FUZZ)/%_fuzz: $(FUZZ)/%_fuzz.o $(FUZZLIB)
	@echo "  link    $@"
	@$(FUZZCC) -fsanitize=fuzzer,address,undefined $^ -lyajl -lcrypto -o $@
$(FUZZ)/query_fuzz: $(FUZZ)/json_grammar.o
$(FUZZ)/o/%.o: src/%.c Makefile
	@mkdir -p $(@D)
	@echo "  fuzz    $<"
	@$(FUZZCC) $(FUZZING) -c $< -o $@
$(FUZZ)/%.o: tests/fuzz/%.c Makefile
	@mkdir -p $(@D)
	@echo "  fuzz    $<"
	@$(FUZZCC) $(FUZZING) -c $< -o $@

# --- to use it ----------------------------------------------------------------------------------

# Settings come from the environment or from the command line: make run KASSA_PORT=9080.
run up down:
	@KASSA_BUILD=$B bash conf/dev/$@.sh
check:
	@KASSA_BUILD=$B bash tests/run.sh
check-image:
	@bash tests/image/run.sh
gates:
	@bash tests/gates/run.sh $(GATES)
coverage:
	@bash tests/gates/run.sh coverage-table
bench:
	@KASSA_BUILD=$B BENCH='$(BENCH)' bash tests/bench/run.sh
soak:
	@KASSA_BUILD=$B bash tests/soak/run.sh
fuzz:
	@bash tests/fuzz/run.sh
torture:
	@KASSA_BUILD=$B bash tests/torture/run.sh

help:
	@echo "make run     set up what is missing and start Kassa and the platform simulator; Ctrl-C stops them"
	@echo "make up      the same in the background;  make down stops it"
	@echo "make check   all tests"
	@echo "make check-image  the container images, built and tried (root; 5 minutes)"
	@echo "make gates   the quality gates of it alone (GATES='analysis secrets': those);  make coverage: which lines run"
	@echo "make bench   is it fast enough (ROUNDS=3, BENCH=verify, charge or growth alone)"
	@echo "make torture hostile, slow and vanishing clients, Kassa alone and behind nginx (TORTURE_SECONDS=10 of load)"
	@echo "make soak    mixed traffic under kills, restarts and resets (SOAK_SECONDS=600, SEED=)"
	@echo "make fuzz    JSON and money against random input (FUZZ_SECONDS=600, for each target)"
	@echo "make         build/kassa, build/simulator, build/kassactl;  SAN=1: under sanitizers, in build/san"
	@echo "make unit    the unit tests' programs;  make clean removes build/"
	@echo "make sbom    what it is made of, for scanners: build/sbom.json (CycloneDX)"
	@echo "make install kassa, kassactl, the systemd unit and examples (PREFIX=/usr/local, DESTDIR=): docs/install.md"

# What an operator's scanner reads.  Made anew each time: packages change, and no file of ours with them.
sbom: $B/kassa $B/kassactl
	@perl conf/sbom.pl $B/kore_version patches/kore-hardening.patch $^ > $B/sbom.json.$$$$ || { rm -f $B/sbom.json.$$$$; exit 1; }; \
	  mv -f $B/sbom.json.$$$$ $B/sbom.json
	@echo "  sbom    $B/sbom.json"

# DESTDIR is where it is staged, PREFIX where it will be used; docs/install.md says what each file is for.
PREFIX	?= /usr/local
DESTDIR	?=
INTO	= $(DESTDIR)$(PREFIX)
install: $B/kassa $B/kassactl sbom
	@install -d $(INTO)/bin $(INTO)/lib/systemd/system $(INTO)/lib/sysusers.d $(INTO)/share/kassa/monitoring $(INTO)/share/doc/kassa/docs
	@install -m 0755 $B/kassa $B/kassactl $(INTO)/bin
	@sed 's,/usr/local/,$(PREFIX)/,' conf/kassa.service > $(INTO)/lib/systemd/system/kassa.service
	@install -m 0644 conf/kassa.sysusers $(INTO)/lib/sysusers.d/kassa.conf
	@install -m 0644 conf/kassa.env conf/marketplace.conf conf/nginx.conf conf/roles.sql $(INTO)/share/kassa
	@install -m 0644 conf/monitoring/* $(INTO)/share/kassa/monitoring
	@install -m 0644 README.md $B/sbom.json $(INTO)/share/doc/kassa
	@install -m 0644 docs/*.md $(INTO)/share/doc/kassa/docs
	@chmod 0644 $(INTO)/lib/systemd/system/kassa.service
	@echo "  install $(INTO): bin/kassa, bin/kassactl, lib/systemd/system/kassa.service, share/kassa, share/doc/kassa"

clean:
	rm -rf build

-include $(shell find $B/o $B/k $B/unit $(FUZZ) -name '*.d' 2>/dev/null)

# --- the server of tests/api/10-http-raw.test.mjs: serve/ with nothing behind it ----------------

$B/test-server: $B/o/test_server.o $(LOWER) $B/o/io/loop_kore.o $(filter-out %/asset.o,$(call ROOM,serve)) $(KOREOBJ)
	@echo "  link    $@"
	@$(CC) $(LINK) $^ $(LIBS) -o $@
$B/o/test_server.o: tests/api/raw/test_server.c Makefile
	@mkdir -p $(@D)
	@echo "  cc      $<"
	@$(CC) $(OURS) -c $< -o $@
$B/o/serve/serve_conf.o: conf/kore.conf.in
