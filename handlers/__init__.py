"""The edge: Telegram updates in, Bot API calls out. Translates; decides nothing."""
