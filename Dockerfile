# Kassa's images.  The last stage is the one that is built when none is named:
#   docker build -t kassa .                          the server and kassactl
#   docker build -t kassa-nginx --target nginx .     nginx in front of it, with conf/nginx.conf
#   docker build -t kassa-simulator --target simulator .
# docker-compose.yml does all three; tests/image builds and runs them.

# Debian's point releases replace packages, so what is pinned is what Kassa's build depends on (Kore, which
# patches/ is for) and what conf/nginx.conf was tried with.  For a build that can be repeated to the byte give
# DEBIAN by digest, debian:bookworm-slim@sha256:…
ARG DEBIAN=debian:bookworm-slim
ARG KORE=4.1.0-6*
ARG NGINX=1.22.1-*
ARG VERSION=0.1.0

# --- build: compiler, headers, Kore's sources ---------------------------------------------------

FROM ${DEBIAN} AS build
ARG KORE
ARG VERSION
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
	gcc libc6-dev make patch "kore=${KORE}" libpq-dev libcurl4-openssl-dev libssl-dev libyajl-dev
WORKDIR /src
COPY Makefile ./
COPY assets assets
COPY conf/kore.conf.in conf/
COPY patches patches
COPY sql sql
COPY src src
RUN make -s all \
 && test "$(build/kassa --version)" = "kassa ${VERSION}" \
 && strip build/kassa build/kassactl build/simulator

# --- runtime: what the programs need to run, and who they are ------------------------------------

FROM ${DEBIAN} AS runtime
# Nothing of the package manager's work stays, and no program that would give rights.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
	ca-certificates libcurl4 libpq5 libssl3 libyajl2 \
 && groupadd --system --gid 10001 kassa \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
	--shell /usr/sbin/nologin kassa \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
WORKDIR /
STOPSIGNAL SIGTERM

# --- sbom: what is in it, asked where the programs will load it from -----------------------------

FROM runtime AS sbom
WORKDIR /src
COPY conf/sbom.pl conf/
COPY patches patches
COPY --from=build /src/build/kore_version /src/build/kassa /src/build/kassactl build/
RUN perl conf/sbom.pl build/kore_version patches/kore-hardening.patch build/kassa build/kassactl > build/sbom.json

# --- nginx: in front of it ------------------------------------------------------------------------

FROM ${DEBIAN} AS nginx
ARG NGINX
ARG VERSION
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "nginx-light=${NGINX}" \
 && groupadd --system --gid 10001 kassa \
 && useradd --system --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent \
	--shell /usr/sbin/nologin kassa \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old /var/log/apt /var/log/*.log \
	/var/lib/nginx/* /etc/nginx/sites-enabled /var/www/html \
 && chmod 1777 /var/lib/nginx \
 && ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY conf/nginx.conf /etc/nginx/kassa.conf
COPY --chmod=0755 conf/compose/nginx.sh /usr/bin/nginx-start
LABEL org.opencontainers.image.title="kassa-nginx" \
      org.opencontainers.image.description="nginx in front of Kassa: TLS, HTTP/2, limits" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
USER 10001:10001
EXPOSE 8081 8443
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["nginx-start", "health"]
CMD ["nginx-start"]

# --- simulator: the platform, to try Kassa with ----------------------------------------------------

FROM runtime AS simulator
ARG VERSION
COPY --from=build /src/build/simulator /src/build/kassactl /usr/bin/
COPY --chmod=0755 conf/compose/simulator.sh /usr/bin/simulator-start
# The demo account's keys stay here; a volume takes the folder's owner.
RUN install -d -o 10001 -g 10001 -m 0700 /var/lib/simulator
LABEL org.opencontainers.image.title="kassa-simulator" \
      org.opencontainers.image.description="A stand-in for the platform, to try Kassa with; nothing for production" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
USER 10001:10001
EXPOSE 8090
HEALTHCHECK --interval=10s --timeout=9s --start-period=20s --retries=3 CMD ["kassactl", "health", "--simulator"]
CMD ["simulator-start"]

# --- kassa -----------------------------------------------------------------------------------------

FROM runtime AS kassa
ARG VERSION
ARG REVISION=unknown
COPY --from=build /src/build/kassa /src/build/kassactl /usr/bin/
COPY --from=sbom /src/build/sbom.json /usr/share/doc/kassa/
LABEL org.opencontainers.image.title="kassa" \
      org.opencontainers.image.description="A self-hosted payment provider server" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="docker.io/library/debian:bookworm-slim"
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=9s --start-period=20s --retries=3 CMD ["kassactl", "health"]
CMD ["kassa"]
