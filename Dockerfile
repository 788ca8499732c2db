# The bot on Telegram. State lives in /state; settings come from the environment (see .env.example).
FROM python:3.11-slim

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    STATE_DIR=/state \
    HEALTH_LISTEN=127.0.0.1:8082

WORKDIR /app
COPY requirements.txt ./
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

COPY bot bot
COPY handlers handlers
COPY flows flows
COPY locales locales
COPY data data
RUN python -m compileall -q bot handlers flows \
    && useradd --system --uid 10001 --home-dir /state bot \
    && install -d -o bot -g bot -m 0700 /state

USER bot
VOLUME /state
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-m", "bot", "health"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["run"]
