# PostgreSQL with PostGIS from Debian, with the same locale and settings as the private cluster of `make run`.
FROM debian:12-slim
ENV DEBIAN_FRONTEND=noninteractive
RUN mkdir -p /etc/postgresql-common/createcluster.d \
    && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/geo_ioc.conf \
    && apt-get update \
    && apt-get install -y --no-install-recommends postgresql-15-postgis-3 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o postgres -g postgres -m 700 /var/lib/geo_ioc/db
COPY db.sh /usr/local/bin/geo-ioc-db
USER postgres
VOLUME /var/lib/geo_ioc/db
EXPOSE 5432
STOPSIGNAL SIGINT
CMD ["geo-ioc-db"]
