# reportwatch for a newsroom: one image for the runs and for looking at the database. See docs/operations.md, "Containers".
FROM python:3.12-slim

# the same uv as in the Makefile, from PyPI
RUN pip install --no-cache-dir uv==0.13.8 \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin reportwatch
# old Word and WPS files (.doc, .wps, .rtf, .odt) are converted by LibreOffice; without it they are named, not read.
# Chromium is for lists that only a script fills (render = true); without it they are blind, "unsupported"
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libreoffice-writer-nogui chromium \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 LANG=C.UTF-8 PYTHONUNBUFFERED=1

# the libraries first: they change seldom, so this layer is kept from build to build
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-dev --extra ocr --extra js --no-install-project
COPY . .
# The program stays root's; only the state belongs to the user that runs it.
RUN uv sync --frozen --no-dev --extra ocr --extra js \
    && install -d -o reportwatch -g reportwatch -m 0750 state

ENV PATH=/app/.venv/bin:$PATH
USER reportwatch
VOLUME ["/app/state"]
EXPOSE 8001
HEALTHCHECK --interval=30m --timeout=2m --start-period=1m CMD ["reportwatch", "doctor", "--quick", "--quiet"]
ENTRYPOINT ["reportwatch"]
CMD ["run", "--quiet"]
