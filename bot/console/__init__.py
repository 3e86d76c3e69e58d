"""The facilitators' console: web pages beside `serve` and `demo`. What changes anything is in `bot.facilitation`."""
