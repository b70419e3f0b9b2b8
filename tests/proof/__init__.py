"""What readers see, proven with the tools that judge it elsewhere: a browser, validators, a spam filter.

An exhibit is built once a session (`exhibit`), its pages are found by themselves (`pages`), a browser looks at them
(`browser`), and the tests read what it saw. A new page, format or feed is judged as soon as a format makes it.
"""
