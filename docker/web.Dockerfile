# The image of every process of geo_ioc: web, jobs and the one that prepares the database. Built by the same scripts as
# a checkout: `docker compose -f docker/compose.yaml build`.
FROM debian:12-slim AS build
ENV DEBIAN_FRONTEND=noninteractive
WORKDIR /srv/geo_ioc
COPY scripts scripts
COPY pyproject.toml constraints.txt ./
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates python3 python3-venv \
    && scripts/python.sh run
COPY frontend frontend
RUN scripts/frontend.sh && rm -rf frontend/node_modules
COPY . .
RUN .venv/bin/python -m compileall -q geo_ioc layers land_records tile_server fixtures

FROM debian:12-slim
# The compiled tile encoder is kept in var: it is made for the processor it runs on.
ENV DEBIAN_FRONTEND=noninteractive PYTHONUNBUFFERED=1 NUMBA_CACHE_DIR=/srv/geo_ioc/var/numba
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates procps python3 libpango-1.0-0 libpangoft2-1.0-0 \
    libharfbuzz-subset0 fonts-noto-core mosquitto \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --home-dir /srv/geo_ioc --shell /usr/sbin/nologin geo_ioc
WORKDIR /srv/geo_ioc
COPY --from=build /srv/geo_ioc /srv/geo_ioc
RUN install -d -o geo_ioc -g geo_ioc /srv/geo_ioc/var
USER geo_ioc
VOLUME /srv/geo_ioc/var
EXPOSE 8000
ENTRYPOINT [".venv/bin/python", "manage.py"]
CMD ["supervise", "web", "--host", "0.0.0.0"]
