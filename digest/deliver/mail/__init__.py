"""An issue's message and its subscribers in, mail out of the house: once to everybody, as far as SMTP can promise that.

`envelope`, `replies`, `retries`, `pace`, `breaker` are pure; `smtp` and `maildir` are the two ways out, `dkim` signs,
and `queue` says what is next. `sender` puts them together.
"""
