"""The facilitators' console: web pages at the address of `serve` and `demo`. `bot.facilitation` alone changes things."""
