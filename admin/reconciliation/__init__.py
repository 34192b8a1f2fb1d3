"""Сверка: the four ways by insurer and month, down to each line."""
