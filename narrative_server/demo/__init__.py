"""The demo: one small story, played live in the terminal and written as files and a page that plays it again.

A client like any other: it knows the contracts and nothing of the server's inside.
"""
