"""Working days in China, from the State Council's yearly notices."""
