"""The Telegram door: what people press and write there becomes the panel's own verbs."""
